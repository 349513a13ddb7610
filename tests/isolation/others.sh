#!/bin/sh
# SPDX-License-Identifier: ISC
# Abstract sockets and processes of others are out of reach.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
on_exit stop_others

MARK=stockade-other-$$

stop_others() {
	for pid in ${others-}; do
		kill "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	others=
}

others_hidden() {
	new_dir "work2-$WAY"
	cp "$PROBE" "$T/work2-$WAY/probe"
	: >"$T/host.out"
	: >"$T/box.out"
	"$PROBE" listen-abstract "$MARK-host" >"$T/host.out" &
	others=$!
	as "$STOCKADE" run -C "$T/work2-$WAY" -- /workspace/probe \
		listen-abstract "$MARK-box" >"$T/box.out" &
	others="$others $!"
	within 10 test -s "$T/host.out"
	within 10 test -s "$T/box.out"
	check_output "the other box runs" listening cat "$T/box.out"
	prop "the host's abstract socket" "refused (ECONNREFUSED|EPERM)" \
		user allowed connect-abstract "$MARK-host"
	prop "another box's abstract socket" "refused (ECONNREFUSED|EPERM)" \
		none "" connect-abstract "$MARK-box"
	check_no_match "no process but the box's own" "$MARK" \
		inside sh -c 'cat /proc/[0-9]*/cmdline | tr "\0" "\n"'
	check_match "a box sees a handful of processes" "[1-6]" \
		inside sh -c 'ls -d /proc/[0-9]* | wc -l'
	check_match "control: the host sees them" ".*$MARK-box.*" \
		sh -c 'cat /proc/[0-9]*/cmdline | tr "\0" " "; echo'
	stop_others
}

run_ways others_hidden
test_end
