#!/bin/sh
# SPDX-License-Identifier: ISC
# stockade bench runs tasks, counts what came of them as the agent's own
# events do, and leaves nothing behind, killed or not.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

# shellcheck disable=SC2034
TEST_ALSO="stockade-agent stockade-keeper"
test_begin
needs /usr/bin/python3
/usr/bin/python3 -c 'import pytest' 2>/dev/null || skip_all "no pytest"
on_exit end_bench
bench_pid=
end_bench() {
	[ -z "$bench_pid" ] || kill -9 "$bench_pid" 2>/dev/null
	bench_pid=
}

OUT=$T/out ERR=$T/err

# task NAME: one that the demo's transcript does.
task() {
	mkdir "$TASKS/$1"
	cp -R "$top_srcdir/contrib/demo/project" "$TASKS/$1/workspace"
	cp "$top_srcdir/contrib/demo/task.txt" "$TASKS/$1/task"
	cp "$top_srcdir/contrib/demo/transcript.jsonl" "$TASKS/$1"
	echo 'python3 -B -m pytest -q -p no:cacheprovider' >"$TASKS/$1/test"
}

# tasks: an empty directory of them, and one for copies.
tasks() {
	TASKS=$T/tasks-$WAY TMP=$T/tmp-$WAY
	new_dir "tasks-$WAY"
	new_dir "tmp-$WAY"
	new_dir "report-$WAY"
	REPORT=$T/report-$WAY
}

own_tasks() {
	chmod -R u+w,a+rX "$TASKS"
	! is_root || [ "$WAY" = root ] ||
		chown -R "$TEST_UID:$TEST_GID" "$TASKS"
}

bench() {
	as env TMPDIR="$TMP" timeout --foreground -s KILL 120 \
		"$STOCKADE" bench "$@" >"$OUT" 2>"$ERR"
}

# found EXPRESSION: Python on the report o, all of it a, and tasks t by name.
found() {
	/usr/bin/python3 -c 'import json, sys
o = json.load(open(sys.argv[1]))
a = o["all"]
t = {x["name"]: x for x in o["tasks"]}
print(eval(" ".join(sys.argv[2].split())))' "$REPORT/json" "$1"
}

# The same task once by hand; its events and its difference.
by_hand() {
	cp -R "$TASKS/till/workspace" "$REPORT/project"
	! is_root || [ "$WAY" = root ] ||
		chown -R "$TEST_UID:$TEST_GID" "$REPORT/project"
	as "$STOCKADE" agent -C "$REPORT/project" --json --provider \
		"replay:$TASKS/till/transcript.jsonl" --session-dir \
		"$REPORT/sessions" --diff "$REPORT/diff" --test \
		"$(cat "$TASKS/till/test")" "$(cat "$TASKS/till/task")" \
		>"$REPORT/events" 2>"$ERR"
}

# told EXPRESSION: Python on the events e of that run, and its end.
told() {
	/usr/bin/python3 -c 'import json, sys
e = [json.loads(x) for x in open(sys.argv[1])]
end = e[-1]
r = [x for x in e if x["type"] == "tool_result"]
print(eval(" ".join(sys.argv[2].split())))' "$REPORT/events" "$1"
}

figures() {
	tasks
	task till
	task 'odd <&">'
	task short
	printf '# one turn does not do\n\n--max-turns 1\n' >"$TASKS/short/options"
	echo "no task" >"$TASKS/README"
	own_tasks
	check_status "one of three fails: status 1" 1 bench --runs 2 --jobs 3 \
		--json "$REPORT/json" --html "$REPORT/html" "$TASKS"
	check_output "with nothing to say on stderr" "" cat "$ERR"
	check_output "nothing is left of the copies" "" ls -A "$TMP"
	check_output "each ran twice" "4 6" found \
		'"%d %d" % (a["passed"], a["runs"])'
	check_output "one passed, another did not, and why" \
		"2 0 budget-turns 6" found '"%d %d %s %d" % (
		t["till"]["passed"], t["short"]["passed"],
		t["short"]["each"][0]["reason"],
		t["short"]["each"][0]["exit_status"])'
	check_output "the sums are of the runs" True found 'all(
		a[k] == sum(r[k] for x in o["tasks"] for r in x["each"])
		for k in ("tool_calls", "tool_errors",
		"gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"))'
	check_output "the medians, too" True found '__import__("statistics")
		.median(r["time_to_green_ms"] for x in o["tasks"]
		for r in x["each"] if r["passed"]) ==
		a["median_time_to_green_ms"]'
	check_output "nothing is flaky: one always fails" "0 0" found \
		'"%d %d" % (a["flips"], a["flaky_tasks"])'
	check_output "the same words, the same difference" "1.0 1" found \
		'"%s %d" % (a["reproducibility"], len({r["diff_sha256"]
		for n in t if n != "short" for r in t[n]["each"]}))'
	as_the_agent
	pages
}

as_the_agent() {
	check_status "the same by hand" 0 by_hand
	for key in turns test_runs passes_not_confirmed \
		gen_ai.usage.input_tokens gen_ai.usage.output_tokens
	do
		check_output "as the agent tells it: $key" \
			"$(told "end['$key']")" \
			found "t['till']['each'][1]['$key']"
	done
	check_output "calls of tools" "$(told 'len(r)')" \
		found 't["till"]["each"][0]["tool_calls"]'
	check_output "those that failed" "$(told 'len([x for x in r
		if x["is_error"] and "tests_passed" not in x])')" \
		found 't["till"]["each"][0]["tool_errors"]'
	check_output "and the difference" \
		"$(sha256sum <"$REPORT/diff" | cut -d' ' -f1)" \
		found 't["till"]["each"][0]["diff_sha256"]'
}

pages() {
	check_match "the table has a line for a task" 'till  *2/2  *[0-9].*100%' \
		cat "$OUT"
	check_match "and one for all" 'all  *4/6  *.*' cat "$OUT"
	check_output "of 80 columns" "" grep -E '.{81}' "$OUT"
	check "a plain one" sh -c '! grep -q "[^[:print:]]" "$0"' "$OUT"
	check_match "it tells what failed" '  short, run 2: budget-turns.*' \
		cat "$OUT"
	check "the page is well-formed" /usr/bin/python3 -c 'import sys
import xml.etree.ElementTree as x
r = x.parse(sys.argv[1]).getroot()
n = "{http://www.w3.org/1999/xhtml}"
assert len(list(r.iter(n + "svg"))) == 3
assert len(list(r.iter(n + "circle"))) == 4
assert not list(r.iter(n + "script"))
t = "".join(r.itertext())
assert "odd <&\">" in t and "budget-turns" in t' "$REPORT/html"
	check_fails "and asks nobody for anything" \
		grep -Eiq '(src|href)=|url\(|@import' "$REPORT/html"
	check "light and dark" grep -q prefers-color-scheme "$REPORT/html"
}

# What follows is the same however a run was begun: an agent of ours, which
# says what it is to say, in the place of the real one.
stand_in() {
	tasks
	FAKE=$T/fake-$WAY
	mkdir "$FAKE"
	cp "$BIN/stockade" "$FAKE/stockade"
	cat >"$FAKE/stockade-agent"
	chmod 755 "$FAKE/stockade-agent"
	echo "$REPORT" >"$FAKE/report"
	task coin
	own_tasks
	STOCKADE=$FAKE/stockade
}

# Green at each odd run, with another difference at the last.
coin() {
	stand_in <<-'END'
	#!/bin/sh
	to=$(cat "${0%/*}/report")
	n=$(($(cat "$to/count" 2>/dev/null) + 1))
	echo $n >"$to/count"
	printf '%s\n' "$*" >"$to/words"
	echo "difference $((n / 4))" >"$5"
	echo "no JSON at all"
	head -c 300000 /dev/zero | tr '\0' x; echo
	echo '{"type":"tool_result","is_error":true}'
	echo '{"type":"tool_result","is_error":false}'
	[ $((n % 2)) -eq 0 ] || green=true
	printf '{"type":"end","reason":"r","tests_green":%s,"turns":%d,' \
		"${green:-false}" "$n"
	printf '"time_to_green_ms":%d00,"cost_usd":0.5}\n' "$n"
	[ -n "${green-}" ]
	END
	check_status "one task by its own name" 1 bench -n 4 --json \
		"$REPORT/json" --session-dir "$REPORT/sessions" \
		"$TASKS/coin" -- --max-turns 2
	check_output "that flips each time" "3 1 0.5" found '"%d %d %s" % (
		a["flips"], a["flaky_tasks"], a["pass_rate"])'
	check_output "and is not the same at the end" 0.75 \
		found 'a["reproducibility"]'
	check_output "half of its calls fail" 0.5 \
		found 'a["tool_success_rate"]'
	check_output "medians: of the green ones, and of all" "200.0 2.5" \
		found '"%s %s" % (a["median_time_to_green_ms"],
		a["median_turns"])'
	check_output "money is summed" 2.0 found 'a["cost_usd"]'
	check_match "the table says so" 'coin .* 2/4  *0.2s  *2.5  *50% .*2\.0000  *3  *75%' \
		cat "$OUT"
	check_match "the agent is told whose options these are" \
		".* --session-dir $REPORT/sessions .* --max-turns 2 -- .*" \
		cat "$REPORT/words"
	check_status "JSON in the table's place, the next is green" 0 bench --json - "$TASKS"
	cp "$OUT" "$REPORT/json"
	check_output "is JSON alone" 1 found 'o["stockade_bench"]'
	check_output "nothing is left" "" ls -A "$TMP"
}

# Agents that end without a word, or by a signal.
mute() {
	stand_in <<-'END'
	#!/bin/sh
	echo "first" >&2
	echo "stockade agent: it is the end" >&2
	mkdir -p "$3/a/b"
	echo x >"$3/a/b/c"
	chmod 000 "$3/a/b" "$3/a"
	kill -9 $$
	END
	check_status "an agent that dies is no pass" 1 bench -n 2 \
		--json "$REPORT/json" "$TASKS"
	check_output "and no median" "None None 0.0" found '"%s %s %s" % (
		a["median_time_to_green_ms"], a["median_turns"],
		a["reproducibility"])'
	check_match "its end and its last words are told" \
		'  coin, run 1: ended by signal 9: .* it is the end' cat "$OUT"
	check_output "what it locked is gone, too" "" ls -A "$TMP"
}

# bench_of: the pid of the bench, which is older than its sweeper.
bench_of() {
	for p in $(marked "$TASKS" | sort -n); do
		case $(tr '\0' ' ' <"/proc/$p/cmdline" 2>/dev/null) in
		"$STOCKADE bench "*)
			echo "$p"
			break ;;
		esac
	done
}

# stopped SIGNAL STATUS: in the middle of four runs.
stopped() {
	tasks
	task till
	echo "sleep 300; false # $TMP" >"$TASKS/till/test"
	own_tasks
	as env --default-signal=INT,QUIT TMPDIR="$TMP" "$STOCKADE" bench \
		--runs 4 --jobs 2 --json "$REPORT/json" "$TASKS" \
		>"$OUT" 2>"$ERR" &
	bench_pid=$!
	check "$1: two are at work" within 30 two_at_work
	kill "-$1" "$(bench_of)"
	wait "$bench_pid"
	check_equal "$1: its status" "$2" $?
	bench_pid=
	check "$1: no directory is left" within 40 empty "$TMP"
	check "$1: no process is left" within 40 none_marked "$TMP"
	[ "$1" = KILL ] || check_fails "$1: nor half of a report" \
		test -e "$REPORT/json"
}

# The test runs in both: it does not only wait to be started.
two_at_work() {
	[ "$(find "$TMP" -path '*/session/*.jsonl' -size +0 2>/dev/null |
		wc -l)" -eq 2 ] && [ "$(marked "# $TMP" | wc -l)" -ge 2 ]
}

empty() {
	[ -z "$(ls -A "$1")" ]
}

# wrong WORDS: the bench says these, with status 2, and starts nothing.
wrong() {
	own_tasks
	words=$1
	shift
	check_status "status 2: $words" 2 bench "${@:-$TASKS}"
	check "told: $words" grep -q -e "$words" "$ERR"
	check_output "in a line" 1 sh -c 'wc -l <"$0" | tr -d " "' "$ERR"
}

faults() {
	tasks
	wrong "tasks-$WAY: no task in it; each is a directory with"
	wrong "which tasks" --runs 2
	wrong "nowhere: No such file" "$TASKS/nowhere"
	task a
	task b
	wrong "runs 0: it is a number from 1" --runs 0 "$TASKS"
	wrong "jobs 65: it is a number from 1 to 64" --jobs 65 "$TASKS"
	wrong "write $T/nowhere/x: No such file" --json "$T/nowhere/x" "$TASKS"
	wrong "takes one of them" --json - --html - "$TASKS"
	wrong "one directory of tasks at a time" "$TASKS" "$TASKS"
	wrong "did you mean --runs" --run 2 "$TASKS"
	mv "$TASKS/b/workspace" "$TASKS/b/work"
	wrong "b/workspace: is no directory; the project"
	mv "$TASKS/b/work" "$TASKS/b/workspace"
	echo "-x" >"$TASKS/b/options"
	echo "max-turns 5" >>"$TASKS/b/options"
	wrong "b/options, line 2: an option of stockade agent goes there"
	printf '\n--test=true\n' >"$TASKS/b/options"
	wrong "b/options, line 2: --test=true is for stockade bench to say"
	rm "$TASKS/b/options"
	printf 'true\nfalse\n' >"$TASKS/b/test"
	wrong "b/test: has more than one line"
	rm "$TASKS/b/test"
	wrong "b/test (the test command): No such file"
	echo true >"$TASKS/b/test"
	echo >"$TASKS/b/task"
	wrong "b/task is empty: what the agent is to do goes there"
	echo work >"$TASKS/b/task"
	mkfifo "$TASKS/b/workspace/pipe"
	wrong "pipe is no file, directory or symbolic link"
	check_output "no copy is left of any" "" ls -A "$TMP"
	check_fails "nor a report" test -e "$REPORT/json"
}

one_way() {
	figures
	stopped INT 130
	stopped TERM 143
	stopped KILL 137
}

run_ways one_way
real=$STOCKADE
STOCKADE_WAYS="root rootless"
for part in faults coin mute; do
	STOCKADE=$real
	run_ways $part
	rm -rf "$T"/fake-*
done
test_end
