#!/bin/sh
# SPDX-License-Identifier: ISC
# The agent's own file tools do not follow the workspace to the host, and do
# not wait for it.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"
# shellcheck source=tests/integration/agent_lib.sh
. "${top_srcdir:?}/tests/integration/agent_lib.sh"

agent_begin
property_begin
PROTOCOL=anthropic

# What a hostile workspace holds.
traps() {
	echo host-secret >"$T/secret"
	echo host-target >"$T/target"
	chmod 666 "$T/target"
	chmod 755 "$T"
	for dir in "$W" "$CTL"; do
		rm -f "$dir/link" "$dir/out" "$dir/folder" "$dir/fifo"
		ln -s "$T/secret" "$dir/link"
		ln -s "$T/target" "$dir/out"
		ln -s "$T" "$dir/folder"
		mkfifo "$dir/fifo"
		chmod 666 "$dir/fifo"
	done
}

reads() {
	printf '{"type":"tool_use","id":"%s","name":"read_file","input":{"path":"%s"}},' \
		"$1" "$2"
}

# One turn that falls into them all.
fall() {
	printf '{"answer":['
	reads r1 link
	reads r2 folder/secret
	reads r3 "../../../../../../..$T/secret"
	reads r4 fifo
	reads r5 /proc/1/environ
	reads r6 /dev/zero
	printf '{"type":"tool_use","id":"w1","name":"write_file",'
	printf '"input":{"path":"out","content":"changed"}}]}\n'
}

agent_files() {
	agent_project
	traps
	agent_serve "$(fall)" '{"text":"I cannot.","repeat":1}'
	start=$(date +%s)
	agent_asks --max-turns 2
	took=$(($(date +%s) - start))
	check "the model was answered" grep -q tool_result "$LOG"
	read_it="$(as_user cat "$CTL/link" "$CTL/folder/secret" |
		grep -c host-secret)"
	judge tool-read-link 0 "$(grep -c host-secret "$LOG")" 2 "$read_it"
	judge tool-write-link host-target "$(cat "$T/target")" \
		changed "$(as_user sh -c "echo changed >'$CTL/out'"
			cat "$T/target")"
	judge tool-read-fifo soon \
		"$([ "$took" -lt 30 ] && echo soon || echo "$took s")" \
		124 "$(as_user timeout 1 cat "$CTL/fifo" >/dev/null; echo $?)"
	server_end
}

run_ways agent_files
property_end
