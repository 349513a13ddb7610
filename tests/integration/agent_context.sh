#!/bin/sh
# SPDX-License-Identifier: ISC
# What the model knows at the start: AGENTS.md from the top downwards, git's
# status and log, the tests that fail; and no program of the repository runs
# for it.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/integration/agent_lib.sh
. "${top_srcdir:?}/tests/integration/agent_lib.sh"

agent_begin
needs git
PROTOCOL=anthropic
LOOK='{"answer":[{"type":"tool_use","id":"a","name":"read_file","input":{"path":"sub/deep/x"}},{"type":"tool_use","id":"b","name":"read_file","input":{"path":"sub/deep/x"}}]}'

repository() {
	agent_project
	mkdir "$W/sub/deep" "$W/other"
	echo x >"$W/sub/deep/x"
	echo "Rule of the deep." >"$W/sub/deep/AGENTS.md"
	echo "Rule of the other." >"$W/other/AGENTS.md"
	# What a hostile repository would like to have run.
	printf '#!/bin/sh\ntouch ran\n' >"$W/evil"
	chmod 755 "$W/evil"
	if is_root && [ "$WAY" != root ]; then
		chown -R "$TEST_UID:$TEST_GID" "$W"
	fi
	as git -C "$W" init -q -b trunk .
	as git -C "$W" add sub
	as git -C "$W" -c user.name=a -c user.email=a@example.com \
		commit -q -m 'The first commit'
	for name in core.fsmonitor core.pager gpg.program; do
		as git -C "$W" config "$name" ./evil
	done
	as git -C "$W" config log.showSignature true
	index=$(cksum <"$W/.git/index")
}

# requests EXPRESSION: the same of what the model was asked, `o` being texts.
requests() {
	python3 -c 'import json, sys
o = [json.dumps(json.loads(line)["body"]) for line in open(sys.argv[1])]
print(eval(sys.argv[2]))' "$LOG" "$1"
}

context() {
	repository
	agent_serve "$LOOK" "$DONE"
	check_status "a run" 6 agent_asks --max-turns 2
	check_equal "AGENTS.md of the top is told at once" True \
		"$(requests '"Say please" in o[0]')"
	check "git's branch and status" grep -q '## trunk' "$LOG"
	check "a file that git does not know" grep -q '?? add' "$LOG"
	check "git's log" grep -q 'The first commit' "$LOG"
	check "the test that fails" grep -q 'add 2 3: -1, not 5' "$LOG"
	check_equal "AGENTS.md below: when the model comes there" \
		"False True" "$(requests '"%s %s" % ("Rule of the deep" in o[0],
		"Rule of the deep" in o[1])')"
	check_equal "once, and with its place" "1 1" "$(requests \
		'"%d %d" % (o[1].count("Rule of the deep"),
		o[1].count("sub/deep/AGENTS.md, for"))')"
	check_fails "others are not told" grep -q 'Rule of the other' "$LOG"
	check_fails "no program of the repository has run" [ -e "$W/ran" ]
	check_equal "git wrote nothing" "$index" "$(cksum <"$W/.git/index")"
	as git -C "$W" status >/dev/null 2>&1
	check "control: git as it is runs one" [ -e "$W/ran" ]
}

run_ways context
test_end
