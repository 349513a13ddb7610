#!/bin/sh
# SPDX-License-Identifier: ISC
# stockade doctor by the service: its sandboxes, its ceiling, its absence.
# shellcheck source=tests/integration/service_lib.sh
. "${top_srcdir:?}/tests/integration/service_lib.sh"
needs /usr/bin/python3
for exe in stockade-probe stockade-egress; do
	cp "$top_builddir/$exe" "$BIN/" || bail "no $exe"
done

O=$T/doctor.json

doctor() {
	user "$TEST_UID" "" timeout -s KILL 60 "$STOCKADE" doctor --json \
		>"$O" 2>&1
	S=$?
	[ "$S" -le 1 ] || diag "$(json "$O" 'o["error"]')"
}

state() {
	check_output "$1 is $2" "$2" json "$O" "[p['state']
		for p in o['properties'] if p['name'] == '$1'][0]"
}

ceiling
start
doctor
check "it runs here, whole or degraded" [ "$S" -le 1 ]
check_output "by the service" service json "$O" 'o["way"]'
for name in sandbox own-ids ownership no-groups host-files no-capabilities \
	leftovers nothing-left no-network gate-rules workspace-noexec \
	seccomp-strict; do
	state "$name" present
done
state command-rules "$(json "$O" "[p['state'] for p in o['properties']
	if p['name'] == 'landlock'][0]")"
check "nobody is served afterwards" within 10 idle
stop

ceiling "limit memory 16M" "limit tmp 4M" "limit session-disk 1M" \
	"root $T/elsewhere"
start
doctor
check "less is asked for if a ceiling allows no more" [ "$S" -le 1 ]
state root-directory untried
stop

ceiling "service directory $T/elsewhere"
start
doctor
check_equal "one that allows no such directory is no sandbox" 2 "$S"
state sandbox missing
check_output "and that is the layer" refused json "$O" 'o["error"]["code"]'
stop

doctor
check_equal "nor is a service that is not there" 2 "$S"
state sandbox missing
check_match "and how it is started is told" \
	'.*systemctl start stockade.socket.*' cat "$O"
test_end
