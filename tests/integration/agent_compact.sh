#!/bin/sh
# SPDX-License-Identifier: ISC
# A conversation that outgrows its model goes on: shortened, then summed up;
# a server that refuses one as too long gets a shorter one; a session that was
# compacted is gone on with.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/integration/agent_lib.sh
. "${top_srcdir:?}/tests/integration/agent_lib.sh"

agent_begin

# call ID NAME INPUT: a line of the script.
call() {
	printf '{"answer":[{"type":"tool_use","id":"%s","name":"%s","input":%s}]}\n' \
		"$@"
}

cat_file() {
	call "c$1" bash "{\"command\":\"echo $1; cat big\"}"
}

read_file() {
	call "r$1" read_file "{\"path\":\"big$1\"}"
}

project() {
	agent_project
	for n in "" 1 2 3; do
		seq -f "line %g of big$n, and so on" 1 400 >"$W/big$n"
	done
}

# The text that the server got in its request number N.
asked() {
	sed -n "$1p" "$LOG" | python3 -c 'import json, sys
print(json.dumps(json.load(sys.stdin)["body"]["messages"]))'
}

requests() {
	wc -l <"$LOG"
}

compacts() {
	project
	agent_serve "$(cat_file 1)" "$(cat_file 2)" "$(cat_file 3)" \
		"$(cat_file 4)" "$(read_file 1)" "$(read_file 2)" \
		"$(read_file 3)" '{"text":"THE SUMMARY"}' \
		"$WRONG" "$RIGHT" "$DONE"
	check_status "$PROTOCOL: it outgrows its model, and is green" 0 \
		agent_asks --context-window 17000
	diag "$(tail -n 30 "$ERR")"
	check_equal "$PROTOCOL: first shortened, then summed up" True \
		"$(events "$(session)" '(lambda k: k[0] == "elide" and
		k[-1] == "summary")([e["kind"] for e in o
		if e["type"] == "compaction"])' )"
	check_equal "$PROTOCOL: shorter each time" True \
		"$(events "$(session)" 'all([e["tokens_after"] <
		e["tokens_before"] for e in o if e["type"] == "compaction"])')"
	check "$PROTOCOL: what was cut out is said" \
		grep -q 'of this answer were taken out' "$LOG"
	asked "$(requests)" >"$T/asked"
	check "$PROTOCOL: the summary is told" grep -q 'THE SUMMARY' "$T/asked"
	check "$PROTOCOL: the task" grep -q 'Mend add' "$T/asked"
	check "$PROTOCOL: the tests" grep -q 'they failed' "$T/asked"
	check "$PROTOCOL: a file that was read" grep -q '400 of big3' "$T/asked"
	check_fails "$PROTOCOL: not the calls before" grep -q '"c1"' "$T/asked"
	check "$PROTOCOL: the calls after" grep -q '"t4"' "$T/asked"
	agent_serve "$DONE"
	check_status "$PROTOCOL: it is gone on with" 0 agent_asks --resume last
	asked 1 >"$T/asked"
	check "$PROTOCOL: from the summary" grep -q 'THE SUMMARY' "$T/asked"
	check_fails "$PROTOCOL: not from the beginning" \
		grep -q '"c1"' "$T/asked"
	check "$PROTOCOL: show tells of it" sessions_show '~ compaction'
}

sessions_show() {
	as "$STOCKADE" sessions show --session-dir "$S" last |
		grep -q -e "$1"
}

refused() {
	project
	agent_serve "$(cat_file 1)" "$(cat_file 2)" "$(cat_file 3)" \
		'{"status":400,"body":{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9000 tokens > 8000 maximum"}}}' \
		"$WRONG" '{"text":"THE SUMMARY"}' "$RIGHT" "$DONE"
	check_status "$PROTOCOL: a server that refuses its length" 0 agent_asks
	diag "$(tail -n 30 "$ERR")"
	asked 5 >"$T/asked"
	check "$PROTOCOL: gets it shorter" \
		grep -q 'of this answer were taken out' "$T/asked"
	agent_project
	agent_serve '{"status":400,"repeat":1,"body":{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long"}}}'
	check_status "$PROTOCOL: but not for ever" 5 agent_asks
	check "$PROTOCOL: the reason is told" grep -q 'too long' "$ERR"
	check_status "$PROTOCOL: no such window" 2 agent_asks \
		--context-window 12
}

both() {
	for PROTOCOL in anthropic openai; do
		compacts
		refused
	done
}

run_ways both
test_end
