#!/bin/sh
# SPDX-License-Identifier: ISC
# The unit tests of the trusted base, built with AddressSanitizer and
# UndefinedBehaviorSanitizer. All of the suite that way: make check-san.
# shellcheck source=tests/lint/lib.sh
. "${top_srcdir:?}/tests/lint/lib.sh"

# This make's own, its jobs and its targets, are not the other one's.
unset MAKEFLAGS MAKELEVEL MFLAGS

if grep -q '^STOCKADE_CFLAGS.*-fsanitize' "$top_builddir/Makefile"; then
	echo "1..0 # SKIP this build has them already"
	exit 0
fi

tests=$(sed -n 's|^%C%_\(test_[a-z_]*\)_SOURCES.*|tests/unit/\1|p' \
    "$top_srcdir/tests/unit/jail.mk" "$top_srcdir/tests/unit/peek.mk" \
    "$top_srcdir/tests/unit/policy.mk" |
    sort -u)
dir=$top_builddir/lanes/san-unit

build()
{
	for targets in jail/filters.h "$tests"; do
		# shellcheck disable=SC2086
		"$top_srcdir/tests/lib/lane.sh" san-unit \
		    --with-sanitizers=address,undefined $targets || return 1
	done
}

passes()
{
	(cd "$dir" && top_builddir=$dir "$1")
}

# It is there, and sees what it is for.
fault()
{
	printf '%s\n' 'int main(int argc, char **argv)' \
	    '{ char a[4] = {0}; (void)argv; return a[argc + 3]; }' \
	    >"$lint_tmp/fault.c"
	"${CC:-gcc}" -fsanitize=address,undefined \
	    -fno-sanitize-recover=all -o "$lint_tmp/fault" \
	    "$lint_tmp/fault.c" && "$lint_tmp/fault"
}

clean "built with sanitizers" build
for test in $tests; do
	clean "${test##*/}" passes "./$test"
done
planted "an index out of bounds" fault
finish
