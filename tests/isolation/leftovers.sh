#!/bin/sh
# SPDX-License-Identifier: ISC
# Nothing that a command starts outlives it, however it hides.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
on_exit kill_marked

kill_marked() {
	for pid in $(marked "stockade-linger-$$"); do
		kill -9 "$pid"
	done
}

leftovers() {
	mark=stockade-linger-$$-$WAY
	check_control
	before=$(date +%s)
	check_output "the command ends though a child holds its pipe" finished \
		inside sh -c "/workspace/probe linger $mark-a; sleep 0.2
			echo finished"
	check "double fork, setsid, every signal ignored: gone" \
		within 1 none_marked "$mark-a"
	check "in no hurry of timeouts" test $(($(date +%s) - before)) -lt 10
	check_status "time-out" 124 box --timeout 1s -- \
		sh -c "/workspace/probe linger $mark-b
			trap '' TERM INT HUP; sleep 100 & wait; sleep 100"
	check "after the time-out it is gone" within 1 none_marked "$mark-b"
	check_output "a failed command's, too" 7 status_of inside \
		sh -c "/workspace/probe linger $mark-c; exit 7"
	check "gone" within 1 none_marked "$mark-c"
	check_output "and a killed one's" 137 status_of inside \
		sh -c "/workspace/probe linger $mark-d; kill -9 \$\$"
	check "gone as well" within 1 none_marked "$mark-d"
	many
	hostile
}

# Outside such a process stays: it is not the probe that ends it.
check_control() {
	as_user "$PROBE" linger "$mark-ctl" >/dev/null 2>&1
	check "control: outside it stays" test -n "$(marked "$mark-ctl")"
	for pid in $(marked "$mark-ctl"); do
		kill -9 "$pid"
	done
}

many() {
	check "fifty of them" inside sh -c "i=0
		while [ \$i -lt 50 ]; do
			/workspace/probe linger $mark-m
			i=\$((i + 1))
		done"
	check "all gone" within 1 none_marked "$mark-m"
	check "no cgroup is left" within 5 no_stale_cgroups
}

# Who stops the process that waits for it, or forks faster than we look, is
# not longer there than its time.
hostile() {
	check_status "time-out though its parent is stopped" 124 \
		box --timeout 1s -- sh -c 'kill -STOP $PPID; sleep 100'
	# The first one stays, or goes: each is ended by another way.
	cp "$PROBE" "$W/$mark-s"
	check_status "time-out of a storm of forks" 124 box --timeout 1s \
		--limit pids=100 -- sh -c "./$mark-s storm & exec sleep 100"
	check "the storm is over" within 5 none_marked "$mark-s"
	check_status "a storm whose first one ends" 0 box --timeout 60s \
		--limit pids=100 -- sh -c "./$mark-s storm & sleep 0.5"
	check "it is over with that" within 5 none_marked "$mark-s"
}

status_of() {
	"$@" >/dev/null 2>&1
	echo $?
}

run_ways leftovers
test_end
