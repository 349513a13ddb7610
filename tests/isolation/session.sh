#!/bin/sh
# SPDX-License-Identifier: ISC
# A session of its own, no terminal of the host, no core dumps.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

sessions() {
	check_output "the session is the box's, without a terminal" \
		"leader inside tty no" inside /workspace/probe session
	# 1, not 0: a core_pattern that is a program ignores 0, and knows 1 as
	# "no core at all"
	check_output "core size is 1, hard and soft" "1 1" \
		inside /workspace/probe core-limit
	# A program that turns cores off, and dies if it cannot, is content.
	# shellcheck disable=SC2016 # of the shell inside
	set_core='ulimit -c 0 || exit 9; ulimit -c unlimited 2>/dev/null
		exec "$0" core-limit'
	check_output "and stays so, whoever asks for what" "1 1" \
		inside sh -c "$set_core" /workspace/probe
	check_output "control: outside it is set" "0 0" \
		as_user sh -c "$set_core" "$PROBE"
	check_output "the umask is the usual one" 0022 inside sh -c umask
	check_output "SIGPIPE and others are as after login" "" \
		inside sh -c 'grep SigIgn /proc/self/status |
			grep -v "0000000000000000"'
	check_output "no signal is blocked" "" \
		inside sh -c 'grep SigBlk /proc/self/status |
			grep -v "0000000000000000"'
	if [ "$WAY" != rootless ]; then
		check_output "also with everything ignored outside" "" \
			ignoring inside sh -c 'grep SigIgn /proc/self/status |
				grep -v "0000000000000000"'
	fi
	check_output "the command starts in the workspace" /workspace \
		inside pwd
}

ignoring() (
	trap '' PIPE USR1 QUIT
	"$@"
)

run_ways sessions
test_end
