#!/bin/sh
# SPDX-License-Identifier: ISC
# The environment is made from nothing; descriptors are 0, 1 and 2.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

NAMES='COLORTERM|COLUMNS|HOME|HOSTNAME|LANG|LANGUAGE|LC_[A-Z]*|LINES|
LOGNAME|PATH|PWD|SHELL|SHLVL|TERM|TMPDIR|TZ|USER|_|OLDPWD|STOCKADE'

inheritance() {
	names=$(echo "$NAMES" | tr -d '\n')
	BOX_ENV="ANTHROPIC_API_KEY=sesame"
	check_no_match "a secret of the caller stays outside" "sesame" \
		inside sh -c 'env; tr "\0" "\n" <"/proc/$$/environ"'
	check_match "control: the caller has it" ".*=sesame" as env
	check_no_match "not in any process inside" "sesame" \
		inside sh -c 'cat /proc/*/environ 2>/dev/null; true'
	BOX_ENV=LD_LIBRARY_PATH=/workspace/evil
	check_no_match "LD_LIBRARY_PATH stays outside" LD_LIB inside env
	BOX_ENV=
	check_output "no other names are set" "" inside sh -c \
		"env | sed 's/=.*//' | grep -Evx '$names'"
	check_match "PATH is the system's" "PATH=.*/usr/bin.*" inside env
	check_output "HOME is writable" yes inside sh -c \
		'test -w "$HOME" && echo yes'
	check_output "--env gives a name" "hello world" \
		box --env "GREETING=hello world" -- \
		sh -c 'echo "$GREETING"'
	descriptors
	check_output "no priority on the host's processors" 2 inside grep -Ec \
		'^Max (realtime|nice) priority +0 +0' /proc/self/limits
}

descriptors() {
	echo secret >"$T/secret"
	check_output "no other descriptor comes in" "0 1 2" \
		list_with_open_ones inside /workspace/probe descriptors
	check_match "control: they were open" "0 1 2 3 7 9.*" \
		list_with_open_ones "$PROBE" descriptors
}

list_with_open_ones() {
	"$@" 3<"$T/secret" 7</ 9>>"$T/secret.out" | sort -n | tr '\n' ' ' |
		sed 's/ $//'
}

run_ways inheritance
test_end
