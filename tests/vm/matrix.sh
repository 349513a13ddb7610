#!/bin/sh
# SPDX-License-Identifier: ISC
# matrix.sh [ROW...]: machines of several kinds, one after the other, each with
# the tests that say something there; a line for each. VM_LOGS (lanes/vm of the
# build directory) keeps what they said. Fails if one does.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
logs=${VM_LOGS:-${top_builddir:?}/lanes/vm}
mkdir -p "$logs"
status=0
wanted=" $* "

suite() {
	(cd "${top_srcdir:?}" && find "tests/$1" -name '*.sh' \
		! -name '*_lib.sh' | sort)
}

units() {
	(cd "$top_builddir" && find tests/unit -name 'test_*' -type f \
		-perm -100 ! -name '*.log' | sort)
}

# row NAME KERNEL APPEND INIT TEST...
row() {
	row=$1 kernel=$2 append=$3 init=$4
	shift 4
	[ "$wanted" = "  " ] || case $wanted in
	*" $row "*) ;;
	*) return ;;
	esac
	VM_KERNEL=$kernel VM_APPEND=$append VM_INIT=$init VM_TIMEOUT=7200 \
		sh "$here/lane.sh" "$@" >"$logs/$row" 2>&1
	passed=$(grep -c '^ok ' "$logs/$row")
	skipped=$(grep -c '^ok .*# SKIP' "$logs/$row")
	failed=$(grep -Ec '^(not ok|Bail out)' "$logs/$row")
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ] || status=1
	printf '%-16s %s, Landlock %s: %s passed, %s failed, %s skipped\n' \
		"$row" "$(sed -n 's/^# kernel //p' "$logs/$row" | head -n 1)" \
		"$(sed -n 's/^# landlock //p' "$logs/$row" | head -n 1)" \
		$((passed - skipped)) "$failed" "$skipped"
}

own='facts limits ladder doctor'
# shellcheck disable=SC2046,SC2086 # lists of words
{
	row 6.12 6.12 '' '' $own $(units) $(suite isolation) $(suite integration)
	row 6.1 6.1 '' '' $own $(units) $(suite isolation) $(suite integration)
	row 6.12-systemd 6.12 '' systemd facts systemd
	row 6.12-nolandlock 6.12 lsm=lockdown,yama,apparmor '' facts lacking
	row 6.12-nomemory 6.12 cgroup_disable=memory,pids '' facts lacking
	row 6.1-hybrid 6.1 'systemd.unified_cgroup_hierarchy=0
		systemd.legacy_systemd_cgroup_controller=0' '' facts lacking
}
exit "$status"
