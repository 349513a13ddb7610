#!/bin/sh
# SPDX-License-Identifier: ISC
# A model that speaks no tools, and answers with fenced code, gets there, too:
# its blocks are written and run until the tests are green.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/integration/agent_lib.sh
. "${top_srcdir:?}/tests/integration/agent_lib.sh"

agent_begin
FENCE='```'
LOOK="{\"text\":\"First I look.\\n\\n${FENCE}sh\\ncat add\\n$FENCE\\n\"}"
FILE="{\"text\":\"This is it:\\n\\n**add**\\n${FENCE}sh ./add\\n"
WRONG="$FILE"'echo $(($1 * $2))\n'"$FENCE\\n\"}"
RIGHT="$FILE"'echo $(($1 + $2))\n'"$FENCE\\nIt adds.\"}"
HELLO="{\"text\":\"${FENCE}python\\nprint('hello' + 1)\\n$FENCE\"}"
MENDED_HELLO="{\"text\":\"Of course.\\n${FENCE}python\\nprint('hello')\\n$FENCE\"}"

fenced() {
	agent_project
	agent_serve "$LOOK" "$WRONG" "$RIGHT" "$DONE"
	check_status "$PROTOCOL: green" 0 agent_asks --no-tools
	check_output "$PROTOCOL: it really is mended" 5 sh "$W/add" 2 3
	check_equal "$PROTOCOL: nobody is asked once it is" 3 \
		"$(wc -l <"$LOG")"
	check "$PROTOCOL: what a command wrote is told" \
		grep -q '## bash .*echo \$((\$1 - \$2))' "$LOG"
	check "$PROTOCOL: and how the tests failed" \
		grep -q 'add 2 3: 6, not 5' "$LOG"
	check_fails "$PROTOCOL: no tools are offered" \
		grep -q '"tools"' "$LOG"
	check_fails "$PROTOCOL: nor are results of any sent" \
		grep -q tool_result "$LOG"
	agent_project
	agent_serve '{"text":"I cannot.","repeat":1}'
	check_status "$PROTOCOL: no block, no end of it: red" 1 \
		agent_asks --no-tools
}

# Written under a name that fits, and run, as there is no test.
unnamed() {
	agent_project
	agent_serve "$HELLO" "$MENDED_HELLO"
	BOX_ENV=ANTHROPIC_API_KEY=$KEY
	set -- --model test-model --base-url "$URL" --session-dir "$S"
	as "$STOCKADE" agent -C "$W" --no-test --no-tools "$@" \
		"Say hello." >"$OUT" 2>"$ERR"
	check_equal "code without name and test: it runs, so it is done" 0 $?
	BOX_ENV=
	check_output "and is the last that was said" hello \
		python3 "$W/main.py"
	check "what was wrong was told" grep -q 'TypeError' "$LOG"
	check_equal "but nothing proves it" unverified \
		"$(events "$(session)" 'o[-1]["reason"]')"
}

both() {
	for PROTOCOL in anthropic openai; do
		fenced
	done
	PROTOCOL=anthropic
	unnamed
}

run_ways both
test_end
