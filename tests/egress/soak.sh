#!/bin/sh
# SPDX-License-Identifier: ISC
# Many connections at a time, a half of them to what is not listed, with the
# broker's worker killed in the middle: nothing is let through wrongly, what
# was lost is what was open then, the counters add up, and afterwards the
# broker is as it was. SOAK=full is 10,000 of them, 500 at a time.
# shellcheck disable=SC2154 # of lib.sh
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/egress/lib.sh
. "$top_srcdir/tests/egress/lib.sh"

egress_begin
COUNT=1200 TOGETHER=100
[ "${SOAK-}" != full ] || COUNT=10000 TOGETHER=500

soak() {
	rules 'net allow www.example.org:7 raw' "limit nofile 4096" \
		"limit net-connections $((TOGETHER * 2))"
	stand
	cp "$top_srcdir/tests/egress/soak.py" "$W"
	ask tcp www.example.org 7 hello >/dev/null
	size "$(worker)" >"$T/before"
	forget
	check "$COUNT connections at rest" some undisturbed
	check_equal "all that are listed come through" $((COUNT / 2)) \
		"$(counted ok undisturbed)"
	check "$COUNT connections with the worker killed" some disturbed
	check "of the listed, what was lost was open then" \
		test "$(counted broken disturbed)" -le $((2 * TOGETHER))
	for run in undisturbed disturbed; do
		check_equal "$run: none is let through wrongly" 0 \
			"$(counted leaked "$run")"
		check_equal "$run: the rest is refused" $((COUNT / 2)) \
			"$(counted refused "$run")"
	done
	check_equal "the internet saw the listed ones only" "" "$(strangers)"
	sleep 1
	size "$(worker)" >"$T/after"
	back
	leave
	adds_up
}

# some NAME: a run; in the disturbed one the worker is killed.
some() {
	old=$(worker)
	if [ "$1" = disturbed ]; then
		(
			sleep "$(awk -v n="$COUNT" 'BEGIN { print n / 4000 }')"
			kill -9 "$old"
		) &
	fi
	TELL_TIME=200 tell "python3 soak.py $COUNT $TOGETHER www.example.org \
		www.example.net 25.0.0.99" >"$T/$1" && [ -s "$T/$1" ] &&
	{ [ "$1" != disturbed ] || another_worker "$old"; }
}

counted() {
	json "$T/$2" "o['$1']"
}

# What was heard on an address that no listed name has.
strangers() {
	seen '"accepted": true' | grep -v '"dst": "25.0.0.80", "port": 7'
	! asked www.example.net || echo www.example.net
}

# size PID: its descriptors and KiB; nothing of another user's.
size() {
	size_fds=$(find "/proc/$1/fd" -mindepth 1 2>/dev/null | wc -l)
	[ "$size_fds" -eq 0 ] || awk -v fds="$size_fds" \
		'/^Rss:/ { print fds, $2 }' "/proc/$1/smaps_rollup"
}

back() {
	if [ ! -s "$T/before" ]; then
		diag "another user's descriptors are not seen: not compared"
		return
	fi
	read -r fds kb <"$T/before"
	read -r fds_after kb_after <"$T/after"
	check "descriptors are as before: $fds, $fds_after" \
		test "$fds_after" -le "$fds"
	check "memory is as before: $kb KiB, $kb_after" \
		test "$kb_after" -le $((kb + 4096))
}

# The records, the totals and the internet tell the same.
adds_up() {
	check_equal "no two connections have one number" "" \
		"$(records | /usr/bin/python3 -c 'import json, sys
from collections import Counter
seen = Counter(r["conn"] for r in map(json.loads, sys.stdin)
    if r.get("event") == "decision")
print(*(c for c, n in seen.items() if n > 1))')"
	heard=$(seen '"accepted": true' | grep -c '"port": 7')
	allowed=$(record "r.get('decision') == 'allow'")
	check "each that was heard was recorded before: $heard, $allowed" \
		test "$heard" -le "$allowed"
	check_equal "the totals are those of the records" \
		"$allowed $(refusals)" "$(result \
		"'%d %d' % (o['gate']['allowed'], o['gate']['refused'])")"
}

refusals() {
	records | /usr/bin/python3 -c 'import json, sys
print(sum(r.get("count", 1) for r in map(json.loads, sys.stdin)
    if r.get("decision") == "deny"))'
}

STOCKADE_WAYS=${STOCKADE_WAYS:-root rootless}
run_ways soak
test_end
