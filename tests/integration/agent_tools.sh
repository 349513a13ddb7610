#!/bin/sh
# SPDX-License-Identifier: ISC
# The agent's tools as a model uses them, in a real sandbox: what each of them
# answers, and that nothing outlives the run.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/integration/agent_lib.sh
. "${top_srcdir:?}/tests/integration/agent_lib.sh"

agent_begin
PROTOCOL=anthropic

# call NAME INPUT: a line of the script.
call() {
	printf '{"answer":[{"type":"tool_use","id":"c","name":"%s","input":%s}]}' \
		"$1" "$2"
}

# answer N: what the Nth call answered, on one line.
answer() {
	events "$(session)" "[e['gen_ai.tool.call.result'] for e in o
		if e['type'] == 'tool_result'][$1 - 1].replace(chr(10), '|')"
}

# answers N EXPRESSION: that answer matches it.
answers() {
	answer "$1" | grep -Eq -e "$2" || {
		diag "answer $1: $(answer "$1")"
		return 1
	}
}

# searches [OPTION...]
searches() {
	agent_project
	printf 'alpha one\nbeta\n' >"$W/sub/z.txt"
	printf 'alpha two\n\0alpha\n' >"$W/bin.dat"
	printf 'alpha four 42\nalpha five\n' >"$W/a.py"
	mkdir "$W/node_modules"
	echo "alpha three" >"$W/node_modules/x.txt"
	mkdir "$W/sub/out"
	echo "alpha six" >"$W/sub/out/y.txt"
	echo "alpha seven" >"$W/sub/kept.log"
	echo "alpha eight" >"$W/sub/left.log"
	printf '%s\n' out/ '*.log' '!kept.log' >"$W/sub/.gitignore"
	chmod -R a+rwX "$W"
	agent_serve \
		"$(call search_files '{"pattern":"alpha"}')" \
		"$(call search_files \
			'{"pattern":"ALPHA\\s+f\\w+ \\d+","ignore_case":true}')" \
		"$(call search_files '{"pattern":"alpha","glob":"*.txt"}')" \
		"$(call search_files '{"pattern":"a.pha","literal":true}')" \
		"$(call search_files '{"pattern":"("}')" \
		"$(call search_files '{"pattern":"alpha","limit":1}')" \
		"$(call search_files '{"pattern":"-e","path":"--"}')" \
		"$(call search_files '{"pattern":"alpha s","path":"sub"}')" \
		"$(call search_files \
			'{"pattern":"alpha s","path":"sub/","all":true}')" \
		"$(call search_files \
			'{"pattern":"alpha s","path":"/workspace/sub/out"}')" \
		"$DONE" "$DONE" "$DONE" "$DONE" "$DONE"
	agent_asks "$@"
	check "$ENGINE: sorted; no binaries, no dependencies" answers 1 \
		'^a.py:1:alpha four 42\|a.py:2:alpha five\|sub/kept.log:1:alpha seven\|sub/z.txt:1:alpha one\|.lines in files that .gitignore leaves out: 2; all shows them.\|$'
	check "$ENGINE: Perl's expressions, whatever the case" answers 2 \
		'^a.py:1:alpha four 42\|$'
	check "$ENGINE: by a file's name" answers 3 \
		'^sub/z.txt:1:alpha one\|.lines in files that .* out: 1; '
	check "$ENGINE: literally, and nothing matches" answers 4 \
		'^.no line matches'
	check "$ENGINE: what is no expression comes back as an error" \
		answers 5 '[Pp]aren|unclosed|unmatched'
	check "$ENGINE: more than were asked for" answers 6 \
		'^a.py:1:alpha four 42\|\[1 of 4 lines'
	check "$ENGINE: words that look like options are none" answers 7 \
		'no line matches|No such file|^$'
	check "$ENGINE: nothing that .gitignore leaves out" answers 8 \
		'^sub/kept.log:1:alpha seven\|.lines in files that .*: 1; all'
	check "$ENGINE: but who asks for it has it" answers 9 \
		'^sub/kept.log:1:alpha seven\|sub/out/y.txt:1:alpha six\|$'
	check "$ENGINE: and who asks for the place" answers 10 \
		'^/workspace/sub/out/y.txt:1:alpha six\|$'
}

background() {
	agent_project
	agent_serve \
		"$(call background_start \
			'{"command":"echo up; read x; echo got $x; sleep 9999"}')" \
		"$(call background_poll '{"id":2,"wait_s":20}')" \
		"$(call background_write '{"id":2,"text":"word\n"}')" \
		"$(call background_poll '{"id":2,"wait_s":20}')" \
		"$(call background_kill '{"id":2}')" \
		"$(call background_poll '{"id":2,"wait_s":20}')" \
		"$(call background_poll '{"id":2}')" \
		"$(call background_start \
			'{"command":"test -t 0 && stty size","terminal":true}')" \
		"$(call background_poll '{"id":3,"wait_s":20}')" \
		"$(call background_start \
			'{"command":"sleep 2; echo spoiled >add; sleep 9999"}')" \
		"$WRONG" "$RIGHT" "$DONE" "$DONE" "$DONE" "$DONE" "$DONE"
	check_status "background: the run ends green" 0 agent_asks
	diag "$(tail -n 30 "$ERR")"
	check "background: it starts" answers 1 'its id is 2'
	check "background: it is heard" answers 2 '^up\|\[running\]$'
	check "background: it is told" answers 3 '^wrote 5 of 5 bytes$'
	check "background: it goes on" answers 4 '^got word\|\[running\]$'
	check "background: it is killed" answers 5 '^killed'
	check "background: and says so" answers 6 'killed by signal 9'
	check "background: then it is forgotten" answers 7 \
		'no background command 2; there are none'
	check "background: with a terminal" answers 9 '24 80'
	check_output "background: none outlives the verdict" 5 sh "$W/add" 2 3
}

patches() {
	agent_project
	agent_serve \
		"$(call apply_patch '{"patch":"--- a/add\n+++ b/add\n@@ -1 +1 @@\n-echo $(($1 - $2))\n+echo $(($1 + $2))\n--- /dev/null\n+++ b/../../etc/x\n@@ -0,0 +1 @@\n+x\n"}')" \
		"$(call apply_patch '{"patch":"*** Begin Patch\n*** Update File: add\n@@\n-echo $(( $1 - $2 ))\n+echo $(($1 + $2))\n*** End Patch"}')" \
		"$DONE" "$DONE" "$DONE" "$DONE"
	check_status "patch: green" 0 agent_asks
	check "patch: none of it, if one file cannot be" answers 1 \
		'x.*(Read-only|Permission|refused|not)'
	check "patch: other white space is told" answers 2 \
		'^changed add\|.*other white space'
	check_equal "patch: the difference" "$MENDED" "$(cat "$OUT")"
}

# Put together here, so that nobody's scanner takes them for real.
secrets() {
	agent_project
	SECRET=sk-ant-api03-q7Zk2Vx9Lm4Tb8Wc1Nd5hJ3sR6yG0pFaE2uKvQ9z
	PASSWORD=tr0ub4dor-and-3
	printf '%s\n' "https://bob:$PASSWORD@host.example/x" >"$W/url"
	echo "key $SECRET" >"$W/key"
	chmod a+rw "$W/url" "$W/key"
	agent_serve "$(call bash '{"command":"cat key url; cat key >&2"}')" \
		"$(call read_file '{"path":"key"}')" "$WRONG" "$RIGHT" \
		"$(call bash '{"command":"echo x >>key"}')" \
		"$DONE" "$DONE" "$DONE" "$DONE"
	check_status "secrets: green" 0 agent_asks
	check "secrets: what was struck is told" answers 1 \
		'^key \[redacted: Anthropic key\]\|https://bob:\[redacted: password\]@'
	check "secrets: neither the model, nor the session, nor the screen" \
		hidden "$LOG" "$(session)" "$ERR"
	check "secrets: their number is, by form" grep -Eq \
		'secrets struck out: [4-9] .*[1-9] Anthropic key, [1-9] password' \
		"$ERR"
	check_equal "secrets: and so says the last event" True \
		"$(events "$(session)" 'sum(o[-1]["secrets_redacted_by_form"]
			.values()) == o[-1]["secrets_redacted"]' | tr -d '\n')"
	check "secrets: control: the user's own difference has it" \
		grep -qF "$SECRET" "$OUT"
}

# In pieces, as they come: from the background, on the screen, in the policy.
pieces() {
	agent_project
	SECRET=sk-ant-api03-q7Zk2Vx9Lm4Tb8Wc1Nd5hJ3sR6yG0pFaE2uKvQ9z
	PASSWORD=CU-31415926
	printf '%s' "key ${SECRET%d5hJ*}" >"$W/first"
	printf '%s\n' "d5hJ${SECRET#*d5hJ}; $PASSWORD." >"$W/second"
	chmod a+rw "$W/first" "$W/second"
	echo 'redact CU-[0-9]+' >"$T/redact.policy"
	agent_serve "$(call background_start \
		'{"command":"cat first; read x; cat second; read x"}')" \
		"$(call background_poll '{"id":2,"wait_s":20}')" \
		"$(call background_write '{"id":2,"text":"\n"}')" \
		"$(call background_poll '{"id":2,"wait_s":20}')" \
		"$(call bash '{"command":"cat first second"}')" \
		"{\"text\":\"I saw $SECRET.\",\"piece\":40}" \
		"$WRONG" "$RIGHT" "$DONE" "$DONE"
	check_status "pieces: green" 0 agent_asks --policy "$T/redact.policy"
	check "pieces: half a secret waits" answers 2 '^key \|\[running\]$'
	check "pieces: then it is one" answers 4 \
		'^\[redacted: Anthropic key\]; \[redacted: policy\]\.\|'
	check "pieces: in one go" answers 5 \
		'^key \[redacted: Anthropic key\]; \[redacted: policy\]\.\|'
	check "pieces: on the screen" \
		grep -q 'I saw \[redacted: Anthropic key\]\.' "$ERR"
	check "pieces: control: the model said it" grep -q "$SECRET" "$T/script"
	check "pieces: nothing on the screen" hidden "$ERR"
}

# A shell that stays where it was, if asked; and all of a long output.
shells() {
	agent_project
	printf 'rm -rf "%s"\n' /workspace/sub/deep >"$W/sub/gone"
	chmod -R a+rwX "$W"
	agent_serve \
		"$(call bash '{"command":"mkdir sub/deep; cd sub/deep; (exit 3)",
			"keep_cwd":true}' | tr -d '\n')" \
		"$(call bash '{"command":"pwd; exit 4","keep_cwd":true}')" \
		"$(call bash '{"command":"pwd"}')" \
		"$(call bash '{"command":"sh ../gone","keep_cwd":true}')" \
		"$(call bash '{"command":"pwd","keep_cwd":true}')" \
		"$(call bash '{"command":"seq 100000"}')" \
		"$(call read_file \
			'{"path":"/tmp/output-1.txt","offset":54321,"limit":1}')" \
		"$(call bash '{"command":"yes 1234567 | head -n 700000"}')" \
		"$(call bash '{"command":"wc -c </tmp/output-2.txt;
			seq 90000 | tail -n 20000; kill -9 $$"}' | tr -d '\n')" \
		"$(call bash '{"command":"(kill -SEGV $BASHPID); exit $?"}')" \
		"$WRONG" "$RIGHT" "$DONE" "$DONE"
	check_status "shells: green" 0 agent_asks
	check "shells: a directory is kept" answers 1 \
		'exit status 3; directory /workspace/sub/deep\]$'
	check "shells: and entered" answers 2 \
		'^/workspace/sub/deep\|\[exit status 4; directory'
	check "shells: by who asks alone" answers 3 '^/workspace\|\[exit'
	check "shells: one that is gone is told" answers 5 \
		'^\[/workspace/sub/deep is no more; .*\|/workspace\|'
	check "shells: a long output is cut, and in a file" answers 6 \
		'\|\[\.\.\. [0-9]+ bytes cut \.\.\.\]\|.*\|100000\|\[all of it in /tmp/output-1\.txt, for read_file or grep\]\|\[exit'
	check "shells: which can be read" answers 7 '^ *54321.54321\|'
	check "shells: up to its size" answers 8 \
		'\[the beginning of it in /tmp/output-2\.txt'
	check "shells: and not beyond" answers 9 '^4194304\|'
	check "shells: a signal is told" answers 9 \
		'killed by signal 9 \(Killed\)\]$'
	check "shells: and one that the shell tells of" answers 10 \
		'exit status 139, as after signal 11 \(Segmentation fault\)\]$'
}

# A test that passes at every second run: the run is red, whatever the model
# says.
flaky() {
	agent_project
	cat >"$W/test.sh" <<-'END'
		[ "$(sh add 2 3)" = 5 ] || exit 1
		[ ! -e flip ] || { rm flip; exit 1; }
		: >flip
	END
	agent_serve "$WRONG" "$RIGHT" "$DONE" "$DONE" "$DONE" "$DONE" "$DONE"
	check_status "flaky: not green" 1 agent_asks
	check "flaky: the model is told" grep -q 'passes only sometimes' "$LOG"
	check "flaky: and the user" \
		grep -Eq 'flaky: [0-9]+ of [0-9]+ test runs failed' "$ERR"
	check_equal "flaky: the last event" "red False" \
		"$(events "$(session)" \
			'"%s %s" % (o[-1]["reason"], o[-1]["tests_green"])')"
}

# A model that makes the tests pass by changing them: it is green, and whoever
# reads the summary knows at what price.
weakened() {
	agent_project
	mkdir "$W/tests"
	cat >"$W/tests/test_add.py" <<-'END'
		import unittest
		class Add(unittest.TestCase):
		    def test_two(self): self.assertEqual(2 - 3, 5)
		    def test_one(self): pass
	END
	chmod -R a+rwX "$W"
	TEST_COMMAND='python3 -B -m unittest discover -s tests 2>&1'
	agent_serve "$(call edit_file '{"path":"tests/test_add.py",
		"old_string":"    def test_two(self): self.assertEqual(2 - 3, 5)\n",
		"new_string":""}' | tr -d '\n')" \
		"$(call run_tests '{}')" "$DONE" "$DONE" "$DONE" "$DONE"
	check_status "weakened: green" 0 agent_asks
	TEST_COMMAND='sh test.sh'
	check "weakened: the model reads the counts" answers 2 \
		'\[unittest: 0 failed, 1 passed\]'
	check "weakened: fewer tests" grep -q \
		'fewer tests ran than at the start: 1, not 2' "$ERR"
	check "weakened: in which file" grep -q \
		'test files changed: tests/test_add.py' "$ERR"
	check "weakened: by how many" grep -q 'tests taken out: 1' "$ERR"
	check_equal "weakened: the last event" "1 2 1 1" \
		"$(events "$(session)" '" ".join(str(o[-1]["tests"][k]) for k in
			("passed", "at_start", "files_touched", "removed"))' |
			tr -d '\n')"
}

# The last turn is announced, so that what was done can be handed over.
budget() {
	agent_project
	agent_serve "$(call bash '{"command":"echo 1"}')" \
		"$(call bash '{"command":"echo 2"}')" "$WRONG" "$WRONG"
	check_status "budget: its own exit status" 6 agent_asks --max-turns 3
	check "budget: the model is warned" \
		grep -q 'the next turn is the last' "$LOG"
	check_equal "budget: and an event says so" "['budget']" \
		"$(events "$(session)" \
			'[e["type"] for e in o if e["type"] == "budget"]')"
}

# What the model plans is for people to see.
plans() {
	agent_project
	agent_serve "$(call plan '{"steps":"[x] look\n[>] mend\n[ ] test"}')" \
		"$(call plann '{}')" "$WRONG" "$RIGHT" "$DONE" "$DONE"
	check_status "plan: green" 0 agent_asks
	check "plan: it is kept" answers 1 '^1 of 3 steps done$'
	check "plan: and shown" grep -q '^  .>. mend$' "$ERR"
	check_equal "plan: an event tells of its steps" \
		"done in_progress pending" "$(events "$(session)" \
		'" ".join(s["status"] for e in o if e["type"] == "plan"
			for s in e["steps"])' | tr -d '\n')"
	check "plan: a name that is nearly one" answers 2 \
		"no tool 'plann'. Did you mean plan\? There are: bash, "
}

hidden() {
	! grep -qF -e "$SECRET" -e "$PASSWORD" "$@"
}

all() {
	plans
	secrets
	pieces
	shells
	flaky
	weakened
	budget
	ENGINE=search
	searches
	# Debian has ripgrep for who wants it; all have grep.
	ENGINE="by grep"
	echo 'command allow sh bash grep cat env' >"$T/grep.policy"
	searches --policy "$T/grep.policy"
	background
	patches
}

run_ways all
test_end
