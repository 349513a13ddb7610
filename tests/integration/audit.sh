#!/bin/sh
# SPDX-License-Identifier: ISC
# What runs of the agent did is in a log in which nothing can be changed, put
# in or taken out of the middle unseen; and a kill or a full disk breaks no
# chain.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/integration/agent_lib.sh
. "${top_srcdir:?}/tests/integration/agent_lib.sh"

agent_begin
PROTOCOL=anthropic
MEND='{"answer":[{"type":"tool_use","id":"e","name":"edit_file","input":{"path":"add","old_string":"$1 - $2","new_string":"$1 + $2"}}]}'
# Asked for, and nobody is there to say yes.
DENIED='{"answer":[{"type":"tool_use","id":"d","name":"bash","input":{"command":"frobnicate --all"}}]}'

audit() {
	as timeout --foreground -s KILL 60 "$STOCKADE" audit "$@"
}

# records EXPRESSION: Python on the list `o` of them.
records() {
	audit log --json >"$T/records"
	events "$T/records" "$1"
}

# damaged SED-SCRIPT: a copy of the log with that done to its only file.
damaged() {
	rm -rf "$T/copy"
	cp -r "$A" "$T/copy"
	chmod 755 "$T/copy"
	chmod 644 "$T/copy/"*
	sed -i "$1" "$T/copy/"*.jsonl
	"$STOCKADE" audit verify -C "$T/copy"
}

# The first line of a month was torn: by a kill, or a disk that was full.
torn_first() {
	mv "$A/$(date -u +%Y-%m).jsonl" "$A/2020-02.jsonl"
	for month in 2020-03 "$(date -u +%Y-%m)"; do
		printf '{"seq":1,"ts":"half' >"$A/$month.jsonl"
		chmod 600 "$A/$month.jsonl"
		chown --reference="$A" "$A/$month.jsonl"
	done
	check_match "a month that begins with a torn line is no fault" \
		'whole: .*' audit verify
	agent_project
	agent_serve "$MEND" "$DONE"
	check_status "control: a run after it" 0 agent_asks
	check_match "goes on with the chain, too" 'whole: .*' audit verify
	rm -rf "$T/months-$WAY"
	cp -r "$A" "$T/months-$WAY"
	sed -i '$d' "$T/months-$WAY/2020-02.jsonl"
	check_match "in which nothing can be taken away" \
		'broken: 20[0-9-]+.jsonl: line [0-9]+: it does not follow.*' \
		"$STOCKADE" audit verify -C "$T/months-$WAY"
}

all() {
	state=$(as sh -c 'echo "${XDG_STATE_HOME:-$HOME/.local/state}"')
	A=$state/stockade/audit
	rm -rf "$A"
	check_status "without a log it says so" 2 audit verify
	agent_project
	agent_serve "$DENIED" "$MEND" "$DONE"
	check_status "control: a run" 0 agent_asks
	diag "$(tail -n 5 "$ERR")"
	check_status "control: its undo" 0 as "$STOCKADE" undo -C "$W"
	check_equal "begin, approvals, end and undo are there" \
		"run-start approval run-end undo" \
		"$(records '" ".join(e["event"] for e in o
		if e["event"] != "checkpoint" and e.get("verdict") != "notify")')"
	check_equal "who was denied what, by which rule" \
		"frobnicate --all True" \
		"$(records '[e["command"] + " " + str(len(e["rule"]) > 0)
		for e in o if e["event"] == "approval"
		and "command" in e][0]')"
	check_equal "how it ended" "green 0" \
		"$(records '[e["reason"] + " " + str(e["exit_status"])
		for e in o if e["event"] == "run-end"][0]')"
	check_equal "each says whose session it was" \
		"1 $(basename "$(session)" .jsonl)" \
		"$(records '"%d %s" % (len(set(e["session"] for e in o)),
		o[0]["session"])')"
	check_equal "the log is its owner's" "700 600" \
		"$(stat -c %a "$A" "$A"/* | tr '\n' ' ' | sed 's/ $//')"
	check_match "it is whole" 'whole: [0-9]+ records' audit verify
	check_match "for a script, too" '\{"whole":true,"records":[0-9]+\}' \
		audit verify --json
	check_match "for people" '.* approval .* command=frobnicate --all.*' \
		audit log
	check_status "control: a copy is as whole" 0 damaged ''
	check_status "a changed record is seen" 1 \
		damaged 's/frobnicate/fabricated/'
	check_status "one that is gone" 1 damaged 3d
	check_status "one put in twice" 1 damaged '3{p}'
	check_status "two that changed places" 1 damaged '2{h;d};3{G}'
	printf '{"seq":99,"ts":"half' >>"$(echo "$A"/*.jsonl)"
	check_status "a torn line at the end is no fault" 0 audit verify
	agent_project
	agent_serve "$MEND" "$DONE"
	check_status "control: another run" 0 agent_asks
	check_match "which tells of it" \
		'whole: [0-9]+ records, torn lines that are accounted for' \
		audit verify
	check_status "what was torn cannot be changed" 1 \
		damaged 's/half/hAlf/'
	# As if that had been another month's.
	mv "$(echo "$A"/*.jsonl)" "$A/2020-01.jsonl"
	agent_project
	agent_serve "$MEND" "$DONE"
	check_status "control: a run in a new month" 0 agent_asks
	check_match "goes on with the chain" 'whole: .*' audit verify
	cp -r "$A" "$T/months-$WAY"
	sed -i '$d' "$T/months-$WAY/2020-01.jsonl"
	check_match "what an older month ends with is known" \
		'broken: 20[0-9-]+.jsonl: line 1: it does not follow.*' \
		"$STOCKADE" audit verify -C "$T/months-$WAY"
	rm "$T/months-$WAY/2020-01.jsonl"
	check_match "that one is not there is told" \
		'whole: [0-9]+ records, after older ones that are not here' \
		"$STOCKADE" audit verify -C "$T/months-$WAY"
	torn_first
	none=$(grep -c "$KEY" "$A"/* | grep -cv ':0$')
	check_equal "no key is in it" 0 "$none"
}

run_ways all
test_end
