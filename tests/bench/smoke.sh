#!/bin/sh
# SPDX-License-Identifier: ISC
# The bench runs, every lane of it. Three rounds say nothing about speed.
n=0
point() {
	n=$((n + 1))
	if [ "$2" -ge 1 ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
	fi
}

here=${top_srcdir:?}/tests/bench
out=$(sh "$here/bench.sh" --rounds 3 --boxes 2 2>&1) || {
	printf '%s\n' "$out" | sed 's/^/# /'
	out=
}
point "a table" "$(printf '%s\n' "$out" | grep -c 'p50')"
for lane in native floor run "floor again" further "floor warm" warm \
	"20 floors" "20 runs"; do
	point "lane $lane" "$(printf '%s\n' "$out" |
		grep -c "^$lane .* [0-9.]* x ")"
done
for want in "run  *to floor" "further  *to floor again" \
	"warm  *to floor warm" "warm  *to native" "20 runs  *to 20 floors" \
	"getpid to the floor" "output in MB/s" "KiB of memory" \
	"a new one among 2" "a gate"; do
	point "told: $want" "$(printf '%s\n' "$out" |
		grep -c "^$want.* \(met\|missed\)$")"
done
out=$(sh "$here/bench.sh" --rounds 3 --json | head -n 1 |
	/usr/bin/python3 -m json.tool | grep -c '"p99"')
point "as JSON" "${out:-0}"
echo "1..$n"
