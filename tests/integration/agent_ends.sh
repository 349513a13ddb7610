#!/bin/sh
# SPDX-License-Identifier: ISC
# Each way that stockade agent can end has its exit status, and its partial
# work is shown.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/integration/agent_lib.sh
. "${top_srcdir:?}/tests/integration/agent_lib.sh"

agent_begin
PROTOCOL=anthropic
BUSY='{"answer":[{"type":"tool_use","id":"b","name":"bash","input":{"command":"echo partial >sub/new; trap : INT TERM; sleep 61; sleep 61"}}]}'
WRITE='{"answer":[{"type":"tool_use","id":"w","name":"write_file","input":{"path":"sub/a","content":"partial\n"}}]}'
WRITE2='{"answer":[{"type":"tool_use","id":"w","name":"write_file","input":{"path":"sub/b","content":"partial\n"}}]}'
SAME='{"answer":[{"type":"tool_use","id":"s","name":"read_file","input":{"path":"none"}}],"repeat":1}'

# ends NAME STATUS SCRIPT-LINE [OPTION...]
ends() {
	name=$1 want=$2 line=$3
	shift 3
	agent_project
	agent_serve "$line"
	check_status "$name" "$want" agent_asks "$@"
	check_equal "$name: the last event says so" "$want" \
		"$(events "$(session)" 'o[-1]["exit_status"]')"
}

budgets() {
	ends "red: the model gives up" 1 '{"text":"I cannot.","repeat":1}'
	ends "budget of turns" 6 "$WRONG" --max-turns 1
	check "partial work is shown" grep -q '^+echo \$((\$1 \* \$2))' "$OUT"
	ends "budget of tokens" 7 "$WRONG" --max-tokens 10
	ends "budget of read tokens" 7 "$WRONG" --max-input-tokens 10
	ends "budget of written tokens" 7 "$WRONG" --max-output-tokens 10
	ends "budget of tool calls" 6 "$WRONG" --max-tool-calls 1
	check_equal "it is named" tool-calls \
		"$(events "$(session)" 'o[-1]["budget"]')"
	check "the model was asked for a word at the end" \
		grep -q 'next turn is the last' "$LOG"
	ends "budget of time, in a request" 8 \
		'{"text":"late","wait_ms":60000}' --max-time 1s
	ends "budget of time, in a command" 8 "$BUSY" --max-time 1s
	check_equal "which leaves a tenth for a word at the end" True \
		"$(events "$(session)" 'any(e["type"] == "tool_result" and
		int(e["summary"].split("after ")[1].split(" ")[0]) <= 900
		for e in o)')"
	check "partial work is shown" grep -q '^+partial' "$OUT"
	ends "circles" 9 "$SAME"
	check "it is told what it tried" grep -q 'Step back' "$LOG"
	circle=$(printf '%s\n' "$WRITE" "$WRITE2" "$WRITE" "$WRITE2" \
		"$WRITE" "$WRITE2" "$WRITE" "$WRITE2" "$WRITE")
	ends "two calls in turn" 9 "$circle"
	check "what it tried is named" \
		grep -q -e '- write_file sub/b: .*(3 times)' "$LOG"
	check "partial work is shown" grep -q '^+partial' "$OUT"
	ends "the tests are run after a turn that changed files" 0 \
		"$(printf '%s\n' "$WRONG" "$RIGHT" "$DONE")"
	check_equal "red and green are told before anybody asks" \
		"start edit edit confirm" "$(events "$(session)" \
		'" ".join(e["why"] for e in o if e["type"] == "test_run")')"
	check "with what they say" \
		grep -q 'and fail: exit status 1.*add 2 3: 6, not 5' "$LOG"
	ends "the model's server refuses" 5 '{"status":401,"body":"no"}'
	ends "the stream is cut for good" 5 \
		'{"text":"half","cut_after":200,"repeat":1}'
}

# Before anything runs there is no session to tell of it.
early() {
	agent_project
	agent_serve "$DONE"
	check_status "no such option" 2 agent_asks --max-turn 3
	check "the right one is named" grep -q -e '--max-turns?' "$ERR"
	check_status "no such policy" 3 agent_asks --policy /nonexistent
	echo 'limt pids 3' >"$T/bad.policy"
	check_status "a wrong policy" 3 agent_asks --policy "$T/bad.policy"
	check "line and column are named" grep -q 'bad.policy:1:1:' "$ERR"
	check_status "no such workspace" 2 agent_asks -C "$W/none"
	TEST_COMMAND=true
	check_status "green at the start" 2 agent_asks
	check "is told" grep -q 'the tests already pass' "$ERR"
	TEST_COMMAND='sh test.sh'
	server_end
	check_status "no transcript" 5 agent --provider replay:/nonexistent
}

WEAKEN='{"answer":[{"type":"tool_use","id":"w","name":"write_file","input":{"path":"test.sh","content":"exit 0\n"}}]}'

weakened() {
	echo 'weakened-tests refuse' >"$T/strict.policy"
	agent_project
	agent_serve "$WEAKEN" "$DONE" "$DONE" "$DONE"
	check_status "a test that was emptied is reported" 0 agent_asks
	check "by name" grep -q 'test files changed: test.sh' "$ERR"
	agent_project
	agent_serve "$WEAKEN" "$DONE" "$DONE" "$DONE"
	check_status "or refused" 1 agent_asks --policy "$T/strict.policy"
	check "and the model told, before" \
		grep -q 'lines of tests changed or taken out: 5' "$LOG"
	check_equal "it is not green" "False red" "$(events "$(session)" \
		'"%s %s" % (o[-1]["tests_green"], o[-1]["reason"])')"
	agent_project
	agent_serve "$WRONG" "$RIGHT" "$DONE"
	check_status "tests that are left alone are green as ever" 0 \
		agent_asks --policy "$T/strict.policy"
}

json_events() {
	agent_project
	agent_serve "$WRONG" "$RIGHT" "$DONE"
	check_status "--json" 0 agent_asks --json
	check_equal "stdout is events from start to end" "start end" \
		"$(events "$OUT" 'o[0]["type"] + " " + o[-1]["type"]')"
	check_equal "the same ones as in the session" True \
		"$(events "$OUT" "o == [json.loads(l) for l in \
		open('$(session)')]")"
	check_equal "usage is summed" True "$(events "$OUT" \
		'o[-1]["gen_ai.usage.input_tokens"] == sum(
		e["gen_ai.usage.input_tokens"] for e in o
		if e["type"] == "response")')"
	check_equal "nothing on stderr" "" "$(cat "$ERR")"
	check_status "--no-test is never green" 0 no_test
	check_equal "but unverified" unverified \
		"$(events "$(session)" 'o[-1]["reason"]')"
}

no_test() {
	agent_serve "$DONE"
	BOX_ENV=ANTHROPIC_API_KEY=$KEY
	set -- --model test-model --base-url "$URL"
	as "$STOCKADE" agent -C "$W" --session-dir "$S" --no-test "$@" \
		"Mend add." >"$OUT" 2>"$ERR"
	set -- $?
	BOX_ENV=
	return "$1"
}

limits() {
	agent_project
	agent_serve '{"answer":[{"type":"tool_use","id":"a","name":"bash","input":{"command":"sleep 62","timeout_s":1}},{"type":"tool_use","id":"b","name":"bash","input":{"command":"yes | head -c 900000"}},{"type":"tool_use","id":"c","name":"read_file","input":{"path":"shadow"}},{"type":"tool_use","id":"d","name":"nonsense","input":{}}]}'
	ln -s /etc/shadow "$W/shadow"
	check_status "limits" 6 agent_asks --max-turns 1
	check "a time-out is told" grep -q 'timed out after 1 s' "$(session)"
	check "a cut is told" grep -q 'bytes cut ...' "$(session)"
	check "an unknown tool is told" grep -q 'There is no tool' "$(session)"
	check_equal "a link does not lead to the host" True \
		"$(events "$(session)" 'all("root:" not in
		e.get("gen_ai.tool.call.result", "") for e in o)')"
}

# What is closed stays no place for the session file.
closed() {
	agent_project
	agent_serve "$WRONG" "$RIGHT" "$DONE"
	check_status "stdin, stdout and stderr closed" 0 closed_asks
	check_equal "the session is whole" end \
		"$(events "$(session)" 'o[-1]["type"]')"
}

closed_asks() {
	BOX_ENV=ANTHROPIC_API_KEY=$KEY
	set -- --model test-model --base-url "$URL" --session-dir "$S"
	as "$STOCKADE" agent -C "$W" --test "$TEST_COMMAND" "$@" \
		"Mend add." <&- >&- 2>&-
	set -- $?
	BOX_ENV=
	return "$1"
}

# A run that can no longer keep its session does not go on in the dark.
full() {
	# The audit log of the ways before would reach the limit first.
	rm -rf "$T/home/.local/state/stockade" "$T/.local/state/stockade"
	agent_project
	agent_serve "$WRONG" "{\"text\":\"$(printf '%020000d' 0)\"}"
	check_status "no room for the session" 11 full_asks
	check "is told" grep -q '^internal: write .*File too large' "$ERR"
	check "what was done is shown" grep -q '^diff --git a/add' "$OUT"
	check "what was written before can be read" \
		events "$(session)" 'o[-1]["type"]'
}

full_asks() (
	# In blocks of 512 bytes; the first turn fits.
	ulimit -f 20
	agent_asks --quiet
)

all() {
	full
	closed
	budgets
	early
	weakened
	json_events
	limits
}

run_ways all
test_end
