# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154
# The agent's tests' common ground: a small failing project, a model's server
# that says what a script says, and the agent between the two.
#
# Sourced after harness.sh. agent_begin in the place of test_begin; then, once
# a way, agent_project makes $W anew, agent_serve starts the server ($URL,
# $LOG), and agent runs `stockade agent` (stdout to $OUT, stderr to $ERR).

agent_begin() {
	test_begin
	needs python3
	for exe in stockade-agent stockade-keeper tests/lib/model_server; do
		[ -x "$top_builddir/$exe" ] || skip_all "$exe is not built"
		cp "$top_builddir/$exe" "$BIN/${exe##*/}" || bail "copy"
	done
	# Fake, but of the form that servers hand out.
	KEY=sk-test-4f9c2d7be1a05863c0ffee
	TEST_COMMAND='sh test.sh'
	ERR=$T/stderr OUT=$T/stdout
	server_pid=
	on_exit server_end
}

server_end() {
	[ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null
	server_pid=
}

# The project: `add` subtracts, and its test says so.
agent_project() {
	rm -rf "${W:?}"
	mkdir "$W" "$W/sub"
	printf 'echo $(($1 - $2))\n' >"$W/add"
	printf 'got=$(sh add 2 3)\n[ "$got" = 5 ] || {\n' >"$W/test.sh"
	printf '\techo "add 2 3: $got, not 5"\n\texit 1\n}\n' >>"$W/test.sh"
	echo "Say please." >"$W/AGENTS.md"
	if is_root && [ "$WAY" != root ]; then
		chown -R "$TEST_UID:$TEST_GID" "$W"
	fi
	S=$T/sessions-$WAY
	[ -d "$S" ] || new_dir "sessions-$WAY"
}

# agent_serve LINE...: a server that says these, one a request.
agent_serve() {
	server_end
	printf '%s\n' "$@" >"$T/script"
	LOG=$T/requests
	: >"$LOG"
	: >"$T/port"
	"$BIN/model_server" "$T/script" "$LOG" >"$T/port" 2>"$T/server.err" &
	server_pid=$!
	within 5 test -s "$T/port" || bail "no model_server"
	URL=http://127.0.0.1:$(cat "$T/port")
}

# agent [OPTION...]: the agent on $W, by the server's words.
agent() {
	as timeout --foreground -s KILL 60 "$STOCKADE" agent -C "$W" \
		--session-dir "$S" --test "$TEST_COMMAND" "$@" \
		"Mend add." >"$OUT" 2>"$ERR"
}

# The same, through the server, with a key. PROTOCOL is anthropic, openai or
# openai-responses.
agent_asks() {
	case $PROTOCOL in
	openai*) BOX_ENV=OPENAI_API_KEY=$KEY ;;
	*) BOX_ENV=ANTHROPIC_API_KEY=$KEY ;;
	esac
	agent --provider "$PROTOCOL" --model test-model \
		--base-url "$(agent_url)" "$@"
	agent_status=$?
	BOX_ENV=
	return $agent_status
}

agent_url() {
	case $PROTOCOL in
	openai*) echo "$URL/v1" ;;
	*) echo "$URL" ;;
	esac
}

# The newest session file.
session() {
	# The names begin with the time.
	find "$S" -name '*.jsonl' | sort | tail -n 1
}

# events FILE EXPRESSION: Python on the list `o` of events.
events() {
	python3 -c 'import json, re, sys
o = [json.loads(line) for line in open(sys.argv[1])]
print(eval(sys.argv[2]))' "$1" "$2"
}

# Said by more than one test.
LOOK='{"answer":[{"type":"text","text":"Let me look."},
 {"type":"tool_use","id":"t1","name":"read_file","input":{"path":"add"}},
 {"type":"tool_use","id":"t2","name":"bash","input":{"command":"env; cat /proc/*/environ"}}]}'
WRONG='{"answer":[{"type":"tool_use","id":"t3","name":"edit_file",
 "input":{"path":"add","old_string":"$1 - $2","new_string":"$1 * $2"}}]}'
RIGHT='{"answer":[{"type":"tool_use","id":"t4","name":"edit_file",
 "input":{"path":"add","old_string":"$1 * $2","new_string":"$1 + $2"}}]}'
DONE='{"text":"It adds now."}'
one_line() {
	printf %s "$1" | tr '\n' ' '
}
LOOK=$(one_line "$LOOK") WRONG=$(one_line "$WRONG") RIGHT=$(one_line "$RIGHT")
MENDED=$(printf '%s\n' 'diff --git a/add b/add' '--- a/add' '+++ b/add' \
	'@@ -1,1 +1,1 @@' '-echo $(($1 - $2))' '+echo $(($1 + $2))')
