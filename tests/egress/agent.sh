#!/bin/sh
# SPDX-License-Identifier: ISC
# The agent and the network: the model is told what was refused and why, the
# session too, and a run that ends red after refusals says so by its status.
# shellcheck disable=SC2154 # of the libraries
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/egress/lib.sh
. "$top_srcdir/tests/egress/lib.sh"
# shellcheck source=tests/integration/agent_lib.sh
. "$top_srcdir/tests/integration/agent_lib.sh"

egress_begin
for exe in stockade-agent tests/lib/model_server; do
	[ -x "$top_builddir/$exe" ] || skip_all "$exe is not built"
	cp "$top_builddir/$exe" "$BIN/${exe##*/}" || bail "copy"
done
KEY=sk-test-4f9c2d7be1a05863c0ffee
TEST_COMMAND='sh test.sh' PROTOCOL=anthropic
ERR=$T/stderr OUT=$T/stdout server_pid=
on_exit server_end
ip link set lo up

FETCH='{"answer":[{"type":"tool_use","id":"n1","name":"bash",
 "input":{"command":"curl -sS -o /dev/null http://no.example.org/x;
 curl -sS -o /dev/null http://www.example.org/"}}]}'
FETCH=$(one_line "$FETCH")
GIVE_UP='{"text":"I cannot.","repeat":1}'

refusals() {
	agent_project
	agent_serve "$FETCH" "$GIVE_UP"
	rules 'net allow www.example.org'
	check_status "red after a refusal: status 10" 10 \
		agent_asks --policy "$T/policy"
	check "the model is told what was refused, and which rule would do" \
		grep -q 'network refused: no.example.org:80.*net allow no.example.org' \
		"$LOG"
	check_fails "and nothing of what was not" \
		grep -q 'network refused: www.example.org' "$LOG"
	check_equal "an event of the session" "['no.example.org']" \
		"$(events "$(session)" \
			"[e['host'] for e in o if e['type'] == 'refused']")"
	check_equal "the last event has gate and violations" "True" \
		"$(events "$(session)" "o[-1]['gate']['allowed'] == 1 and \
			o[-1]['violations'][0]['reason'] == 'unlisted'")"
	check "the summary shows it" \
		grep -q 'refused: no.example.org:80, 1 times' "$ERR"
}

# What was refused did not matter: green is green.
green() {
	agent_project
	agent_serve "$FETCH" "$WRONG" "$RIGHT" "$DONE"
	check_status "green after a refusal: status 0" 0 \
		agent_asks --policy "$T/policy"
	agent_project
	agent_serve "$GIVE_UP"
	check_status "red without one: status 1" 1 \
		agent_asks --policy "$T/policy"
}

agent_all() {
	refusals
	green
}

run_ways agent_all
test_end
