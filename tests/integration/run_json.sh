#!/bin/sh
# SPDX-License-Identifier: ISC
# --json writes one object with all that the issue names.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
needs /usr/bin/python3

object() {
	rm -f "$O/o.json"
	box --json "$O/o.json" "$@" >/dev/null 2>&1
}

is() {
	check_output "$1" "$2" json "$O/o.json" "$3"
}

shape() {
	user_dir "json-$WAY"
	O=$T/json-$WAY
	chmod 777 "$O"
	object -- sh -c 'exit 7'
	check "it is JSON" /usr/bin/python3 -m json.tool "$O/o.json"
	check_output "on one line" 1 sh -c "wc -l <'$O/o.json'"
	is "exit_code" 7 'o["exit_code"]'
	is "no signal" true 'o.get("signal") in (None, 0)'
	is "flags are off" '[false, false, false]' \
		'[o[k] for k in "timed_out oom_killed output_truncated".split()]'
	is "usage has three numbers" true 'all(type(o["usage"][k]) is int
		and o["usage"][k] >= 0
		for k in "wall_ms cpu_ms memory_peak".split())'
	is "enforced names known ways" true 'all(v in "cgroup rlimit watchdog "
		"kernel none missing".split() for v in o["enforced"].values())'
	is "for each limit" true 'set(o["enforced"]) >= set(
		"memory pids time fsize nofile tmp output".split())'
	object -- sh -c 'kill -9 $$'
	is "signal" 9 'o["signal"]'
	is "no exit_code" true 'o.get("exit_code") is None'
	object --timeout 400ms -- sleep 20
	is "timed_out" true 'o["timed_out"]'
	is "time is enforced" true 'o["enforced"]["time"] != "none"'
	is "wall_ms is about the limit" true \
		'350 <= o["usage"]["wall_ms"] <= 3000'
	object -- /workspace/probe burn 300
	is "cpu_ms counts" true '250 <= o["usage"]["cpu_ms"] <= 1500'
	object -- sh -c '/workspace/probe burn 200; /workspace/probe burn 200'
	is "cpu_ms counts children" true \
		'350 <= o["usage"]["cpu_ms"] <= 2000'
	object -- /workspace/probe memory 100000000
	is "memory_peak counts" true \
		'90e6 <= o["usage"]["memory_peak"] <= 300e6'
	elsewhere
}

elsewhere() {
	check_output "with - it is on stdout, after the command's" \
		'hello 0' sh -c "$(quoted | tr "\n" " ") run -C '$W' --json - -- echo hello |
		/usr/bin/python3 -c 'import sys, json
l = sys.stdin.read().splitlines()
print(l[0], json.loads(l[-1])[\"exit_code\"])'"
	check_status "a file that cannot be written is our failure" 125 \
		box --json /no/such/folder/o.json -- true
	object -- no-such-command
	is "a command that is not there" true \
		'o.get("exit_code") in (127, None)'
}

# The command line that `as` would run, for a shell.
quoted() {
	case $WAY in
	rootless) ! is_root || echo "setpriv --reuid=$TEST_UID" \
		"--regid=$TEST_GID --clear-groups" ;;
	sudo) echo "env SUDO_UID=$TEST_UID SUDO_GID=$TEST_GID" ;;
	esac
	echo "$STOCKADE"
}

run_ways shape
test_end
