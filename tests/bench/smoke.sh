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
out=$(sh "$here/bench.sh" --rounds 3 2>&1) || {
	printf '%s\n' "$out" | sed 's/^/# /'
	out=
}
point "a table" "$(printf '%s\n' "$out" | grep -c 'p50')"
for lane in native "floor, cold" "floor, warm" "stockade run, cold" \
	"stockade, warm"; do
	point "lane $lane" "$(printf '%s\n' "$out" |
		grep -c "^$lane .* [0-9.]* x ")"
done
out=$(sh "$here/bench.sh" --rounds 3 --json | head -n 1 |
	/usr/bin/python3 -m json.tool | grep -c '"p99"')
point "as JSON" "${out:-0}"
echo "1..$n"
