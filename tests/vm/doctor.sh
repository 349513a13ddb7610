#!/bin/sh
# SPDX-License-Identifier: ISC
# Doctor, where every controller is: what it says of each limit is what holds
# it. Runs in the machine of vm.sh.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

# shellcheck disable=SC2034 # the harness reads it
TEST_ALSO="stockade-probe stockade-egress"
[ "${VM_GUEST-}" = 1 ] ||
	skip_all "only in the machine of vm.sh"
test_begin
D=$T/doctor.json
"$STOCKADE" doctor --json >"$D"

check_output "this machine has control groups of version 2" unified json "$D" \
	'o["cgroup"]'
for name in limit-memory limit-pids limit-cpu limit-cpu-weight \
	limit-session-memory limit-session-pids; do
	check_output "$name is held by the kernel" "present cgroup" json "$D" \
		"[p['state'] + ' ' + p['by'] for p in o['properties']
			if p['name'] == '$name'][0]"
done
case $(uname -r) in
# A tmpfs, which /tmp is here, has id-mapped mounts since 6.3.
6.1.*) LANDLOCK=2 MISSING='["own-ids"]' ;;
6.12.*) LANDLOCK=6 MISSING='[]' ;;
esac
check_output "Landlock has the version of this kernel" "$LANDLOCK" json "$D" \
	'o["landlock"]["abi"]'
check_output "nothing is missing that this kernel has" "$MISSING" json "$D" \
	'[p["name"] for p in o["properties"] if p["state"] == "missing"]'
test_end
