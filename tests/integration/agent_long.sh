#!/bin/sh
# SPDX-License-Identifier: ISC
# A session of hundreds of turns: the agent stays small, whatever was said,
# and the whole of it can be gone on with. TURNS says how many (500).
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/integration/agent_lib.sh
. "${top_srcdir:?}/tests/integration/agent_lib.sh"
! grep -q '^STOCKADE_CFLAGS.*-fsanitize' "$top_builddir/Makefile" ||
	skip_all "built with sanitizers, which take memory of their own"

agent_begin
PROTOCOL=anthropic
TURNS=${TURNS:-500}
MOST=20480 # KiB

# Another 8 KiB each time, and a file that changes, which is progress.
script() {
	/usr/bin/python3 -c 'import json, sys
n = int(sys.argv[1])
for i in range(1, n):
    print(json.dumps({"answer": [{"type": "tool_use", "id": "t%d" % i,
        "name": "bash", "input": {"command":
        "echo %d >sub/n; seq -f \"%d: line %%g of what it says\" 300" % (i, i)
        }}], "usage": {"input": 1000, "output": 100}}))
print(json.dumps({"text": "I give up.", "repeat": 1}))' "$1"
}

long() {
	[ ! -e "$T/peak" ] || return 0 # one way shows it
	agent_project
	agent_serve "$(script "$TURNS")"
	check_status "$TURNS turns" 1 long_agent
	diag "$(tail -n 8 "$ERR")"
	diag "$(cat "$T/peak") KiB at most"
	check "the agent has used less than $MOST KiB" \
		[ "$(cat "$T/peak")" -lt "$MOST" ]
	check "it was asked so many times" [ "$(wc -l <"$LOG")" -ge "$TURNS" ]
	check_equal "the conversation was cut, and begun anew" True \
		"$(events "$(session)" '{"elide", "words"} == {e["kind"]
		for e in o if e["type"] == "compaction"}')"
	agent_serve '{"text":"I give up.","repeat":1}'
	check_status "it is gone on with" 1 agent_asks --resume last
}

# Of what a test server said a token is 5 bytes at most: this is a window of
# half a megabyte.
long_agent() {
	: >"$T/peak"
	chmod 666 "$T/peak"
	BOX_ENV=ANTHROPIC_API_KEY=$KEY
	set -- --model test-model --base-url "$URL" --session-dir "$S"
	as timeout --foreground -s KILL 300 \
		/usr/bin/python3 -c 'import os, sys
pid = os.spawnvp(os.P_NOWAIT, sys.argv[2], sys.argv[2:])
_, status, use = os.wait4(pid, 0)
open(sys.argv[1], "w").write(str(use.ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status))' "$T/peak" "$STOCKADE" agent \
		-C "$W" --test "$TEST_COMMAND" --test-each never --max-turns 1000 "$@" "Mend add." >"$OUT" 2>"$ERR"
	set -- $?
	BOX_ENV=
	return "$1"
}

run_ways long
test_end
