#!/bin/sh
# SPDX-License-Identifier: ISC
# A file given as stdin is given for reading, and so for the others.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin

REOPEN='echo changed >/proc/self/fd/0'

stdin_file() {
	echo precious >"$CTL/input"
	[ "$WAY" = root ] || ! is_root || chown "$TEST_UID" "$CTL/input"
	input_from "$CTL/input" inside sh -c "$REOPEN" >/dev/null 2>&1
	cp -p "$CTL/input" "$CTL/copy"
	! is_root || chown "$TEST_UID" "$CTL/input" "$CTL/copy"
	input_from "$CTL/copy" as_user sh -c "$REOPEN"
	judge stdin-reopened precious "$(cat "$CTL/input")" \
		changed "$(cat "$CTL/copy")"
	check_output "and is read" precious \
		input_from "$CTL/input" inside cat
	folder
	outputs
}

# A folder as stdin is no way to what is in it, or above it.
folder() {
	below='cat /proc/self/fd/0/input 2>/dev/null | grep -c precious'
	above='ls /proc/self/fd/0/.. 2>/dev/null | grep -c "^work-"'
	judge stdin-folder 0 "$(input_from "$CTL" inside sh -c "$below")" \
		1 "$(input_from "$CTL" as_user sh -c "$below")"
	judge stdin-above 0 "$(input_from "$CTL" inside sh -c "$above")" \
		'[1-9]' "$(input_from "$CTL" as_user sh -c "$above")"
}

# Given for appending: what is there already is not the command's.
outputs() {
	for log in log copy; do
		echo precious >"$CTL/$log"
		! is_root || chown "$TEST_UID" "$CTL/$log"
	done
	empty='echo more; : >/proc/self/fd/1'
	inside sh -c "$empty" >>"$CTL/log" 2>/dev/null
	as_user sh -c "$empty" >>"$CTL/copy" 2>/dev/null
	judge stdout-emptied 1 "$(grep -c precious "$CTL/log")" \
		0 "$(grep -c precious "$CTL/copy")"
	# A pipe gives back what was written to it, and nothing after that.
	for log in log copy; do
		echo precious >"$CTL/$log"
	done
	reads='exec 3>&1; timeout 1 cat /proc/self/fd/3 >&2'
	inside sh -c "$reads" >>"$CTL/log" 2>"$T/err"
	as_user sh -c "$reads" >>"$CTL/copy" 2>"$T/err.ctl"
	judge stdout-read 0 "$(grep -c precious "$T/err")" \
		1 "$(grep -c precious "$T/err.ctl")"
}

input_from() {
	test_file=$1
	shift
	"$@" <"$test_file"
}

run_ways stdin_file
property_end
