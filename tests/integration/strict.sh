#!/bin/sh
# SPDX-License-Identifier: ISC
# --strict refuses what would be degraded, names it, and says what mends it;
# and runs what is not.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

# shellcheck disable=SC2034 # the harness reads it
TEST_ALSO="stockade-probe stockade-egress"
test_begin
alone -s
needs /usr/bin/python3
cp "$top_builddir/tests/lib/enosys" "$BIN/enosys" || bail "no enosys"

if [ -x "$top_builddir/stockade-agent" ]; then
	cp "$top_builddir/stockade-agent" "$BIN/" || bail "copy"
	cp "$top_srcdir/contrib/demo/transcript.jsonl" "$T/transcript"
	chmod 644 "$T/transcript"
fi

# Whatever this machine has: what a sandbox is told to lack is taken away.
LEAN='--limit memory=none --limit pids=none --limit cpu-weight=none'

# lean [OPTION...]: status in $S, words in $T/err.
lean() {
	# shellcheck disable=SC2086 # a list of words
	box $LEAN "$@" -- echo ran >"$T/out" 2>"$T/err"
	S=$?
}

run_in() {
	# shellcheck disable=SC2086 # a list of words
	as "$@" "$STOCKADE" run -C "$W" $LEAN --strict -- echo ran \
		>"$T/out" 2>"$T/err"
	S=$?
}

said() {
	check_match "$1" "$2" cat "$T/err"
}

has_cgroup() {
	box --json - -- true >"$T/facts" 2>&1
	[ "$(json "$T/facts" 'o["sandbox"]["cgroup"]')" = true ]
}

lacking() {
	if has_cgroup; then
		lean --strict
		check_equal "what lacks nothing runs" "0 ran" "$S $(cat "$T/out")"
	else
		lean --strict
		check_equal "no control group is refused" 125 "$S"
		said "it is named" '.*degraded: .*cgroup-per-command.*'
		said "with the mend" ' +.*(Delegate=yes|mount ).*'
	fi
	run_in "$BIN/enosys" landlock_create_ruleset
	check_equal "no Landlock is refused" "125 " "$S $(cat "$T/out")"
	said "that is named" '.*degraded: landlock .*'
	said "with a reason" '  landlock: .+'
	lean --limit io-rate=1M/s
	check_equal "without --strict it runs" "0 ran" "$S $(cat "$T/out")"
}

# What is told of a run that is not strict is what a strict one refuses for.
agrees() {
	box --json - -- true >"$T/facts" 2>&1
	want=0
	[ "$(json "$T/facts" 'all([
		o["sandbox"]["landlock_abi"] > 0, o["sandbox"]["cgroup"],
		not o["sandbox"]["groups"],
		o["enforced"]["memory"] == "cgroup",
		o["enforced"]["pids"] in ("cgroup", "rlimit")])')" = true ] ||
		want=125
	check_status "the default limits agree with the result" "$want" \
		box --strict -- true
	if [ "$(json "$T/facts" 'o["enforced"]["memory"]')" = watchdog ]; then
		said_by "a watchdog is named" '.*limit-memory \(watchdog\).*'
		said_by "and the controller" '  limit-memory: .*memory.*'
	fi
}

said_by() {
	check_match "$1" "$2" box --strict -- true
}

by_policy() {
	echo 'degraded refuse' >"$T/refuse.policy"
	chmod 644 "$T/refuse.policy"
	lean --strict
	strict=$S
	lean --policy "$T/refuse.policy"
	check_equal "a policy can say the same" "$strict" "$S"
	check_status "and says it in a word that is known" 125 \
		box --policy "$T/wrong.policy" -- true
}

json_too() {
	run_in "$BIN/enosys" landlock_create_ruleset
	user_dir "json-$WAY"
	chmod 777 "$T/json-$WAY"
	# shellcheck disable=SC2086 # a list of words
	as "$BIN/enosys" landlock_create_ruleset "$STOCKADE" run -C "$W" \
		$LEAN --strict --json "$T/json-$WAY/o" -- true 2>/dev/null
	check_output "--json has the code" degraded \
		json "$T/json-$WAY/o" 'o["error"]["code"]'
	check "nothing is left" within 5 no_stale_cgroups
}

agent() {
	[ -x "$BIN/stockade-agent" ] || return 0
	new_dir "sessions-$WAY"
	as "$BIN/enosys" landlock_create_ruleset "$STOCKADE" agent -C "$W" \
		--strict --no-test --provider "replay:$T/transcript" \
		--session-dir "$T/sessions-$WAY" look >"$T/out" 2>"$T/err"
	check_equal "the agent ends with 4" 4 $?
	said "and names it, too" '.*degraded: landlock .*'
	said "with a reason, too" '  landlock: .+'
}

all() {
	agent
	lacking
	agrees
	by_policy
	json_too
}

echo 'degraded rarely' >"$T/wrong.policy"
run_ways all
test_end
