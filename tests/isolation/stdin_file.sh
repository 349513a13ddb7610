#!/bin/sh
# SPDX-License-Identifier: ISC
# A file given as stdin is given for reading, and so for the others.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

REOPEN='(refused (EACCES|EPERM|ENOENT|EROFS|ENXIO|ELOOP))'

stdin_file() {
	echo precious >"$CTL/input"
	[ "$WAY" = root ] || ! is_root || chown "$TEST_UID" "$CTL/input"
	got=$(inside /workspace/probe open-write /proc/self/fd/0 \
		<"$CTL/input" 2>&1)
	prop_check "stdin is not reopened for writing" "$REOPEN" "$got"
	got=$(as "$PROBE" open-write /proc/self/fd/0 <"$CTL/input" 2>&1)
	[ "$WAY" = root ] ||
		prop_check "control: outside it is" allowed "$got"
	inside sh -c 'echo changed >/proc/self/fd/0' <"$CTL/input" \
		>/dev/null 2>&1
	check_output "the file is as it was" precious cat "$CTL/input"
	check_output "and is read" precious \
		input_from "$CTL/input" inside cat
	check_no_match "a folder as stdin is no way to the host" precious \
		input_from "$CTL" \
		inside sh -c 'cat /proc/self/fd/0/input 2>&1; true'
	check_no_match "nor is what lies above it" "work-$WAY" \
		input_from "$CTL" \
		inside sh -c 'ls /proc/self/fd/0/.. 2>&1; true'
}

input_from() {
	test_file=$1
	shift
	"$@" <"$test_file"
}


run_ways stdin_file
test_end
