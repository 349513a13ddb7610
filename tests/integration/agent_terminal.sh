#!/bin/sh
# SPDX-License-Identifier: ISC
# A session of stockade agent with somebody at a terminal (tmux), and with
# lines from a pipe: what is typed is done, what is pressed stops it.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/integration/agent_lib.sh
. "${top_srcdir:?}/tests/integration/agent_lib.sh"

needs tmux mcookie
agent_begin
PROTOCOL=anthropic
MARK=stockade-session-mark-$$
screens=0
on_exit screen_end

screen() {
	tmux -S "$T/tmux$screens" -f /dev/null "$@"
}

screen_end() {
	[ ! -S "$T/tmux$screens" ] || screen kill-server 2>/dev/null
}

# screen_begin [VAR=VALUE...] -- [OPTION...]: the agent on a screen of 80
# columns; afterwards its status, and whether the terminal is as it was.
screen_begin() {
	screen_end
	# A server that ends still has its socket for a moment.
	screens=$((screens + 1))
	{
		echo "#!/bin/sh"
		# Ctrl-C is for both of them.
		echo "trap : INT"
		echo "stty -a >$CTL/before"
		printf "env"
		while [ "$1" != -- ]; do
			printf " '%s'" "$1"
			shift
		done
		shift
		printf " '%s'" "$STOCKADE" agent -C "$W" --session-dir "$S" \
			--model test-model --base-url "$URL" "$@"
		echo
		echo "echo status \$?"
		echo "stty -a | cmp -s - $CTL/before && echo terminal as before"
		echo "exec sleep 600"
	} >"$T/session.sh"
	mkdir -p "$T/home"
	! is_root || [ "$WAY" = root ] || chown "$TEST_UID:$TEST_GID" "$T/home"
	set -- env -i PATH="$PATH" HOME="$T/home" TERM=screen \
		ANTHROPIC_API_KEY="$KEY" sh "$T/session.sh"
	if is_root && [ "$WAY" = rootless ]; then
		set -- setpriv --reuid="$TEST_UID" --regid="$TEST_GID" \
			--clear-groups "$@"
	fi
	screen new-session -d -x 80 -y 24 "$@"
}

seen() {
	screen capture-pane -p -J -S -300
}

shows() {
	seen | grep -Fq -e "$1"
}

# shown NAME TEXT: it comes to be on the screen.
shown() {
	if within 15 shows "$2"; then
		ok "$1"
	else
		not_ok "$1" "not on the screen: $2" "
$(seen | grep .)"
	fi
}

keys() {
	screen send-keys "$@"
}

# say TEXT: typed, and sent.
say() {
	keys -l "$1"
	keys Enter
}

asked() {
	[ "$(grep -c . "$LOG")" -ge "$1" ]
}

# The last request: no two messages of one side, or servers refuse it.
roles_alternate() {
	python3 -c 'import json, sys
last = [json.loads(line) for line in open(sys.argv[1])][-1]
body = last["body"] if isinstance(last["body"], dict) \
    else json.loads(last["body"])
roles = [m["role"] for m in body["messages"]]
assert all(a != b for a, b in zip(roles, roles[1:])), roles' "$LOG"
}

WORDS='{"answer":[{"type":"text","text":"Let me **look** at `add`, which is what the test calls, and these words are more than a row has room for.\n"},{"type":"tool_use","id":"t1","name":"read_file","input":{"path":"add"}}],"piece":9,"delay_ms":2}'
MEND='{"answer":[{"type":"tool_use","id":"t4","name":"edit_file","input":{"path":"add","old_string":"$1 - $2","new_string":"$1 + $2"}}]}'
BUSY='{"answer":[{"type":"tool_use","id":"b","name":"bash","input":{"command":"echo x >>sub/new; sleep 64; : '$MARK'"}},{"type":"tool_use","id":"c","name":"bash","input":{"command":"echo never >sub/never"}}]}'

ODD='{"answer":[{"type":"tool_use","id":"o","name":"bash","input":{"command":"mcookie; echo >ran"}}]}'

at_work() {
	[ "$(grep -c x "$W/sub/new" 2>/dev/null)" = "$1" ]
}

# Who cleans up after the session before may still be at it.
fresh() {
	within 5 rm -rf "${W:?}" 2>/dev/null
	agent_project
}

# other_clock LINE: the line at the bottom is another by now.
other_clock() {
	! shows "$1"
}

a_task() {
	fresh
	agent_serve "$WORDS" "$MEND" "$DONE" '{"text":"Nothing to do."}'
	screen_begin -- --test "$TEST_COMMAND"
	shown "a prompt comes" "turn 0"
	keys -l "Mend it,"
	keys M-Enter
	say "please."
	shown "the task is done" "green: the tests pass"
	check "it was sent in two lines" grep -Fq 'Mend it,\nplease.' "$LOG"
	check_fails "marks of Markdown are not to be seen" shows '**look**'
	check "but colours are" \
		sh -c "tmux -S '$T/tmux'$screens capture-pane -pe -S -300 |
			grep -q '.\[1mlook.\[0m'"
	check_equal "words are wrapped, not cut" \
		"Let me look at add, which is what the test calls, and these words are more than" \
		"$(screen capture-pane -p -S -300 | grep '^Let me')"
	shown "calls are folded to a line" "> read_file add: 1 lines  [1]"
	shown "and numbered" "> edit_file add: 1 place  [2]"
	say "/show 1"
	shown "a call can be shown as a whole" "  path: add"
	keys C-o
	shown "the last one by a key, an edit as a difference" \
		'+$1 + $2'
	say "/diff"
	shown "the difference" "diff --git a/add b/add"
	check "in colour" within 5 \
		sh -c "tmux -S '$T/tmux'$screens capture-pane -pe -S -300 |
			grep -q '^.\[32m+echo'"
	say "Is it good?"
	shown "a question gets an answer" "Nothing to do."
	check_equal "without a run of the tests" 3 \
		"$(seen | grep -c '^= tests')"
	say "/quit"
	shown "it ends well" "status 0"
	shown "the terminal is as it was" "terminal as before"
	check_equal "the session tells of the tasks" "2 green unverified" \
		"$(events "$(session)" '" ".join([str(len([x for x in o if x["type"] == "task"]))] + [x["reason"] for x in o if x["type"] == "task_result"])')"
}

stopping() {
	fresh
	agent_serve "$BUSY" '{"text":"I was stopped."}' \
		'{"text":"late","wait_ms":60000}' '{"text":"Here again."}' \
		"$BUSY" '{"text":"late","wait_ms":60000}' '{"text":"Here still."}'
	screen_begin -- --no-test
	shown "a prompt comes" "turn 0"
	say "Work."
	within 15 at_work 1 || diag "$(seen)"
	keys C-c
	shown "Ctrl-C stops a command" "stopped by Ctrl-C  [1]"
	shown "and the turn goes on" "I was stopped."
	check "the model knows who stopped it" \
		grep -Fq "The user stopped this with Ctrl-C" "$LOG"
	check_fails "the next call of that answer is not made" \
		test -e "$W/sub/never"
	check "and the model is told so" \
		grep -Fq "Not done: the user stopped" "$LOG"
	check "nothing of the command is left" within 5 none_marked "$MARK"
	say "Think."
	within 15 asked 3
	shown "while it is asked the screen says so" "thinking | turn 2"
	clock=$(seen | grep '^thinking')
	check "and the clock goes on" within 5 other_clock "$clock"
	keys C-c
	shown "Ctrl-C stops a request" "interrupted: stopped by Ctrl-C"
	say "Are you there?"
	shown "and the session goes on" "Here again."
	check "with a conversation that servers take" roles_alternate
	check "which says where it was stopped" \
		grep -Fq "(stopped by Ctrl-C)" "$LOG"
	say "Work again."
	within 15 at_work 2 || diag "$(seen)"
	keys C-c
	within 15 asked 6
	keys C-c
	within 15 sh -c "[ \$(tmux -S '$T/tmux'$screens capture-pane -p -J -S -300 |
		grep -c 'interrupted: stopped by Ctrl-C') = 2 ]"
	check_equal "Ctrl-C twice stops the turn" 2 \
		"$(seen | grep -c 'interrupted: stopped by Ctrl-C')"
	say "And now?"
	shown "and the session goes on" "Here still."
	check "with each call answered" roles_alternate
	keys C-c
	shown "at the prompt it says how to leave" "ends the session"
	keys C-d
	shown "Ctrl-D leaves" "status 0"
}

typing() {
	fresh
	agent_serve '{"text":"One."}' '{"text":"Two."}' '{"text":"Three."}'
	screen_begin -- --no-test
	shown "a prompt comes" "turn 0"
	printf 'pasted one\npasted two' | screen load-buffer -
	screen paste-buffer -p
	shown "a paste is not sent" ". pasted two"
	check_equal "and asks nobody" "" "$(cat "$LOG")"
	keys Enter
	shown "until it is" "One."
	check "as one task" grep -Fq 'pasted one\npasted two' "$LOG"
	keys -l "a long line of words that is to be seen in a narrow window, too"
	screen resize-window -x 40 -y 24
	shown "a window that became narrow shows it" "narrow window, too"
	within 5 sh -c "[ \$(tmux -S '$T/tmux'$screens capture-pane -p |
		grep -c 'a long line') = 1 ]"
	check_equal "once" 1 "$(screen capture-pane -p | grep -c 'a long line')"
	keys C-u
	keys -l "/he"
	keys Tab Enter
	shown "a command's name is completed" "These are for us"
	say "/nonsense"
	shown "one that is not there is told" "there is no command /nonsense"
	keys C-d
	shown "Ctrl-D leaves" "status 0"
	screen_begin NO_COLOR=1 -- --no-test
	shown "a prompt comes again" "turn 0"
	keys Up Up Up
	shown "what was typed before is there again" ". pasted two"
	keys Enter
	shown "and can be sent again" "Two."
	check_fails "NO_COLOR: there is no colour" \
		sh -c "tmux -S '$T/tmux'$screens capture-pane -pe -S -300 |
			grep -q '.\[[0-9;]*m'"
	keys C-d
	shown "Ctrl-D leaves" "status 0"
	screen_begin TERM=dumb -- --no-test
	shown "TERM=dumb: a plain prompt" "A line is a task"
	say "Hello."
	shown "and an answer" "Three."
	keys C-d
	shown "Ctrl-D leaves" "status 0"
}

# A question of the gate is answered amid a session, with an echo.
asking() {
	fresh
	agent_serve "$ODD" '{"text":"Was it good?"}' "$ODD" '{"text":"Fine."}' \
		"$ODD" '{"text":"At once."}'
	screen_begin -- --no-test
	shown "a prompt comes" "turn 0"
	say "Do it."
	shown "a command is asked about" "    | mcookie; echo"
	shown "with the choices" "[o]nce"
	say "n, not in this house"
	shown "what is typed is to be seen" "n, not in this house"
	shown "no is no" "Was it good?"
	check "and the model is told why" \
		grep -Fq "not in this house" "$LOG"
	check_fails "it was not run" test -e "$W/ran"
	say "Do it after all."
	within 15 sh -c "[ \$(tmux -S '$T/tmux'$screens capture-pane -p -J \
		-S -300 | grep -c 'nce, ') = 2 ]" || diag "$(seen)"
	say "o"
	shown "yes is yes" "Fine."
	check "it was run" test -e "$W/ran"
	say "/approve shell=auto"
	shown "what is approved can be said" "shell=auto"
	say "Again."
	shown "and nothing is asked then" "At once."
	say "/approve shell=maybe"
	shown "a verdict that is none is told" "/approve shell=maybe:"
	keys C-d
	shown "Ctrl-D leaves" "status 0"
}

# Files as they were before the last task, and before the one before it.
undoing() {
	fresh
	agent_serve "$MEND" '{"text":"First."}' \
		'{"answer":[{"type":"tool_use","id":"w","name":"write_file","input":{"path":"new","content":"x"}}]}' \
		'{"text":"Second."}' '{"text":"Third."}'
	screen_begin -- --no-test
	shown "a prompt comes" "turn 0"
	say "/undo"
	shown "there may be nothing to undo" "There is no task to undo."
	say "One."
	shown "a task" "First."
	within 15 shows "1 files changed"
	say "Two."
	shown "and another" "Second."
	within 15 sh -c "[ \$(tmux -S '$T/tmux'$screens capture-pane -p -J \
		-S -300 | grep -c '1 files changed') = 2 ]"
	say "/undo"
	shown "the last is undone" "The files are as they were"
	check_fails "its file is gone" test -e "$W/new"
	check "the work of the first is there" grep -q '+' "$W/add"
	echo mine >"$W/mine"
	say "/undo"
	within 15 sh -c "[ \$(tmux -S '$T/tmux'$screens capture-pane -p -J \
		-S -300 | grep -c 'The files are as they were') = 2 ]"
	check_fails "then that, too" grep -q '+' "$W/add"
	check_equal "what somebody else wrote stays" mine "$(cat "$W/mine")"
	say "And now?"
	shown "the session goes on" "Third."
	check "and the model is told" \
		grep -Fq "The user has undone what earlier tasks" "$LOG"
	keys C-d
	shown "Ctrl-D leaves" "status 0"
}

# What a person wrote between two tasks is in no way undone with them.
undoing_between() {
	fresh
	agent_serve "$MEND" '{"text":"First."}' \
		'{"answer":[{"type":"tool_use","id":"w","name":"write_file","input":{"path":"new","content":"x"}}]}' \
		'{"text":"Second."}'
	screen_begin -- --no-test
	shown "a prompt comes" "turn 0"
	say "One."
	shown "a task" "First."
	within 15 shows "1 files changed"
	echo mine >"$W/mine"
	echo "Say thanks." >"$W/AGENTS.md"
	say "Two."
	shown "and another" "Second."
	within 15 sh -c "[ \$(tmux -S '$T/tmux'$screens capture-pane -p -J \
		-S -300 | grep -c 'files changed') = 2 ]"
	say "/undo"
	shown "the last is undone" "The files are as they were"
	check_fails "its file is gone" test -e "$W/new"
	say "/undo"
	shown "one that somebody worked after is not" "Nothing was undone"
	shown "and says of what" "mine: left, changed since"
	check_equal "what he wrote stays" mine "$(cat "$W/mine")"
	check_equal "and what he changed" "Say thanks." "$(cat "$W/AGENTS.md")"
	keys C-d
	shown "Ctrl-D leaves" "status 0"
	check_status "nor is the session as a whole" 1 \
		as "$STOCKADE" undo -C "$W"
	check_equal "which leaves his work" "mine Say thanks." \
		"$(cat "$W/mine") $(cat "$W/AGENTS.md")"
	check_status "unless it is forced" 0 as "$STOCKADE" undo -C "$W" --force
	check_fails "to the beginning" test -e "$W/mine"
}

# What was said in one session is taken over by another.
loading() {
	rm -rf "$T/sessions-$WAY"
	fresh
	agent_serve '{"text":"Forgotten."}' '{"text":"A word."}' \
		'{"text":"I remember."}' '{"text":"Still."}'
	screen_begin -- --no-test
	shown "a prompt comes" "turn 0"
	say "/load last"
	shown "there may be none to load" "no other session"
	say "First of all."
	shown "an answer" "Forgotten."
	say "/clear"
	shown "the conversation is forgotten" "begins anew"
	say "The word is xyzzy."
	shown "another answer" "A word."
	check_fails "the model has not heard the first" \
		sh -c "tail -n 1 '$LOG' | grep -q 'First of all'"
	keys C-d
	shown "Ctrl-D leaves" "status 0"
	screen_begin -- --no-test
	shown "a prompt comes yet again" "turn 0"
	say "/sessions"
	shown "the sessions are told" "this one"
	check "and the one before" shows "unverified  -"
	say "/load last"
	shown "it is taken over" "2 messages of"
	say "What was the word?"
	shown "the model answers" "I remember."
	check "and was told what was said" \
		sh -c "tail -n 1 '$LOG' | grep -q xyzzy"
	check_fails "not what was forgotten" \
		sh -c "tail -n 1 '$LOG' | grep -q 'First of all'"
	check "each side has its turn" roles_alternate
	keys C-d
	shown "Ctrl-D leaves" "status 0"
	BOX_ENV=ANTHROPIC_API_KEY=$KEY
	check_status "a session can be resumed with a task" 0 \
		as timeout -s KILL 60 "$STOCKADE" agent -C "$W" --no-test \
		--session-dir "$S" --base-url "$URL" --resume last "Again."
	BOX_ENV=
	check "the model is asked" asked 4
	check "and the model knows what was said" \
		sh -c "tail -n 1 '$LOG' | grep -q xyzzy"
}

# A pipe: stdout and stderr apart, and no byte that only a terminal takes.
piped() {
	fresh
	agent_serve "$WORDS" "$MEND" "$DONE" '{"text":"Fine."}' \
		'{"status":400,"body":"no"}'
	BOX_ENV=ANTHROPIC_API_KEY=$KEY
	printf 'Mend \\\nit.\n\n/cost\nGood?\n' |
		as timeout -s KILL 60 "$STOCKADE" agent -C "$W" --test \
		"$TEST_COMMAND" --session-dir "$S" --model test-model \
		--base-url "$URL" >"$OUT" 2>"$ERR"
	check_equal "tasks from a pipe: done" 0 $?
	check "lines can be joined" grep -Fq 'Mend \nit.' "$LOG"
	check_equal "the difference is on stdout" "$MENDED" "$(cat "$OUT")"
	check "the words are on stderr, marks and all" \
		grep -q 'Let me \*\*look\*\* at `add`' "$ERR"
	check "and the answer to a command" grep -q '4 turns\|3 turns' "$ERR"
	check_fails "no escape, no carriage return" \
		grep -q "$(printf '[\033\r]')" "$ERR"
	printf 'More.\n' |
		as timeout -s KILL 60 "$STOCKADE" agent -C "$W" --no-test \
		--session-dir "$S" --model test-model \
		--base-url "$URL" >"$OUT" 2>"$ERR"
	check_equal "a task that fails: its status" 5 $?
	: | as "$STOCKADE" agent -C "$W" --no-test --session-dir "$S" \
		--model test-model --base-url "$URL" >"$OUT" 2>"$ERR"
	check_equal "no task at all: a usage error" 2 $?
	echo x | as "$STOCKADE" agent -C "$W" --model test-model \
		--session-dir "$S" --base-url "$URL" >"$OUT" 2>"$ERR"
	check_equal "no --test: a usage error, as ever" 2 $?
	BOX_ENV=
}

all() {
	a_task
	stopping
	typing
	asking
	undoing
	undoing_between
	loading
	piped
}

STOCKADE_WAYS=${STOCKADE_WAYS:-rootless}
run_ways all
test_end
