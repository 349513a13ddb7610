#!/bin/sh
# SPDX-License-Identifier: ISC
# Says what `make check` found: the whole output of what failed, each skip
# with its reason, and one plain last line. usage: summary.sh BUILD_DIR
set -eu

dir=${1:?usage: summary.sh BUILD_DIR}
cd "$dir"
tmp=$(mktemp)
trap 'rm -f "$tmp"' EXIT
find . -name '*.trs' | LC_ALL=C sort >"$tmp"

# count WORD...: the points whose result is one of these.
count()
{
	total=0
	while read -r trs; do
		for word; do
			n=$(grep -c "^:test-result: $word" "$trs") || :
			total=$((total + n))
		done
	done <"$tmp"
	printf '%s\n' "$total"
}

show_failures()
{
	while read -r trs; do
		grep -Eq '^:test-result: (FAIL|XPASS|ERROR)' "$trs" || continue
		base=${trs%.trs}
		printf '%s\n' "==== ${base#./}"
		cat "$base.log" || :
	done <"$tmp"
}

show_skips()
{
	while read -r trs; do
		base=${trs%.trs}
		grep -q '^:test-result: SKIP' "$trs" || continue
		grep '^SKIP: ' "$base.log" || echo "SKIP: ${base#./}"
	done <"$tmp"
}

# Properties whose positive control this machine cannot give.
show_untried()
{
	while read -r trs; do
		sed -n 's/^# control not tried: /control not tried: /p' \
		    "${trs%.trs}.log" 2>/dev/null || :
	done <"$tmp"
}

passed=$(count PASS XFAIL)
failed=$(count FAIL XPASS ERROR)
skipped=$(count SKIP)
status=0
show_failures
show_skips
show_untried
if [ "$failed" -ne 0 ]; then
	status=1
elif [ "$skipped" -ne 0 ] && [ "${MUST_RUN:-0}" = 1 ]; then
	echo "MUST_RUN=1: a skipped test is a failure"
	status=1
elif [ "$passed" -eq 0 ]; then
	echo "no test ran"
	status=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
