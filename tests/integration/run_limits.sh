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
	limited -- true
	check_equal "defaults let true run" 0 "$got"
}

limit_time() {
	start=$(date +%s)
	limited --limit time=500ms -- sleep 30
	check_equal "time: 124" 124 "$got"
	check "time: soon" test $(($(date +%s) - start)) -lt 5
	told "time: timed_out" true 'o["timed_out"]'
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
	for kind in shared hidden segment; do
		limited --limit memory=64M -- \
			/workspace/probe "memory-$kind" 200000000 3
		told "memory: 200 MB $kind" true 'o["oom_killed"]'
	done
	limited --limit memory=256M -- /workspace/probe memory 100000000
	check_equal "memory: what fits runs" 0 "$got"
	told "memory: not oom_killed" false 'o["oom_killed"]'
}

limit_pids() {
	limited --limit pids=20 -- /workspace/probe processes 100
	made=$(tail -n 1 "$T/out")
	check "pids: some but fewer than 20 ($made)" \
		test "${made:-100}" -ge 5 -a "${made:-100}" -lt 20
	enforced pids
	limited --limit pids=20 -- true
	check_equal "pids: the next command is free again" 0 "$got"
	limited --limit pids=200 -- /workspace/probe processes 100
	check_equal "pids: what fits runs" 100 "$(tail -n 1 "$T/out")"
}

limit_files() {
	limited --limit fsize=1M -- \
		/workspace/probe fill-quietly /workspace/big 2000000
	check_equal "fsize: too large a file" "refused EFBIG" "$(cat "$T/out")"
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
