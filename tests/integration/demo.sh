#!/bin/sh
# SPDX-License-Identifier: ISC
# The demo turns red into green, for root and for anybody, and leaves nothing.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

# shellcheck disable=SC2034
TEST_ALSO=stockade-agent
test_begin
needs /usr/bin/python3
/usr/bin/python3 -c 'import pytest' 2>/dev/null || skip_all "no pytest"

cp -R "$top_srcdir/contrib/demo" "$T/demo"
chmod -R u+w,a+rX "$T/demo"

demo() {
	user_dir "tmp-$WAY"
	chmod 777 "$T/tmp-$WAY"
	as env STOCKADE="$STOCKADE" TMPDIR="$T/tmp-$WAY" \
		sh "$T/demo/run.sh" >"$T/out" 2>&1
	got=$?
	check_equal "it ends with 0" 0 "$got"
	[ "$got" -eq 0 ] || diag "$(tail -n 60 "$T/out")"
	for words in "8 failed, 9 passed" "4 failed, 13 passed" "17 passed" \
		"^-.*percent // 100" "^+.*percent + 50" "^+def tax_table"
	do
		check "it shows $words" grep -q -e "$words" "$T/out"
	done
	check_output "nothing is left" "" ls -A "$T/tmp-$WAY"
	check_status "options go to the agent; its status comes back" 6 \
		as env STOCKADE="$STOCKADE" TMPDIR="$T/tmp-$WAY" \
		sh "$T/demo/run.sh" --max-turns 1
	check_output "nothing is left then, either" "" ls -A "$T/tmp-$WAY"
}

run_ways demo
test_end
