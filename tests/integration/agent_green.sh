#!/bin/sh
# SPDX-License-Identifier: ISC
# stockade agent turns red into green by both protocols, keeps the key to
# itself, and can be played again; a run that drifts from its record fails.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/integration/agent_lib.sh
. "${top_srcdir:?}/tests/integration/agent_lib.sh"

agent_begin

no_key() {
	! grep -rq -e "$KEY" "$@"
}

green() {
	agent_project
	new_dir "record-$WAY"
	record=$T/record-$WAY/$PROTOCOL.jsonl
	agent_serve "$LOOK" "$WRONG" "$DONE" "$RIGHT" "$DONE"
	check_status "$PROTOCOL: green" 0 agent_asks --record "$record" \
		--diff "$T/record-$WAY/diff"
	diag "$(tail -n 40 "$ERR")"
	check_output "$PROTOCOL: it really is mended" 5 \
		sh "$W/add" 2 3
	check_equal "$PROTOCOL: the difference is on stdout" "$MENDED" \
		"$(cat "$OUT")"
	check "$PROTOCOL: and in --diff's file" \
		cmp "$OUT" "$T/record-$WAY/diff"
	check "$PROTOCOL: a wrong claim was answered with the failure" \
		grep -q 'add 2 3: 6, not 5' "$LOG"
	check "$PROTOCOL: AGENTS.md was told" grep -q 'Say please' "$LOG"
	check "$PROTOCOL: control: the key was sent" grep -q "$KEY" "$LOG"
	check "$PROTOCOL: the key is nowhere else" \
		no_key "$S" "$record" "$OUT" "$ERR" "$W"
	check "$PROTOCOL: control: the box's environment was looked at" \
		grep -q PATH=/ "$(session)"
	check_fails "$PROTOCOL: which has no key to strike out" \
		grep -q API_KEY "$(session)"
	check_equal "$PROTOCOL: the last event" "end green 0" \
		"$(events "$(session)" \
		'" ".join(str(o[-1][k]) for k in ("type","reason","exit_status"))')"
	check_equal "$PROTOCOL: the session is its owner's" 600 \
		"$(stat -c %a "$(session)")"
	server_end
	agent_project
	check_status "$PROTOCOL: played again" 0 \
		agent --provider "replay:$record"
	check_equal "$PROTOCOL: with the same difference" "$MENDED" \
		"$(cat "$OUT")"
	agent_project
	sed -i 's/not 5/not five/' "$W/test.sh"
	check_status "$PROTOCOL: drift is a failure" 5 \
		agent --provider "replay:$record"
	check "$PROTOCOL: drift is named" grep -q 'messages\[' "$ERR"
}

both() {
	for PROTOCOL in anthropic openai openai-responses; do
		green
	done
}

run_ways both
test_end
