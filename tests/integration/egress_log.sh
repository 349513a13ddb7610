#!/bin/sh
# SPDX-License-Identifier: ISC
# stockade egress: records written here by hand, by what their page says of
# them, are shown, added up and verified.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
XDG_STATE_HOME=$T/state
export XDG_STATE_HOME
D=$T/state/stockade/egress
mkdir -p "$D"

# record FILE FIELDS: one more line, bound to the one before it.
record() {
	if [ -s "$1" ]; then
		prev=$(tail -n 1 "$1" | sha256sum | cut -d ' ' -f 1)
		seq=$(($(tail -n 1 "$1" | sed 's/.*"seq":\([0-9]*\).*/\1/') + 1))
	else
		prev=$(printf '%064d' 0)
		seq=1
	fi
	printf '{"v":1,"seq":%s,"prev":"%s",%s,"mono_ms":1,"run":"x",%s}\n' \
		"$seq" "$prev" '"ts":"2026-01-02T03:04:05.678901Z"' "$2" >>"$1"
}

# records FILE: a short run.
records() {
	record "$1" '"event":"begin","policy_gen":1'
	record "$1" '"event":"decision","conn":1,"name":"good.example",'"\
\"port\":443,\"kind\":\"tls\",\"decision\":\"allow\",\"rule\":\"net allow *\""
	record "$1" '"event":"end","conn":1,"name":"good.example","port":443,'"\
\"bytes_up\":517,\"bytes_down\":4000,\"dur_ms\":12,\"end\":\"fin\""
	record "$1" '"event":"decision","conn":2,"name":"bad.example",'"\
\"port\":80,\"decision\":\"deny\",\"reason\":\"unlisted\""
	record "$1" '"event":"repeated","name":"bad.example","port":80,'"\
\"decision\":\"deny\",\"reason\":\"unlisted\",\"count\":41"
	record "$1" '"event":"decision","conn":3,"name":"x\u001b[2J","port":1,'"\
\"decision\":\"ask-deny\",\"reason\":\"ask-denied\""
}

egress() {
	"$STOCKADE" egress "$@"
}

check_match "no records: told, and where they would be" \
	".*no records in $D: .*" egress log
check_status "no records: status 2" 2 egress log
records "$D/20260101-000000-000-0000000a.jsonl"
record "$D/20260101-000000-000-00000009.jsonl" '"event":"begin"'
R=20260101-000000-000-0000000a
check_match "log: what was allowed, and by which rule" \
	'03:04:05.678 allow +good.example:443 tls \(net allow \*\)' egress log
check_match "log: what became of it" \
	'.* end +good.example:443 up 517 down 4000 in 12 ms fin' egress log
check_match "log: what was refused, and why" \
	'.* deny +bad.example:80 unlisted' egress log $R
check_match "log: repeats" '.* bad.example:80 unlisted 41 times more' \
	egress log --last
check_match "log: no escape of a stranger's reaches the screen" \
	'.* ask-deny +x\?\[2J:1 ask-denied' egress log
check_equal "log --json: the lines as they are" "$(cat "$D/$R.jsonl")" \
	"$(egress log --json)"
check_match "log of one run by name" '.* begin.*' \
	egress log 20260101-000000-000-00000009
check_match "log of a file" '.* begin.*' \
	egress log "$D/20260101-000000-000-00000009.jsonl"
check_status "a name that leads elsewhere is none" 2 egress log ../../x
check_status "a run that is not there" 2 egress log nothing
check_status "two runs" 2 egress log a b
check_status "no such word" 2 egress dance
check_status "no such option" 2 egress log --dance
check_match "stats: connections" \
	'1 connections allowed, 43 refused, 517 bytes up, 4000 down' \
	egress stats
check_match "stats: by destination" ' +0 +42 +0 +0  bad.example:80' egress stats
check_match "stats: by reason" ' +42 unlisted' egress stats
check_match "stats --json" '\{.*"reasons":\{"unlisted":42,"ask-denied":1\}.*' \
	egress stats --json

check_output "verify: chained by sha256sum, whole" "whole: 6 records" \
	egress verify
check "verify: status 0" egress verify

# broken NAME ERE SCRIPT: after that edit of sed, status 1 and such a line.
broken() {
	sed "$3" "$D/$R.jsonl" >"$T/edited.jsonl"
	check_status "verify: $1: status 1" 1 egress verify "$T/edited.jsonl"
	check_match "verify: $1: says where" "$2" \
		egress verify "$T/edited.jsonl"
}
broken "a changed line" 'broken: line 5: line 4 .*' '4s/bad/bed/'
broken "a line taken away" 'broken: line 3: .*' 3d
broken "the first lines taken away" 'broken: line 1: .*' 1,2d
broken "a line put in" 'broken: line 4: .*' '3p'
broken "a line that is none" 'broken: line 3: .*' '2s/}$//'

# What a killed writer leaves, and how the next one goes on.
head -n 2 "$D/$R.jsonl" >"$T/torn.jsonl"
sed -n 3p "$D/$R.jsonl" | head -c 100 >>"$T/torn.jsonl"
check_match "verify: a torn end is told" \
	'whole: 2 records, 1 torn lines .* but for the last' \
	egress verify "$T/torn.jsonl"
echo >>"$T/torn.jsonl"
torn=$(tail -n 1 "$T/torn.jsonl" | sha256sum | cut -d ' ' -f 1)
prev=$(sed -n 2p "$T/torn.jsonl" | sha256sum | cut -d ' ' -f 1)
printf '{"v":1,"seq":3,"prev":"%s","event":"repair","torn":"%s"}\n' \
	"$prev" "$torn" >>"$T/torn.jsonl"
check_output "verify: a torn line that is told of" \
	"whole: 3 records, 1 torn lines that are accounted for" \
	egress verify "$T/torn.jsonl"
sed -i '3s/:/;/' "$T/torn.jsonl"
check_match "verify: a torn line that was changed" \
	'broken: line 4: the torn line before it was changed' \
	egress verify "$T/torn.jsonl"

# --follow goes on while somebody holds the file, and ends with him.
# shellcheck disable=SC2094 # that it is written while it is read is the test
follow() {
	f=$D/20270101-000000-000-0000000b.jsonl
	record "$f" '"event":"begin"'
	(
		flock -s 9
		sleep 1
		record "$f" '"event":"late"'
	) 9<"$f" &
	within 5 held "$f"
	egress log --follow >"$T/followed"
	wait $!
	grep -q begin "$T/followed" && grep -q late "$T/followed"
}
held() {
	! flock -n -x "$1" true
}
check "log --follow shows what comes, and ends with the run" follow
test_end
