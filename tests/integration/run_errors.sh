#!/bin/sh
# SPDX-License-Identifier: ISC
# What is asked wrongly is said clearly, and never half done.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

# fault NAME ERE ARGUMENT...: status 125, and a line of stderr like ERE.
fault() {
	fault_name=$1 fault_ere=$2
	shift 2
	as timeout -s KILL 30 "$STOCKADE" "$@" >"$T/out" 2>"$T/err"
	fault_got=$?
	if [ "$fault_got" -eq 125 ] && grep -Eq -e "$fault_ere" "$T/err" &&
		[ ! -s "$T/out" ]
	then
		ok "$fault_name"
	else
		not_ok "$fault_name" "status $fault_got, want 125 and" \
			"$fault_ere:
$(cat "$T/out" "$T/err")"
	fi
}

errors() {
	fault "no command" "command" run -C "$W"
	fault "nothing after --" "command" run -C "$W" --
	fault "an unknown option" "frobnicate" run --frobnicate -- true
	fault "a misspelt option" "timeout" run --timeuot 3s -- true
	fault "an option without its value" "limit" run --limit
	fault "a limit without value" "memory" \
		run -C "$W" --limit memory -- true
	fault "an unknown limit" "memroy" \
		run -C "$W" --limit memroy=1G -- true
	fault "a limit of nonsense" "12Q" \
		run -C "$W" --limit memory=12Q -- true
	fault "a limit too small" "memory|1" \
		run -C "$W" --limit memory=1 -- true
	fault "a negative time" "time|-3" run -C "$W" --timeout -3s -- true
	fault "a bad --env" "env|=" run -C "$W" --env =x -- true
	fault "a missing workspace" "$W/none.*[Nn]o such" \
		run -C "$W/none" -- true
	fault "a workspace that is a file" "$W/probe.*[Nn]ot a directory" \
		run -C "$W/probe" -- true
	fault "a missing policy" "$W/none.policy.*[Nn]o such" \
		run -C "$W" --policy "$W/none.policy" -- true
	fault "--tty without a terminal" "terminal|tty" \
		run -C "$W" --tty -- true
	policies
	denied
	check_match "--version" "stockade [0-9.]+.*" as "$STOCKADE" --version
	check_match "--help" ".*--policy.*" as "$STOCKADE" run --help
	check_status "--help is no fault" 0 as "$STOCKADE" run --help
	check_status "no word at all is one" 2 as "$STOCKADE"
	check_status "an unknown word is one" 2 as "$STOCKADE" dance
}

policies() {
	P=$W/test.policy
	printf 'limit pids 64\nlimit memory 12Q\n' >"$P"
	fault "a bad value, with line and column" \
		"test.policy:2:14.*12Q" run -C "$W" --policy "$P" -- true
	printf '\n\n  frobnicate 3\n' >"$P"
	fault "an unknown word, with line and column" \
		"test.policy:3:3.*frobnicate" \
		run -C "$W" --policy "$P" -- true
	printf 'limit pids 64\000\n' >"$P"
	fault "a NUL" "test.policy:1:14" run -C "$W" --policy "$P" -- true
	printf 'mount ro relative/path\n' >"$P"
	fault "a relative mount" "test.policy:1:10.*relative" \
		run -C "$W" --policy "$P" -- true
	printf 'mount ro /no/such/folder\n' >"$P"
	fault "a mount of nothing" "/no/such/folder" \
		run -C "$W" --policy "$P" -- true
	printf '# quiet\nlimit nofile 33\n' >"$P"
	check_output "a good one holds" 33 box --policy "$P" -- \
		sh -c 'ulimit -n'
	check_output "an option comes after it" 44 box --policy "$P" \
		--limit nofile=44 -- sh -c 'ulimit -n'
	mkdir "$CTL/extra"
	echo extra >"$CTL/extra/file"
	chmod 755 "$CTL" "$CTL/extra"
	! is_root || chown -R "$TEST_UID:$TEST_GID" "$CTL/extra"
	printf 'mount ro %s /opt/extra\n' "$CTL/extra" >"$P"
	check_output "a mount is there" extra \
		box --policy "$P" -- cat /opt/extra/file
	check_output "and read-only" "refused EROFS" box --policy "$P" -- \
		/workspace/probe create /opt/extra/new
	printf 'mount rw %s /opt/extra\n' "$CTL/extra" >"$P"
	[ "$WAY" = root ] || check_output "or not" allowed \
		box --policy "$P" -- /workspace/probe create /opt/extra/new
	rm -f "$P"
}

# What the caller may not read stays unread, also where a helper could.
denied() {
	is_root || return 0
	[ "$WAY" != root ] || return 0
	mkdir "$T/private-$WAY"
	echo 'limit nofile 33' >"$T/private-$WAY/policy"
	chmod 700 "$T/private-$WAY"
	fault "an unreadable policy" "[Pp]ermission denied" \
		run -C "$W" --policy "$T/private-$WAY/policy" -- true
	fault "an unreadable workspace" "[Pp]ermission denied" \
		run -C "$T/private-$WAY/." -- true
	printf 'mount ro %s /opt/extra\n' "$T/private-$WAY" \
		>"$W/steal.policy"
	as timeout 20 "$STOCKADE" run -C "$W" --policy "$W/steal.policy" \
		-- cat /opt/extra/policy >"$T/out" 2>&1
	check_fails "a mount of what the caller may not read" \
		grep -q nofile "$T/out"
	check_fails "nor is a file written there" as timeout 20 "$STOCKADE" \
		run -C "$W" --json "$T/private-$WAY/o.json" -- true
	check_output "and nothing is there" policy ls -A "$T/private-$WAY"
}

run_ways errors
test_end
