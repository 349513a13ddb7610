#!/bin/sh
# SPDX-License-Identifier: ISC
# Runs each fuzz target for FUZZ_SECONDS (600), over its corpus; in a tree
# that is configured for it. What is found, and new inputs, are left in found/.
# A TAP point a target. FUZZ_TARGETS names some of them.
set -u
: "${top_srcdir:?run by make check-fuzz}"
seconds=${FUZZ_SECONDS:-600}
n=0
for target in "$@"; do
	name=${target##*/fuzz_}
	case " ${FUZZ_TARGETS-$name} " in
	*" $name "*) ;;
	*) continue ;;
	esac
	n=$((n + 1))
	mkdir -p "found/$name"
	dict=
	[ ! -f "$top_srcdir/tests/fuzz/$name.dict" ] ||
		dict=-dict=$top_srcdir/tests/fuzz/$name.dict
	# shellcheck disable=SC2086 # a word, or none
	if "./$target" -max_total_time="$seconds" -max_len=8192 -timeout=20 \
		-artifact_prefix="found/$name-" $dict "found/$name" \
		"$top_srcdir/tests/fuzz/corpus/$name" >"found/$name.log" 2>&1
	then
		echo "ok $n - $name, $seconds seconds"
	else
		echo "not ok $n - $name: see found/$name.log"
		grep -E 'ERROR|SUMMARY|fuzz_.*:|Test unit' "found/$name.log" |
			sed 's/^/# /'
		bad=1
	fi
done
echo "1..$n"
exit "${bad-0}"
