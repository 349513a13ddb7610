#!/bin/sh
# SPDX-License-Identifier: ISC
# A session is told of, gone on with after a budget or kill -9, and forked; the
# model hears what it was told before, and what changed in between.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/integration/agent_lib.sh
. "${top_srcdir:?}/tests/integration/agent_lib.sh"

agent_begin
PROTOCOL=anthropic
MARK=stockade-sessions-mark-$$
BUSY='{"answer":[{"type":"tool_use","id":"d1","name":"list_files","input":{}},{"type":"tool_use","id":"d2","name":"bash","input":{"command":": '$MARK'; echo partial >sub/new; sleep 64; sleep 64"}}]}'

sessions() {
	verb=$1
	shift
	as "$STOCKADE" sessions "$verb" --session-dir "$S" "$@"
}

# goes_on OPTION...: nothing is said of test, provider or model.
goes_on() {
	BOX_ENV=ANTHROPIC_API_KEY=$KEY
	as timeout --foreground -s KILL 60 "$STOCKADE" agent -C "$W" \
		--session-dir "$S" --base-url "$URL" "$@" >"$OUT" 2>"$ERR"
	set -- $?
	BOX_ENV=
	return "$1"
}

# The text that the server got in its request number N, as one line.
asked() {
	sed -n "$1p" "$LOG" | python3 -c 'import json, sys
print(json.dumps(json.load(sys.stdin)["body"]["messages"]))'
}

after_a_budget() {
	agent_project
	agent_serve "$WRONG"
	check_status "the first run ends at its budget" 6 \
		agent_asks --max-turns 1
	first=$(session)
	check_match "list tells of it" ".*budget-turns .*Mend add.*" \
		sessions list
	check_equal "with its facts in JSON" "budget-turns 1 test-model" \
		"$(sessions list --json | json /dev/stdin \
		'o["state"] + " %d " % o["turns"] + o["gen_ai.request.model"]')"
	echo mine >"$W/note"
	echo other >"$W/AGENTS.md"
	rmdir "$W/sub"
	agent_serve "$RIGHT" "$DONE"
	check_status "it goes on, to green" 0 goes_on --resume last
	diag "$(tail -n 30 "$ERR")"
	asked 1 >"$T/asked"
	check "the model is told what it said before" grep -q '"t3"' "$T/asked"
	check "why it ended" grep -q 'ended: budget-turns' "$T/asked"
	check "what changed since, but not what it changed itself" \
		grep -q 'changed: AGENTS.md\\nnew: ' "$T/asked"
	check "what is new" grep -q 'new: note' "$T/asked"
	check "how the tests are now" grep -q 'It fails now' "$T/asked"
	check_equal "in the same file" "$first" "$(session)"
	check_equal "as its second run" "2 True" "$(events "$first" \
		'[e for e in o if e["type"] == "start"][1]' |
		python3 -c 'import ast, sys
o = ast.literal_eval(sys.stdin.read()); print(o["run"], o["resumed"])')"
	check_equal "events are numbered on" True "$(events "$first" \
		'[e["seq"] for e in o] == list(range(len(o)))')"
	check_equal "both runs are summed" "green 2 3" \
		"$(sessions list --json | json /dev/stdin \
		'o["state"] + " %d %d" % (o["runs"], o["turns"])')"
}

again() {
	agent_serve "$DONE"
	check_status "a green one goes on with another task" 0 \
		goes_on --resume last "Say more."
	asked 1 >"$T/asked"
	check "the task is told" grep -q 'Say more' "$T/asked"
	check "and that the tests pass" grep -q 'It passes now' "$T/asked"
	check "nothing changed since" grep -q 'No file of the workspace changed' \
		"$T/asked"
	cp "$first" "$T/before"
	agent_serve "$DONE"
	check_status "a fork goes on, too" 0 goes_on --fork \
		"$(basename "$first" .jsonl)"
	check "the first stays as it is" cmp "$first" "$T/before"
	check "the model is told the same" grep -q 'Say more' "$LOG"
	check_equal "the new one names the first" "$(basename "$first" .jsonl)" \
		"$(sessions list --json | head -n 1 | json /dev/stdin \
		'o["forked_from"]')"
	agent_serve '{"status":401,"body":"no"}'
	n=$(find "$S" -name '*.jsonl' | wc -l)
	check_status "a fork that cannot begin" 3 goes_on --fork last \
		--policy /nonexistent
	check_equal "leaves no file" "$n" "$(find "$S" -name '*.jsonl' | wc -l)"
}

refusals() {
	mkdir -p "$W.other"
	is_root && [ "$WAY" != root ] &&
		chown "$TEST_UID:$TEST_GID" "$W.other"
	check_status "another workspace" 2 goes_on --resume "$first" \
		-C "$W.other"
	check "is told" grep -q 'is about' "$ERR"
	rmdir "$W.other"
	: >"$LOG"
	check_status "a file does not say where a key is sent" 2 as env \
		ANTHROPIC_API_KEY="$KEY" timeout --foreground -s KILL 60 \
		"$STOCKADE" agent -C "$W" --session-dir "$S" --resume "$first"
	check_match "which is told" '.*give --base-url .*' as env \
		ANTHROPIC_API_KEY="$KEY" timeout --foreground -s KILL 60 \
		"$STOCKADE" agent -C "$W" --session-dir "$S" --resume "$first"
	check_equal "and nothing is sent" "" "$(cat "$LOG")"
	check_status "nobody's name" 2 goes_on --resume nobody
	check_status "both at once" 2 goes_on --resume last --fork last
	agent_project
	echo "limit pids 50" >"$T/a.policy"
	agent_serve "$WRONG"
	check_status "a run with a policy" 6 agent_asks --max-turns 1 \
		--policy "$T/a.policy"
	check_status "goes on with none" 2 goes_on --resume last
	check "it is named" grep -q "give --policy $T/a.policy" "$ERR"
	agent_serve "$RIGHT" "$DONE"
	BOX_ENV=ANTHROPIC_API_KEY=$KEY
	check_status "sessions resume names it" 0 sessions resume last \
		--base-url "$URL"
	BOX_ENV=
	check_equal "with its limit" 50 "$(events "$(session)" \
		'[e for e in o if e["type"] == "start"][-1]["limits"]["pids"]["limit"]')"
}

# Starts the agent; $pid is stockade's own.
start() {
	set -- PATH="$PATH" HOME="$T" ANTHROPIC_API_KEY="$KEY" "$STOCKADE" \
		agent -C "$W" --session-dir "$S" --test "$TEST_COMMAND" \
		--model test-model --base-url "$URL" "Mend add."
	if [ "$WAY" = sudo ]; then
		set -- SUDO_UID="$TEST_UID" SUDO_GID="$TEST_GID" "$@"
	fi
	set -- env -i "$@"
	if [ "$WAY" = rootless ] && is_root; then
		set -- setpriv --reuid="$TEST_UID" --regid="$TEST_GID" \
			--clear-groups "$@"
	fi
	"$@" >"$OUT" 2>"$ERR" &
	pid=$!
}

working() {
	[ -e "$W/sub/new" ]
}

after_kill() {
	agent_project
	agent_serve "$BUSY"
	start
	within 10 working || diag "$(cat "$ERR")"
	check_match "a run that goes on is said to" ".* running .*" \
		sessions list
	check_status "and is nobody else's" 11 goes_on --resume last
	check "is told" grep -q 'still writes it' "$ERR"
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	check "no process is left" within 5 none_marked "$MARK"
	printf '{"type":"tool_result","gen_ai.tool.call.id":"d2","gen' \
		>>"$(session)"
	check_match "what was killed is cut short" ".* cut short .*" \
		sessions list
	check_match "a torn line is told" ".*its last line is torn.*" \
		sessions show last
	check_match "and the step before it" "> bash : $MARK.*" \
		sessions show last
	agent_serve "$WRONG" "$RIGHT" "$DONE"
	check_status "it goes on, to green" 0 goes_on --resume last
	diag "$(tail -n 30 "$ERR")"
	asked 1 >"$T/asked"
	check "the call that was cut is answered" \
		grep -q '"d2"[^}]*stopped here' "$T/asked"
	check_fails "the other one with its result" \
		grep -q '"d1"[^}]*stopped here' "$T/asked"
	check "its work is told of" grep -q 'new: sub/new' "$T/asked"
	check "the torn line is gone" events "$(session)" 'o[-1]["type"]'
}

exports() {
	check_equal "an export has the whole conversation" true \
		"$(sessions export --json last | json /dev/stdin \
		'all([o["session"]["state"] == "green",
		o["messages"][0]["role"] == "user",
		len(o["events"]) > 20, o["events"][-1]["type"] == "end"])')"
	check "in Markdown, too" sessions export -o "$S/out.md" last
	check "with the calls" grep -q '^\*\*edit_file\*\*' "$S/out.md"
	check_equal "for its owner" 600 "$(stat -c %a "$S/out.md")"
	check_status "it takes no file's place" 2 \
		sessions export -o "$S/out.md" last
	check_equal "show --json is the file" "$(cat "$(session)")" \
		"$(sessions show --json last)"
	check_status "no such session" 2 sessions show nobody
	check_status "no such verb" 2 sessions nonsense
	printf 'no json\n' >>"$(session)"
	check_status "one that is broken is told" 1 sessions list
	check_match "the others are listed" ".* green .*" sessions list
}

# A file that came from somewhere, or was damaged, has the screen in no hand.
forged() {
	mkdir "$T/forged"
	chmod 755 "$T/forged"
	printf '%s\n' '{"type":"start","time":"\u001b[31mx","workspace":"/w"}' \
		'{"type":"tool_call","call":{"name":"\u001b]0;x\u0007","input":{}}}' \
		'{"type":"end","reason":"\u001b[2Jred\n20261120 green"}' \
		>"$T/forged/20261120-000000.jsonl"
	chmod 644 "$T/forged/"*
	for verb in list show; do
		"$STOCKADE" sessions "$verb" --session-dir "$T/forged" >"$T/seen"
		check "$verb: control: it is told of" grep -q 'red' "$T/seen"
		check_fails "$verb: no escape of a forged session" \
			grep -q "$(printf '[\033\a]')" "$T/seen"
		check_fails "$verb: nor a line of its own" \
			grep -q '^20261120 green' "$T/seen"
	done
	rm -r "$T/forged"
}

all() {
	after_a_budget
	again
	refusals
	after_kill
	exports
	forged
}

run_ways all
test_end
