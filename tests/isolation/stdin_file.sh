#!/bin/sh
# SPDX-License-Identifier: ISC
# A file given as stdin is given for reading, and so for the others.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

REOPEN='echo changed >/proc/self/fd/0'

stdin_file() {
	echo precious >"$CTL/input"
	[ "$WAY" = root ] || ! is_root || chown "$TEST_UID" "$CTL/input"
	input_from "$CTL/input" inside sh -c "$REOPEN" >/dev/null 2>&1
	check_output "stdin is not reopened for writing" precious \
		cat "$CTL/input"
	! is_root || chown "$TEST_UID" "$CTL/input"
	cp -p "$CTL/input" "$CTL/copy"
	input_from "$CTL/copy" as_user sh -c "$REOPEN"
	check_output "control: outside it is" changed cat "$CTL/copy"
	other_outputs
	check_output "and is read" precious \
		input_from "$CTL/input" inside cat
	check_no_match "a folder as stdin is no way to the host" precious \
		input_from "$CTL" \
		inside sh -c 'cat /proc/self/fd/0/input 2>&1; true'
	check_no_match "nor is what lies above it" "work-$WAY" \
		input_from "$CTL" \
		inside sh -c 'ls /proc/self/fd/0/.. 2>&1; true'
}

# Given for appending: what is there already is not the command's.
other_outputs() {
	echo precious >"$CTL/log"
	! is_root || chown "$TEST_UID" "$CTL/log"
	inside sh -c 'echo more; : >/proc/self/fd/1' >>"$CTL/log" 2>/dev/null
	check_match "what was in a file for appending stays" precious \
		cat "$CTL/log"
	inside sh -c 'timeout 2 cat /proc/self/fd/1 >&2; echo more' \
		>>"$CTL/log" 2>"$T/err"
	check_fails "nor is it read" grep -q precious "$T/err"
}

input_from() {
	test_file=$1
	shift
	"$@" <"$test_file"
}


run_ways stdin_file
test_end
