#!/bin/sh
# SPDX-License-Identifier: ISC
# A signal stops stockade agent within moments, with its summary; kill -9
# leaves a session that can be read, and no process.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/integration/agent_lib.sh
. "${top_srcdir:?}/tests/integration/agent_lib.sh"

agent_begin
PROTOCOL=anthropic
MARK=stockade-agent-mark-$$
BUSY='{"answer":[{"type":"tool_use","id":"b","name":"bash","input":{"command":"echo partial >sub/new; trap : INT TERM; setsid sleep 63 & : '$MARK'; sleep 63; sleep 63"}}]}'

# Starts the agent; $pid is stockade's own.
start() {
	agent_project
	agent_serve "$1"
	set -- PATH="$PATH" HOME="$T" ANTHROPIC_API_KEY="$KEY" "$STOCKADE" \
		agent -C "$W" --session-dir "$S" --test "$TEST_COMMAND" \
		--model test-model --base-url "$URL" "Mend add."
	case $WAY in
	sudo)
		set -- SUDO_UID="$TEST_UID" SUDO_GID="$TEST_GID" "$@" ;;
	esac
	set -- env -i "$@"
	if [ "$WAY" = rootless ] && is_root; then
		set -- setpriv --reuid="$TEST_UID" --regid="$TEST_GID" \
			--clear-groups "$@"
	fi
	# A background job of sh ignores SIGINT: python3 gives it back.
	python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' "$@" >"$OUT" 2>"$ERR" &
	pid=$!
}

working() {
	[ -e "$W/sub/new" ]
}

asking() {
	[ -s "$LOG" ]
}

stops() {
	kill "-$1" "$pid"
	before=$(date +%s)
	wait "$pid"
	status=$?
	[ $(($(date +%s) - before)) -le 3 ] || status="$status, but late"
	check_equal "$1 $2" 130 "$status"
	check "$1 $2: the summary is there" grep -q '^interrupted' "$ERR"
	check_equal "$1 $2: the last event" interrupted \
		"$(events "$(session)" 'o[-1]["reason"]')"
	check "$1 $2: no process is left" within 5 none_marked "$MARK"
}

signals() {
	for sig in INT TERM; do
		start "$BUSY"
		within 10 working || diag "$(cat "$ERR")"
		stops "$sig" "in a command"
		check "$sig: partial work is shown" grep -q '^+partial' "$OUT"
		start '{"text":"late","wait_ms":60000}'
		within 10 asking || diag "$(cat "$ERR")"
		stops "$sig" "in a request"
	done
	start "$BUSY"
	within 10 working
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	check "KILL: no process is left" within 5 none_marked "$MARK"
	check_equal "KILL: the session tells of the last step" tool_call \
		"$(events "$(session)" 'o[-1]["type"]')"
}

run_ways signals
test_end
