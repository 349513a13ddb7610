#!/bin/sh
# SPDX-License-Identifier: ISC
# What a run of the agent changed is taken back by `stockade undo`: exactly
# that, to any checkpoint, and nothing that is somebody else's.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/integration/agent_lib.sh
. "${top_srcdir:?}/tests/integration/agent_lib.sh"

agent_begin

# state: everything that an undo is to bring back, as text.
state() {
	# Sockets hold the place of a protected path while a sandbox stands.
	(cd "$W" && find . -mindepth 1 ! -name .git ! -path './.git/*' \
		! -type s -printf '%p %y %m %l\n' | sort &&
		find . -type f ! -path './.git/*' -print0 | sort -z |
		xargs -0 cksum)
}

undo() {
	as timeout --foreground -s KILL 60 "$STOCKADE" undo -C "$W" "$@"
}

mine() {
	if is_root && [ "$WAY" != root ]; then
		chown -hR "$TEST_UID:$TEST_GID" "$W"
	fi
}

# One of each kind, and what a run makes of it.
project() {
	agent_project
	printf 'old\n' >"$W/changed"
	printf 'gone\n' >"$W/deleted"
	printf '#!/bin/sh\n' >"$W/script"
	chmod 755 "$W/script"
	ln -s changed "$W/link"
	ln -s /etc/passwd "$W/outward"
	mkdir -p "$W/dir/deep" "$W/empty" "$W/closed"
	printf 'deep\n' >"$W/dir/deep/file"
	printf 'in\n' >"$W/closed/file"
	chmod 500 "$W/closed"
	printf 'odd\n' >"$W/ an odd
name"
	printf 'theirs\n' >"$W/theirs"
	mkdir "$W/.git"
	echo 'ref: refs/heads/main' >"$W/.git/HEAD"
	mine
}

CHANGES='echo new >changed; rm deleted link; ln -s /etc/shadow link; chmod 644 script; rm -r dir; echo file >dir; rmdir empty; ln -s / empty; chmod 700 closed; echo out >closed/file; chmod 500 closed; rm outward; mkdir outward; echo x >outward/x; echo odd2 >" an odd
name"; mkdir -p made/below; echo m >made/below/m; mkfifo pipe'
call() { # ID COMMAND
	python3 -c 'import json, sys
print(json.dumps({"answer": [{"type": "tool_use", "id": sys.argv[1],
  "name": "bash", "input": {"command": sys.argv[2]}}]}))' "$1" "$2"
}
MEND='{"answer":[{"type":"tool_use","id":"e","name":"edit_file","input":{"path":"add","old_string":"$1 - $2","new_string":"$1 + $2"}}]}'
TESTS='{"answer":[{"type":"tool_use","id":"r","name":"run_tests","input":{}}]}'
PROTOCOL=anthropic

back() {
	project
	before=$(state)
	agent_serve "$(call a "$CHANGES")" "$MEND" "$TESTS" \
		"$(call b 'echo more >later')" "$DONE"
	check_status "control: a run changes all of it" 0 \
		agent_asks --approve shell=auto
	check "control: the last of it is done" test -p "$W/pipe"
	diag "$(tail -n 30 "$ERR")"
	after=$(state)
	check_fails "control: nothing is as it was" \
		test "$before" = "$after"
	check_equal "checkpoints: start, each pass, end" \
		"start green green end" \
		"$(events "$(session)" \
		'" ".join(e["why"] for e in o if e["type"] == "checkpoint")')"
	check "the summary says how" grep -q 'stockade undo 2' "$ERR"
	check "a dry run says what" undo --dry-run
	check_equal "and does nothing" "$after" "$(state)"
	check_status "undo" 0 undo
	check_equal "all is as it was" "$before" "$(state)"
	check_match "a second undo finds nothing" 'nothing to undo.*' undo
	check_status "to the first pass" 0 undo --to 1
	check_fails "which knew nothing of the later file" test -e "$W/later"
	check_output "but of the rest" new cat "$W/changed"
	check_status "to the end, which undoes the undo" 0 undo --to 3
	check_equal "as it was then" "$after" "$(state)"
	check_equal ".git is left alone" 'ref: refs/heads/main' \
		"$(cat "$W/.git/HEAD")"
	check_fails "no index is made" test -e "$W/.git/index"
}

theirs() {
	project
	agent_serve "$(call a 'echo new >changed; rm deleted; mkdir made')" \
		"$MEND" "$DONE"
	check_status "control: a run" 0 agent_asks
	echo mine >"$W/changed"
	echo also >>"$W/theirs"
	echo kept >"$W/made/kept"
	mine
	check_status "what somebody changed since is refused" 1 undo
	check_match "and shown" 'left +changed: changed since' undo
	check_output "nothing is done then" mine cat "$W/changed"
	check_fails "nothing at all" test -e "$W/deleted"
	check_match "--json says the same" \
		'.*"path":"changed","left":"changed since".*' undo --json
	check_status "--force" 0 undo --force
	check_output "gives it up" old cat "$W/changed"
	check_output "what the run did not touch stays" "theirs
also" cat "$W/theirs"
	check_output "so does what lies in a directory of its" kept \
		cat "$W/made/kept"
	n=$(as "$STOCKADE" undo -C "$W" --list |
		awk '/before-undo/ { n = $1 } END { print n }')
	check_status "even what was given up can be had again" 0 \
		undo --to "${n:-none}"
	check_output "as it was" mine cat "$W/changed"
}

# The workspace is a stranger's: no link in it leads an undo anywhere.
traps() {
	project
	agent_serve "$(call a 'echo new >dir/deep/file; echo new >changed')" \
		"$MEND" "$DONE"
	check_status "control: a run" 0 agent_asks
	user_dir canary
	mkdir "$T/canary/deep"
	echo canary >"$T/canary/deep/file"
	echo canary >"$T/canary/changed"
	is_root && [ "$WAY" != root ] &&
		chown -R "$TEST_UID:$TEST_GID" "$T/canary"
	rm -r "$W/dir"
	ln -s "$T/canary" "$W/dir"
	rm "$W/changed"
	ln -s "$T/canary/changed" "$W/changed"
	mine
	check_status "a link in the place of a directory is refused" 1 undo
	check_status "by force it is replaced" 0 undo --force
	check_output "and not followed" canary cat "$T/canary/deep/file"
	check_output "nor in the place of a file" canary \
		cat "$T/canary/changed"
	check_output "what it hid is back" deep cat "$W/dir/deep/file"
	check_fails "as a file" test -L "$W/changed"
}

store() {
	keep=$(find "$T" -type d -path '*/stockade/keep' | head -n 1)
	project
	agent_serve "$MEND" "$DONE"
	check_status "control: a run" 0 agent_asks
	keep=$(as sh -c 'echo "${XDG_STATE_HOME:-$HOME/.local/state}"')
	keep=$keep/stockade/keep
	check_equal "the store is its owner's alone" "700 700" \
		"$(stat -c %a "$keep" "$keep/objects" | tr '\n' ' ' |
		sed 's/ $//')"
	n=$(find "$keep/objects" -type f | wc -l)
	project
	agent_serve "$MEND" "$DONE"
	check_status "control: another run on the same" 0 agent_asks
	m=$(find "$keep/objects" -type f | wc -l)
	# Its trees, and nothing else.
	check "content is there once" test $((m - n)) -le 3
	check_equal "nothing is left half made" 0 \
		"$(find "$keep/tmp" -type f | wc -l)"
	check_match "--prune leaves as many as it is told" \
		'.*kept: 1 sessions.*' undo --prune --sessions 1
	check_status "and the newest can be undone" 0 undo
	check_output "as before" 'echo $(($1 - $2))' cat "$W/add"
	agent_serve "$MEND" "$DONE"
	check_status "control: a third run" 0 agent_asks
	object=$(printf 'echo $(($1 - $2))\n' | sha256sum | cut -c 1-64)
	object=$keep/objects/$(echo "$object" | cut -c 1-2)/$(echo "$object" |
		cut -c 3-)
	check "control: what add was is in the store" test -f "$object"
	echo damaged >"$object"
	check_status "damaged content is not restored" 11 undo
	check_output "and nothing else is" 'echo $(($1 + $2))' cat "$W/add"
	project
	agent_serve "$MEND" "$DONE"
	check_status "control: a run that finds it damaged" 0 agent_asks
	check_output "mends it" 'echo $(($1 - $2))' cat "$object"
}

# each_is OLD NEW: every one of the files is one of the two, as a whole.
each_is() {
	for f in "$W"/many/*; do
		case $(cat "$f" 2>&1) in
		"$1" | "$2") ;;
		*)
			diag "$f: $(head -c 100 "$f")"
			return 1
			;;
		esac
	done
	[ "$(find "$W/many" -name 'f*' | wc -l)" -eq 200 ]
}

# An undo that is killed, at whatever it does, is finished by the next one.
killed_undo() {
	project
	mkdir "$W/many"
	for i in $(seq 200); do echo old >"$W/many/f$i"; done
	mine
	before=$(state)
	agent_serve "$(call a 'for f in many/*; do echo new >$f; done; rm -r dir; echo x >dir')" \
		"$MEND" "$DONE"
	check_status "control: a run" 0 agent_asks --approve shell=auto
	check_output "control: it changed many" new cat "$W/many/f200"
	torn=
	for ms in 02 04 06 08 10 12 14 16 18 20 25 30; do
		as timeout --foreground -s KILL "0.$ms" "$STOCKADE" undo \
			-C "$W" >/dev/null 2>&1 && break
		each_is old new || torn="$torn $ms"
	done
	check_equal "killed anywhere, each file is old or new" "" "$torn"
	# What it was killed in is gone in a moment.
	within 10 undo
	check_match "the next one finishes it" 'nothing to undo.*' undo
	check_equal "all is as it was" "$before" "$(state)"
}

# A run that is killed leaves no end: what it did is told apart by nobody.
killed_run() {
	project
	before=$(state)
	MARK=$T/killed-$WAY/diff
	new_dir "killed-$WAY"
	agent_serve "$(call a 'echo new >changed; rm deleted; sleep 300')"
	agent_asks --approve shell=auto --diff "$MARK" &
	run_pid=$!
	check "control: it changes something" within 20 \
		grep -q new "$W/changed"
	check_status "a session at work is not undone" 2 undo
	kill_marked
	wait "$run_pid"
	within 10 none_marked "$MARK"
	check_status "what a killed run did is refused" 1 undo
	check_match "and it is said why" '.*the run was killed, so that.*' undo
	check_output "nothing is done then" new cat "$W/changed"
	check_status "but by force" 0 undo --force
	check_equal "all is as it was" "$before" "$(state)"
	check_match "once" 'nothing to undo.*' undo
}

all() {
	back
	killed_undo
	killed_run
	theirs
	traps
	store
}

run_ways all
test_end
