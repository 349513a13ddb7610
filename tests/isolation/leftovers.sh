#!/bin/sh
# SPDX-License-Identifier: ISC
# Nothing that a command starts outlives it, however it hides.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin
alone -s
MARK=stockade-linger-$$
on_exit kill_marked

leftovers() {
	mark=$MARK-$WAY
	check_control
	before=$(date +%s)
	check_output "the command ends though a child holds its pipe" finished \
		inside sh -c "/workspace/probe linger $mark-a; sleep 0.2
			echo finished"
	gone outlives-command a
	check "in no hurry of timeouts" test $(($(date +%s) - before)) -lt 10
	check_status "time-out" 124 box --timeout 1s -- \
		sh -c "/workspace/probe linger $mark-b
			trap '' TERM INT HUP; sleep 100 & wait; sleep 100"
	gone outlives-timeout b
	check_output "a failed command's, too" 7 status_of inside \
		sh -c "/workspace/probe linger $mark-c; exit 7"
	gone outlives-failure c
	check_output "and a killed one's" 137 status_of inside \
		sh -c "/workspace/probe linger $mark-d; kill -9 \$\$"
	gone outlives-kill d
	many
	hostile
}

some_marked() {
	! none_marked "$1"
}

# Outside such a process stays: it is not the probe that ends it.
check_control() {
	as_user "$PROBE" linger "$mark-ctl" >/dev/null 2>&1
	within 5 some_marked "$mark-ctl"
	stays=$(marked "$mark-ctl" | grep -c .)
	for pid in $(marked "$mark-ctl"); do
		kill -9 "$pid"
	done
}

# gone ID LETTER: nobody of that mark is left, after a second at most.
gone() {
	within 1 none_marked "$mark-$2"
	judge "$1" 0 "$(marked "$mark-$2" | grep -c .)" 1 "$stays"
}

many() {
	check "fifty of them" inside sh -c "i=0
		while [ \$i -lt 50 ]; do
			/workspace/probe linger $mark-m
			i=\$((i + 1))
		done"
	gone outlives-many m
	check "no cgroup is left" within 5 no_stale_cgroups
}

# Who stops the process that waits for it, or forks faster than we look, is
# not longer there than its time.
hostile() {
	judge stopped-parent 124 "$(status_of box --timeout 1s -- \
		sh -c 'kill -STOP $PPID; sleep 100')" \
		137 "$(status_of as_user timeout -s KILL 1 sh -c \
			'kill -STOP $$; sleep 100')"
	# The first one stays, or goes: each is ended by another way.
	cp "$PROBE" "$W/$mark-s"
	check_status "time-out of a storm of forks" 124 box --timeout 1s \
		--limit pids=100 -- sh -c "./$mark-s storm & exec sleep 100"
	within 5 none_marked "$mark-s"
	gone fork-storm s
	check_status "a storm whose first one ends" 0 box --timeout 60s \
		--limit pids=100 -- sh -c "./$mark-s storm & sleep 0.5"
	within 5 none_marked "$mark-s"
	gone fork-storm-orphans s
}

status_of() {
	"$@" >/dev/null 2>&1
	echo $?
}

run_ways leftovers
property_end
