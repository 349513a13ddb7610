#!/bin/sh
# SPDX-License-Identifier: ISC
# Signals sent to stockade reach the command; none is lost or doubled.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
on_exit stop_it

stop_it() {
	[ -z "${pid-}" ] || kill -9 "$pid" 2>/dev/null
	pid=
}

has() {
	grep -q -e "$1" "$T/out"
}

# Starts `probe catch` in a box; $pid is stockade itself, not a shell.
start() {
	: >"$T/out"
	as_exec "$STOCKADE" run -C "$W" -- "$@" >"$T/out" 2>&1 &
	pid=$!
	within 10 has ready
}

# `as` is a shell function; in the background its shell would be in between.
as_exec() {
	set -- PATH="$PATH" HOME="$T" "$@"
	[ "$WAY" != sudo ] ||
		set -- SUDO_UID="$TEST_UID" SUDO_GID="$TEST_GID" "$@"
	# A shell's background starts with these ignored.
	set -- env -i --default-signal=INT,QUIT "$@"
	if [ "$WAY" = rootless ] && is_root; then
		set -- setpriv --reuid="$TEST_UID" --regid="$TEST_GID" \
			--clear-groups "$@"
	fi
	exec "$@"
}

signals() {
	start /workspace/probe catch
	for sig in INT TERM HUP QUIT USR1; do
		kill -"$sig" "$pid"
		check "SIG$sig arrives" within 5 has "^got $sig\$"
	done
	kill -USR2 "$pid"
	wait "$pid"
	check_equal "and the end is the command's" 0 $?
	check_output "each once" 1 grep -c "^got INT" "$T/out"
	dies TERM 143
	dies INT 130
	dies HUP 129
	stopped
}

# A command with no handler dies of it, and the status says so.
dies() {
	start sh -c 'echo ready; exec sleep 60'
	sleep 0.1
	kill -"$1" "$pid"
	wait "$pid" 2>/dev/null
	check_equal "SIG$1 ends a plain command" "$2" $?
	pid=
}

# Ctrl-Z and fg: the command stands still and goes on.
stopped() {
	start sh -c 'echo ready; i=0; while [ $i -lt 600 ]; do
		sleep 0.05; i=$((i + 1)); echo tick; done'
	kill -TSTP "$pid"
	sleep 0.3
	first=$(wc -l <"$T/out")
	sleep 0.4
	check_equal "SIGTSTP holds the command" "$first" "$(wc -l <"$T/out")"
	kill -CONT "$pid"
	sleep 0.4
	check "SIGCONT lets it go on" \
		test "$(wc -l <"$T/out")" -gt "$first"
	kill -TERM "$pid"
	wait "$pid" 2>/dev/null
	pid=
}

run_ways signals
test_end
