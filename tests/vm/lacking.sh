#!/bin/sh
# SPDX-License-Identifier: ISC
# A kernel without Landlock, without the controllers of memory and processes,
# or with control groups of version 1: nothing is promised that is not held,
# and what can be held otherwise is. Runs in the machine of vm.sh.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

# shellcheck disable=SC2034 # the harness reads it
TEST_ALSO="stockade-probe stockade-egress"
[ "${VM_GUEST-}" = 1 ] ||
	skip_all "only in the machine of vm.sh"
test_begin
HOG='x = bytearray(200 << 20)'
controllers=" $(cat /sys/fs/cgroup/cgroup.controllers 2>/dev/null) "

lacks_landlock() {
	! grep -q landlock /sys/kernel/security/lsm 2>/dev/null
}

tried() {
	user_dir "json-$WAY"
	chmod 777 "$T/json-$WAY"
	R=$T/json-$WAY/r
	D=$T/json-$WAY/d
	as "$STOCKADE" doctor --json >"$D"
	check "doctor ends degraded, not well" [ $? = 1 ]
	box --json "$R" -l memory=48M -- /usr/bin/python3 -c "$HOG" 2>/dev/null
	check_output "memory is limited" memory json "$R" 'o["limit_hit"]'
	case $controllers in
	*" memory "*) ;;
	*) check_output "by the watchdog, for want of a controller" watchdog \
		json "$R" 'o["enforced"]["memory"]' ;;
	esac
	if lacks_landlock; then
		check_status "command rules are refused, not forgotten" 125 \
			box --policy "$T/rules" -- true
		check_output "and so doctor says" missing json "$D" \
			'[p["state"] for p in o["properties"]
			if p["name"] == "landlock"][0]'
		check_status "nor does --strict run" 125 box --strict -- true
	fi
}

mount -t securityfs none /sys/kernel/security 2>/dev/null
echo 'command allow true' >"$T/rules"
STOCKADE_WAYS="root rootless" run_ways tried
test_end
