#!/bin/sh
# SPDX-License-Identifier: ISC
# The watchdog, measured: what it costs to watch a command that rests, and how
# far one that takes memory as fast as it can gets beyond its limit.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
needs /usr/bin/python3

# Pid 1 of the box that runs below process $1.
pid_1() {
	for wd_child in $(tr ' ' '\n' 2>/dev/null \
		<"/proc/$1/task/$1/children"); do
		if grep -Eq '^NSpid:.*[[:space:]]1$' \
			"/proc/$wd_child/status" 2>/dev/null; then
			echo "$wd_child"
		fi
		pid_1 "$wd_child"
	done
}

# Nanoseconds of CPU time that process $1 has used.
used() {
	cut -d' ' -f1 "/proc/$1/schedstat"
}

# cost NAME LIMIT COMMAND...: of three seconds of watching it, in per mille.
cost() {
	wd_name=$1 wd_limit=$2
	shift 2
	as "$STOCKADE" run -C "$W" --limit memory="$wd_limit" -- "$@" \
		>/dev/null 2>&1 &
	wd_run=$!
	within 10 test -e "$W/ready"
	wd_init=$(pid_1 "$wd_run" | head -n 1)
	wd_before=$(used "$wd_init")
	sleep 3
	wd_after=$(used "$wd_init")
	wait "$wd_run"
	rm -f "$W/ready"
	wd_cost=$(((wd_after - wd_before) / 3000000))
	diag "$wd_name: $wd_cost per mille of a core"
	# Below 1 % where nothing else runs; other tests run beside this one.
	check "$wd_name: 1 % of a core, or little more" test "$wd_cost" -lt 20
}

# beyond NAME KIND: how much of 100M it got.
beyond() {
	as timeout --foreground -s KILL 60 "$STOCKADE" run -C "$W" \
		--limit memory=100M --json "$CTL/o.json" -- \
		/workspace/probe "$2" /workspace/so-far >/dev/null 2>&1
	wd_got=$(/usr/bin/python3 -c 'import struct, sys
print(struct.unpack("Q", open(sys.argv[1], "rb").read())[0] >> 20)' \
		"$W/so-far")
	diag "$1: killed at $wd_got MiB"
	check_output "$1: the limit was hit" memory \
		json "$CTL/o.json" 'o["limit_hit"]'
	# 110, and what a machine that is busy otherwise keeps us waiting.
	check "$1: not far beyond" test "$wd_got" -ge 90 -a "$wd_got" -le 200
}

watchdog() {
	chmod 777 "$CTL"
	as "$STOCKADE" run -C "$W" --json "$CTL/o.json" -- true
	if [ "$(json "$CTL/o.json" 'o["enforced"]["memory"]')" != watchdog ]
	then
		skip_kernel "all of it" "a controller holds memory"
		return
	fi
	cost "idle, 4G" 4G sh -c 'echo >ready; sleep 3.5'
	cost "idle, 100M" 100M sh -c 'echo >ready; sleep 3.5'
	cost "near its limit" 100M sh -c '/workspace/probe memory 90000000 5 &
		sleep 1; echo >ready; wait'
	cost "ten processes" 100M sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do
		sleep 4 & done; sleep 0.3; echo >ready; wait'
	beyond "pages" memory-race
	beyond "memory files" memory-race-memfd
}

run_ways watchdog
test_end
