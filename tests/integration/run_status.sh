#!/bin/sh
# SPDX-License-Identifier: ISC
# stockade run's exit status is the command's, or tells why there is none.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

status() {
	for n in 0 1 2 42 123 200 255; do
		check_status "exit $n" "$n" inside sh -c "exit $n"
	done
	for sig in 1 2 9 11 15; do
		check_status "signal $sig" $((128 + sig)) \
			inside sh -c "kill -$sig \$\$; sleep 5"
	done
	check_status "an own 124 stays 124" 124 inside sh -c 'exit 124'
	check_status "time-out" 124 box --timeout 300ms -- sleep 30
	check_status "time-out by --limit" 124 box --limit time=300ms -- \
		sleep 30
	check_status "not found" 127 inside no-such-command-anywhere
	check_status "not found by path" 127 inside /usr/bin/no-such-command
	check_status "not executable" 126 inside /etc/passwd
	check_status "a folder" 126 inside /usr
	printf '#!/bin/sh\nexit 5\n' >"$W/script"
	chmod 755 "$W/script"
	check_status "a script of the workspace" 5 inside ./script
	printf '#!/no/such/interpreter\n' >"$W/broken"
	chmod 755 "$W/broken"
	check_status "a script whose interpreter is missing" 127 \
		inside ./broken
	check_output "argv goes as it is" "[a b][][*][\$x]" \
		inside sh -c 'printf "[%s]" "$@"' sh 'a b' '' '*' '$x'
	check_output "options after the command are the command's" \
		"--json -C" inside echo --json -C
	check_output "it starts in the workspace" /workspace inside pwd
	echo here >"$W/file"
	check_output "which is -C's directory" here inside cat file
	check_output "or the current one" here from_workspace cat file
}

from_workspace() (
	cd "$W" && as "$STOCKADE" run -- "$@"
)

run_ways status
test_end
