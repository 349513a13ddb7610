#!/bin/sh
# SPDX-License-Identifier: ISC
# Who has to approve: a person at the terminal is asked with all of it on the
# screen, and the answer holds for as much as was shown; nobody there is no;
# rules about files hold where a path really leads, and for commands, too.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/integration/agent_lib.sh
. "${top_srcdir:?}/tests/integration/agent_lib.sh"

agent_begin
needs mcookie
cp "$top_srcdir/tests/integration/approve_drive.py" "$T" || bail "copy"
PROTOCOL=anthropic

# calls COMMAND...: an answer of the model that runs each in bash.
calls() {
	calls_n=0 calls_all=
	for calls_one; do
		calls_n=$((calls_n + 1))
		calls_all="$calls_all${calls_all:+,}{\"type\":\"tool_use\",
			\"id\":\"c$calls_n\",\"name\":\"bash\",
			\"input\":{\"command\":\"$calls_one\"}}"
	done
	one_line "{\"answer\":[$calls_all]}"
}

# keeps COMMAND: one that runs it where the last one ended.
keeps() {
	one_line "{\"answer\":[{\"type\":\"tool_use\",\"id\":\"k\",
		\"name\":\"bash\",\"input\":{\"keep_cwd\":true,
		\"command\":\"$1\"}}]}"
}

# writes PATH CONTENT: one that writes a file.
writes() {
	one_line "{\"answer\":[{\"type\":\"tool_use\",\"id\":\"w\",
		\"name\":\"write_file\",
		\"input\":{\"path\":\"$1\",\"content\":\"$2\"}}]}"
}

# person ANSWERS [OPTION...]: the agent, with somebody at its terminal.
person() {
	person_answers=$1
	shift
	BOX_ENV=ANTHROPIC_API_KEY=$KEY
	as env XDG_STATE_HOME="$STATE" timeout -s KILL 100 \
		python3 "$T/approve_drive.py" "$person_answers" "$STOCKADE" \
		agent -C "$W" --session-dir "$S" --test "$TEST_COMMAND" \
		--provider anthropic --model test-model --base-url "$URL" \
		"$@" "Mend add." >"$T/said" 2>&1 </dev/null
	BOX_ENV=
	person_status=$(sed -n 's/^status //p' "$T/said")
}

asked() {
	sed -n 's/^asked //p' "$T/said"
}

# approvals: "what answer by" of each approval event.
approvals() {
	events "$(session)" '"; ".join(" ".join(e.get(k, "-") for k in
		("what", "answer", "by")) for e in o if e["type"] == "approval")'
}

begin() {
	agent_project
	new_dir "state-$WAY"
	STATE=$T/state-$WAY
}

# A program that no list names. It tells a number that nobody can guess.
ODD='mcookie'

# ran N: so often, in the last run.
ran() {
	[ "$(events "$(session)" 'sum(bool(re.search(
		"(?m)^[0-9a-f]{32}$", e.get("gen_ai.tool.call.result", "")))
		for e in o)')" = "$1" ]
}

questions() {
	begin
	agent_serve "$(calls "$ODD")" "$WRONG" "$RIGHT" "$DONE"
	person o
	check_equal "once: green" 0 "$person_status"
	check "the command is on the screen" grep -qF "    | $ODD" "$T/said"
	check "and the rule" grep -q '^  it \|^  no rule\|^  which ' "$T/said"
	check_equal "one question" 1 "$(asked)"
	check "it ran" ran 1
	check_equal "an event says so" "shell once person" "$(approvals)"

	begin
	agent_serve "$(calls "$ODD" "$ODD" "$ODD -v")" "$WRONG" "$RIGHT" "$DONE"
	person 's|no, use make'
	check_equal "this session: the same command, and no other" 2 "$(asked)"
	check "it ran twice" ran 2
	check_equal "events say so" "shell session person; shell session \
kept; shell deny person" "$(approvals)"
	check "the reason is told to the model" \
		grep -q 'Not done: the user said no: use make\.' "$LOG"
	check_equal "a no does not end the run" 0 "$person_status"

	begin
	agent_serve "$(calls "$ODD")" "$DONE" "$DONE" "$DONE"
	person n
	check_equal "red after a person's no: the person knows" 1 \
		"$person_status"
	check "it did not run" ran 0

	begin
	agent_serve "$(calls "$ODD")" "$DONE"
	person '^C'
	check_equal "^C at the question ends the run" 130 "$person_status"
	check "and nothing ran" ran 0
}

always() {
	begin
	agent_serve "$(calls "$ODD")" "$WRONG" "$RIGHT" "$DONE"
	person a
	check_equal "always: green" 0 "$person_status"
	check "it is kept" test -s "$STATE/stockade/approvals/always.jsonl"
	agent_project
	agent_serve "$(calls "$ODD" "$ODD -v")" "$WRONG" "$RIGHT" "$DONE"
	person n
	check_equal "the next run asks about another one alone" 1 "$(asked)"
	check_equal "the same runs" "shell session kept; shell deny person" \
		"$(approvals)"
	new_dir "other-$WAY"
	always_w=$W
	W=$T/other-$WAY
	agent_project
	agent_serve "$(calls "$ODD")" "$WRONG" "$RIGHT" "$DONE"
	person n
	check_equal "not in another workspace" 1 "$(asked)"
	W=$always_w
	# Not in the workspace, where a command could write it.
	begin
	STATE=$W/.state
	agent_serve "$(calls "$ODD")" "$WRONG" "$RIGHT" "$DONE"
	person n
	check_equal "in the workspace" 1 "$(asked)"
	check_fails "there is no always that commands could write" \
		grep -q '\[a\]lways' "$T/said"
}

changes() {
	begin
	agent_serve "$WRONG" "$RIGHT" "$(writes new/file 'a line')" "$DONE"
	person 'o|s|n|n' --approve write=ask
	check_equal "a change a question" 3 "$(asked)"
	check "the difference is on the screen" sh -c \
		"grep -q '    | +echo .*\* ' '$T/said' &&
		grep -q '    | -echo .*\* ' '$T/said' &&
		grep -q '    | +a line' '$T/said'"
	check_fails "what was not approved is not there" test -e "$W/new"
	check_equal "green" 0 "$person_status"
	check_equal "events" "write once person; write session person; \
write deny person" "$(approvals)"
}

nobody() {
	begin
	agent_serve "$(calls "$ODD")" "$DONE" "$DONE" "$DONE"
	check_status "nobody there: red with 10" 10 agent_asks
	check "it did not run" ran 0
	check "the model is told who could allow it" \
		grep -q 'the user can allow it for the next run by --a' "$LOG"
	check_equal "an event" "shell none nobody" "$(approvals)"
	check "and it is counted" grep -q '1 calls denied with nobody' "$ERR"
	begin
	agent_serve "$(calls "$ODD")" "$DONE"
	check_status "nothing tested: 10" 10 untested
	check "it says why" grep -q \
		'^denied: 1 calls were denied, .*nothing was tested' "$ERR"
	agent_serve "$(calls 'id -un')" "$DONE"
	check_status "nothing tested, nothing denied: 0" 0 untested
	begin
	agent_serve "$(calls "$ODD")" "$WRONG" "$RIGHT" "$DONE"
	check_status "nobody there: green is green" 0 agent_asks
	begin
	agent_serve "$(calls "$ODD")" "$WRONG" "$RIGHT" "$DONE"
	check_status "allowed before: green" 0 agent_asks --approve shell=auto
	check "it ran" ran 1
	check "a change is shown" grep -q '^    | +echo .* + ' "$ERR"
	begin
	agent_serve "$(calls "$ODD" "$ODD -v")" "$WRONG" "$RIGHT" "$DONE"
	check_status "words allowed before: green" 0 agent_asks \
		--allow-command "$ODD -v" --approve write=auto
	check "they ran, and no others" ran 1
	check_fails "a change is not shown, where nobody wants to see it" \
		grep -q '^    | +echo .* + ' "$ERR"
	begin
	echo "approve shell notify command deny $ODD" >"$T/policy"
	chmod 644 "$T/policy"
	agent_serve "$(calls "$ODD" 'id -un')" "$WRONG" "$RIGHT" "$DONE"
	check_status "a policy's rules: green" 0 \
		agent_asks --policy "$T/policy" --approve shell=auto
	check "denied is denied, whatever is approved" ran 0
	check_equal "an event" "shell deny policy" "$(approvals)"
	for option in --no-ask --quiet --json; do
		begin
			agent_serve "$(calls "$ODD")" "$DONE" "$DONE" "$DONE"
		person o "$option"
		check_equal "$option: nobody is asked" 0 "$(asked)"
		check_equal "$option: denied" 10 "$person_status"
	done
	begin
	agent_serve "$(keeps 'cd /')" "$(keeps 'echo x >tmp/y')" "$WRONG" \
		"$RIGHT" "$DONE"
	check_status "a line that begins outside: green" 0 agent_asks
	check_equal "and what it writes is outside" "shell none nobody" \
		"$(approvals)"
	begin
	check_status "no such category" 2 agent --provider replay:/none \
		--approve shel=auto
	check "is told" grep -q 'shel' "$ERR"
}

# Without a test command, and nobody there.
untested() {
	BOX_ENV=ANTHROPIC_API_KEY=$KEY
	as timeout -s KILL 60 "$STOCKADE" agent -C "$W" --session-dir "$S" \
		--no-test --provider anthropic --model test-model \
		--base-url "$URL" "Do it." >"$OUT" 2>"$ERR"
	set -- $?
	BOX_ENV=
	return "$1"
}

# A task of a session, under that policy.
piped() {
	BOX_ENV=ANTHROPIC_API_KEY=$KEY
	echo "Mend add." |
		as timeout -s KILL 60 "$STOCKADE" agent -C "$W" --session-dir \
		"$S" --test "$TEST_COMMAND" --model test-model \
		--policy "$T/policy" --base-url "$URL" >"$OUT" 2>"$ERR"
	set -- $?
	BOX_ENV=
	return "$1"
}

# edits LINE...: a policy of them.
edits() {
	printf '%s\n' "$@" >"$T/policy"
	chmod 644 "$T/policy"
}

files() {
	begin
	edits 'edit deny test.sh sub/**' 'edit files 2'
	ln -s sub "$W/link"
	ln -s ../test.sh "$W/sub/back"
	agent_serve "$(writes sub/a x)" "$(writes link/a x)" \
		"$(writes sub/back x)" "$(writes link/../sub/new/b x)" \
		"$(writes test.sh x)" "$WRONG" "$RIGHT" "$DONE"
	check_status "denied files: green all the same" 0 \
		agent_asks --policy "$T/policy"
	check_equal "none of them is there" "" \
		"$(cd "$W/sub" && find . -type f)"
	check "the rule is told" grep -q 'edit deny sub/\*\*.*(line 1)' "$LOG"
	check_equal "all five" 5 "$(events "$(session)" 'sum(
		"Not done:" in e.get("gen_ai.tool.call.result", "")
		for e in o)')"
	begin
	edits 'edit allow add'
	agent_serve "$(writes other x)" "$WRONG" "$RIGHT" "$DONE"
	check_status "allowed files: green" 0 agent_asks --policy "$T/policy"
	check_fails "no other is there" test -e "$W/other"
	begin
	edits 'edit files 1'
	agent_serve "$(writes one x)" "$(writes two x)" "$(writes one y)" \
		"$DONE" "$DONE" "$DONE"
	check_status "too many files: red with 10" 10 \
		agent_asks --policy "$T/policy"
	check_fails "the second is not there" test -e "$W/two"
	check_equal "the first can be changed again" y "$(cat "$W/one")"
}

# What a command changes is seen when it has ended.
by_command() {
	begin
	edits 'edit deny sub'
	agent_serve "$(calls 'echo x >sub/a')" "$WRONG" "$RIGHT" "$DONE" \
		"$(calls 'rm sub/a')" "$DONE"
	check_status "put back: green" 0 agent_asks --policy "$T/policy"
	check "told after the command" grep -q \
		'does not allow what is changed now: sub/a: .*edit deny sub' \
		"$LOG"
	check "and at the claim" \
		grep -q 'The tests pass, but the user.s policy' "$LOG"
	begin
	agent_serve "$(calls 'echo x >sub/a')" "$WRONG" "$RIGHT" "$DONE" \
		"$DONE" "$DONE" "$DONE"
	check_status "not put back: not green" 10 \
		agent_asks --policy "$T/policy"
	check "says why" grep -q \
		'^denied: the policy does not allow its changes: sub/a' "$ERR"
	begin
	agent_serve "$(calls 'echo x >sub/a')" "$WRONG" "$RIGHT" "$DONE" \
		"$DONE" "$DONE" "$DONE"
	check_status "nor is it for a task from a pipe" 10 piped
	check_fails "which is not called green" \
		grep -q '^green: the tests pass' "$ERR"
	begin
	edits 'edit files 1'
	agent_serve "$(calls 'touch a b c')" "$(calls 'rm a b c')" "$WRONG" \
		"$RIGHT" "$DONE"
	check_status "the cap counts commands' files" 0 \
		agent_asks --policy "$T/policy"
	check "and says how many" grep -q '3 files are changed' "$LOG"
}

approve_all() {
	questions
	always
	changes
	nobody
	files
	by_command
}

run_ways approve_all
test_end
