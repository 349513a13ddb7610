#!/bin/sh
# SPDX-License-Identifier: ISC
# Each limit really holds, and the result says what held it.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
needs /usr/bin/python3

limited() {
	rm -f "$O/o.json"
	box --json "$O/o.json" "$@" >"$T/out" 2>"$T/err"
	got=$?
}

# hit NAME: it was the first, and people are told what to do.
hit() {
	told "$1: is the limit that was hit" "$1" 'o.get("limit_hit", "none")'
	check "$1: and is told on stderr" grep -q \
		"limit $1 .*raise it with --limit $1=" "$T/err"
}

not_hit() {
	told "$1: not hit" '[]' 'o["limits_hit"]'
	check_equal "$1: nothing is told" "" "$(cat "$T/err")"
}

# missing NAME: nothing can enforce it here, and that is said.
missing() {
	[ "$(json "$O/o.json" "o['enforced']['$1']")" = missing ] || return 1
	check "$1: that nothing enforces it is told" \
		grep -q "limit $1 .* is not enforced" "$T/err"
}

told() {
	check_output "$1" "$2" json "$O/o.json" "$3"
}

enforced() {
	check_fails "$1 is enforced by something" test none = \
		"$(json "$O/o.json" "o['enforced']['$1']")"
}

limits() {
	user_dir "json-$WAY"
	O=$T/json-$WAY
	chmod 777 "$O"
	limit_time
	limit_memory
	limit_pids
	limit_files
	limit_output
	limit_cpu_time
	limit_cpu
	limit_weight
	limit_disk
	limit_io_rate
	limit_output_rate
	limited -- true
	told "defaults: no limit hit" '[]' 'o["limits_hit"]'
	check_equal "defaults let true run" 0 "$got"
}

limit_time() {
	start=$(date +%s)
	limited --limit time=500ms -- sleep 30
	check_equal "time: 124" 124 "$got"
	check "time: soon" test $(($(date +%s) - start)) -lt 5
	told "time: timed_out" true 'o["timed_out"]'
	hit time
	enforced time
	limited --timeout 20s -- sh -c 'exit 3'
	check_equal "time: not reached" 3 "$got"
	told "time: not timed_out" false 'o["timed_out"]'
	limited --timeout 500ms -- sh -c 'trap "" TERM INT HUP XCPU
		while :; do :; done'
	check_equal "time: a deaf spinner" 124 "$got"
}

limit_memory() {
	limited --limit memory=64M -- /workspace/probe memory 500000000 2
	check_fails "memory: 500 MB do not fit in 64M" test "$got" -eq 0
	told "memory: oom_killed" true 'o["oom_killed"]'
	enforced memory
	limited --limit memory=64M -- sh -c '
		i=0
		while [ $i -lt 8 ]; do
			/workspace/probe memory 30000000 3 &
			i=$((i + 1))
		done
		wait'
	told "memory: eight times 30 MB do not fit either" true \
		'o["oom_killed"]'
	for kind in shared hidden segment memfd memfd-mapped; do
		limited --limit memory=64M -- \
			/workspace/probe "memory-$kind" 200000000 3
		told "memory: 200 MB $kind" true 'o["oom_killed"]'
		limited --limit memory=64M -- \
			/workspace/probe "memory-$kind" 40000000 1
		told "memory: 40 MB $kind fit" false 'o["oom_killed"]'
	done
	hit_memory_files
	limited --limit memory=256M -- /workspace/probe memory 100000000
	check_equal "memory: what fits runs" 0 "$got"
	told "memory: not oom_killed" false 'o["oom_killed"]'
}

# Files in memory count: what stays of an earlier command does not.
hit_memory_files() {
	limited --limit memory=64M --limit tmp=200M -- sh -c '
		head -c 50000000 /dev/zero >/tmp/a
		head -c 50000000 /dev/zero >/dev/shm/b
		sleep 3'
	hit memory
	limited --limit memory=64M --limit tmp=200M -- sh -c '
		head -c 20000000 /dev/zero >/tmp/a
		head -c 20000000 /dev/zero >/dev/shm/b
		sleep 1'
	not_hit memory
}

limit_cpu_time() {
	limited --limit cpu-time=400ms --timeout 20s -- sh -c 'while :; do :; done'
	check_equal "cpu-time: killed" 137 "$got"
	hit cpu-time
	enforced cpu-time
	told "cpu-time: soon" true '300 <= o["usage"]["cpu_ms"] <= 1200'
	limited --limit cpu-time=400ms --timeout 20s -- sh -c '
		/workspace/probe burn 200 & /workspace/probe burn 200 &
		/workspace/probe burn 200 & wait; sleep 20'
	hit cpu-time
	limited --limit cpu-time=2s -- /workspace/probe burn 200
	check_equal "cpu-time: what fits" 0 "$got"
	not_hit cpu-time
}

# A second of CPU time at two tenths of a core takes long.
limit_cpu() {
	limited --limit cpu=20% --timeout 2s -- sh -c 'while :; do :; done'
	if ! missing cpu; then
		enforced cpu
		told "cpu: a fifth of two seconds" true \
			'200 <= o["usage"]["cpu_ms"] <= 650'
	fi
	limited --limit cpu=1000% -- /workspace/probe burn 300
	told "cpu: who has enough is not held up" true \
		'o["usage"]["wall_ms"] <= 1500'
}

limit_weight() {
	limited --limit cpu-weight=10 -- \
		/usr/bin/python3 -c 'import os; print(os.nice(0))'
	if [ "$(json "$O/o.json" 'o["enforced"]["cpu-weight"]')" = kernel ]
	then
		check_equal "cpu-weight: a tenth, by the nice value" 11 \
			"$(cat "$T/out")"
	fi
	enforced cpu-weight
	limited -- /usr/bin/python3 -c 'import os; print(os.nice(0))'
	check_equal "cpu-weight: the usual" 0 "$(cat "$T/out")"
	limited --limit cpu-weight=200 -- true
	missing cpu-weight || enforced cpu-weight
}

limit_disk() {
	limited --limit disk=8M --timeout 20s -- sh -c '
		mkdir d; i=0
		while [ $i -lt 40 ]; do
			head -c 1000000 /dev/zero >d/$i
			i=$((i + 1)); sleep 0.01
		done'
	hit disk
	enforced disk
	check "disk: not much more" \
		test "$(du -sk "$W/d" | cut -f1)" -le 20000
	rm -rf "$W/d"
	limited --limit disk=8M --timeout 20s -- \
		sh -c 'fallocate -l 50M hole && sleep 5'
	[ "$got" = 1 ] || hit disk # 1: the file system cannot
	rm -f "$W/hole"
	limited --limit disk=8M --timeout 20s -- sh -c '
		exec 3>gone; rm gone
		head -c 30000000 /dev/zero >&3; sleep 5'
	hit disk
	# What is removed again, or was there before, is not added.
	head -c 20000000 /dev/zero >"$W/before"
	limited --limit disk=8M -- sh -c '
		for i in 1 2 3 4 5 6; do
			head -c 3000000 /dev/zero >x; sleep 0.02; rm x
		done'
	check_equal "disk: what fits" 0 "$got"
	not_hit disk
	rm -f "$W/before"
}

limit_io_rate() {
	# One process: what one wrote that ended between two looks is not seen.
	limited --limit io-rate=20M/s -- sh -c '
		head -c 60000000 /dev/zero >x; rm x'
	if ! missing io-rate && ! on_tmpfs; then
		enforced io-rate
		told "io-rate: 60 MB take their time" true \
			'o["usage"]["wall_ms"] >= 1000'
	fi
	limited --limit io-rate=100M/s -- sh -c 'echo 1 >x; rm x'
	told "io-rate: a little is not held up" true \
		'o["usage"]["wall_ms"] <= 1500'
}

on_tmpfs() {
	[ "$(stat -f -c %T "$W")" = tmpfs ]
}

limit_output_rate() {
	limited --limit output-rate=100K/s -- head -c 150000 /dev/zero
	check_equal "output-rate: all of it comes" 150000 \
		"$(wc -c <"$T/out" | tr -d ' ')"
	told "output-rate: in its time" true \
		'600 <= o["usage"]["wall_ms"] <= 3000'
	enforced output-rate
	limited --limit output-rate=100M/s -- head -c 150000 /dev/zero
	told "output-rate: enough of it" true 'o["usage"]["wall_ms"] <= 1500'
}

limit_pids() {
	limited --limit pids=20 -- /workspace/probe processes 100
	made=$(tail -n 1 "$T/out")
	check "pids: some but fewer than 20 ($made)" \
		test "${made:-100}" -ge 5 -a "${made:-100}" -lt 20
	enforced pids
	limited --limit pids=20 -- /usr/bin/python3 -c '
import os, time
try:
	while os.fork() != 0:
		pass
except OSError:
	pass
time.sleep(1)'
	check_equal "pids: nobody is killed for it" 0 "$got"
	hit pids
	told "pids: the peak" 20 'o["usage"]["pids_peak"]'
	limited --limit pids=20 -- true
	check_equal "pids: the next command is free again" 0 "$got"
	limited --limit pids=200 -- /workspace/probe processes 100
	check_equal "pids: what fits runs" 100 "$(tail -n 1 "$T/out")"
	not_hit pids
}

limit_files() {
	limited --limit fsize=1M -- \
		/workspace/probe fill-quietly /workspace/big 2000000
	check_equal "fsize: too large a file" "refused EFBIG" "$(cat "$T/out")"
	limited --limit fsize=1M -- head -c 2000000 /dev/zero
	not_hit fsize
	limited --limit fsize=1M -- sh -c 'exec head -c 2000000 /dev/zero >x'
	hit fsize
	enforced fsize
	limited --limit fsize=1M -- /workspace/probe fill-quietly big 900000
	check_equal "fsize: what fits" allowed "$(cat "$T/out")"
	limited --limit nofile=32 -- /workspace/probe files 40
	check_equal "nofile: too many" "refused EMFILE" "$(cat "$T/out")"
	enforced nofile
	limited --limit nofile=64 -- /workspace/probe files 40
	check_equal "nofile: what fits" allowed "$(cat "$T/out")"
	limited --limit tmp=2M -- /workspace/probe fill /tmp/big 4000000
	check_equal "tmp: too much" "refused ENOSPC" "$(cat "$T/out")"
	enforced tmp
	limited --limit tmp=8M -- /workspace/probe fill /tmp/big 4000000
	check_equal "tmp: what fits" allowed "$(cat "$T/out")"
}

limit_output() {
	limited --limit output=100K -- head -c 10000000 /dev/zero
	check "output: cut" test "$(wc -c <"$T/out")" -le 200000
	told "output: told" true 'o["output_truncated"]'
	hit output
	enforced output
	limited --limit output=100K -- yes
	told "output: ended" true 'o["output_truncated"]'
	limited --limit output=100K -- sh -c 'yes >&2'
	told "output: stderr counts" true 'o["output_truncated"]'
	limited --limit output=100K -- head -c 50000 /dev/zero
	check_equal "output: what fits comes whole" 50000 \
		"$(wc -c <"$T/out" | tr -d ' ')"
	told "output: not told" false 'o["output_truncated"]'
}

run_ways limits
test_end
