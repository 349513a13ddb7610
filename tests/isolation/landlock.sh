#!/bin/sh
# SPDX-License-Identifier: ISC
# Landlock: in the strict profile a command has a domain of its own, without
# TCP, and does not write its own memory by /proc.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
printf 'seccomp strict\n' >"$T/strict.policy"

strict() {
	box --policy "$T/strict.policy" -- "$@"
}

landlock() {
	box --json - -- true >"$T/run.json"
	abi=$(json "$T/run.json" 'o["sandbox"]["landlock_abi"]')
	if [ "${abi:-0}" -lt 6 ]; then
		skip_kernel "a strict command's own domain" \
			"Landlock of this kernel has ABI ${abi:-0}"
		return
	fi
	# What a command's parent is: pid 1, or its reaper.
	# shellcheck disable=SC2016 # of the shell inside
	check_fails "strict: a command does not signal its parent" \
		strict sh -c 'kill -0 $PPID'
	check_fails "strict: nor pid 1" strict sh -c 'kill -0 1'
	# shellcheck disable=SC2016
	check "control: by default it may, where the ids agree" \
		inside sh -c 'kill -0 $PPID'
	check "strict: its own children it does signal" \
		strict sh -c 'sleep 9 & kill $!'
	check_match "strict: nothing is written to one's own memory" \
		".*Permission denied.*" \
		strict sh -c 'exec 3<>/proc/self/mem'
	check "control: by default it is" inside sh -c 'exec 3<>/proc/self/mem'
	check_output "strict: what leads to stdout can be opened" opened \
		strict sh -c 'echo opened >/dev/stdout'
}

run_ways landlock
test_end
