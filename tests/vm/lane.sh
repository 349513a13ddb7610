#!/bin/sh
# SPDX-License-Identifier: ISC
# lane.sh TEST...: these tests/vm/*.sh, or other tests by their path, in one
# machine; their points as those of one test.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

skip() {
	if [ "${MUST_RUN-0}" = 1 ]; then
		printf '1..1\nnot ok 1 - must run, but: %s\n' "$*"
	else
		echo "1..0 # SKIP $*"
	fi
	exit 0
}

# In the machine: one after the other, their points counted through.
inside() {
	for test; do
		case $test in
		*.sh) name=$test file=$top_srcdir/$test sh=sh ;;
		*/*) name=$test file=$top_builddir/$test sh= ;;
		*) name=$test file=$here/$test.sh sh=sh ;;
		esac
		timeout -k 10 "${VM_TEST_TIMEOUT:-600}" $sh "$file" </dev/null 2>&1 |
			sed -u "s|^\(not \)\{0,1\}ok [0-9]* - |&$name: |"
	done | awk '
		/^1\.\.0 # SKIP/ { print "ok " ++n " - skipped # SKIP" substr($0, 13)
			next }
		/^1\.\.[0-9]/ { next }
		/^Bail out!/ { print "not ok " ++n " - " $0; next }
		/^(not )?ok / { sub(/ok [0-9]+/, "ok " ++n) }
		{ print; fflush() }
		END { print "1.." n }'
	exit 0
}

[ "${VM_GUEST-}" != 1 ] || inside "$@"
out=$(mktemp "${TMPDIR:-/tmp}/stockade-lane.XXXXXX")
trap 'rm -f "$out"' EXIT
VM_DISK=${VM_DISK:-256M} sh "$here/vm.sh" sh "$here/lane.sh" "$@" \
	>"$out" 2>&1
status=$?
cat "$out"
case $status in
0) ;;
77) skip "$(tail -n 1 "$out")" ;;
*) echo "Bail out! the machine ended with $status" ;;
esac
