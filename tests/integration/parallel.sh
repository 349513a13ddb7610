#!/bin/sh
# SPDX-License-Identifier: ISC
# Twenty sandboxes at once, side by side, know nothing of each other.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
alone -s
N=20

side_by_side() {
	i=0
	pids=
	while [ "$i" -lt "$N" ]; do
		box -- sh -c "echo $i >own-$i; echo $i >/tmp/own
			sleep 0.\$((5 - $i % 3)); cat /tmp/own; ls /tmp | grep own" \
			>"$T/out.$i" 2>"$T/err.$i" &
		pids="$pids $!"
		i=$((i + 1))
	done
	bad=0
	for pid in $pids; do
		wait "$pid" || bad=$((bad + 1))
	done
	check_equal "all end well" 0 "$bad"
	i=0
	bad=0
	while [ "$i" -lt "$N" ]; do
		printf '%s\nown\n' "$i" | cmp -s - "$T/out.$i" || {
			bad=$((bad + 1))
			diag "$i: $(cat "$T/out.$i" "$T/err.$i")"
		}
		i=$((i + 1))
	done
	check_equal "each saw its own /tmp only" 0 "$bad"
	check_equal "all wrote into the workspace" "$N" \
		"$(find "$W" -name 'own-*' | wc -l | tr -d ' ')"
	check "no cgroup is left" within 5 no_stale_cgroups
	one_after_another
}

one_after_another() {
	i=0
	bad=0
	while [ "$i" -lt 50 ]; do
		inside true || bad=$((bad + 1))
		i=$((i + 1))
	done
	check_equal "fifty, one after another" 0 "$bad"
}

run_ways side_by_side
test_end
