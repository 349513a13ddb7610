#!/bin/sh
# SPDX-License-Identifier: ISC
# What analyzers find in the trusted base: nothing, or it says why beside it.
# cppcheck and gcc's here; clang-tidy and clang's own, which take minutes,
# with ANALYZE=full (make check-analyze).
# shellcheck source=tests/lint/lib.sh
. "${top_srcdir:?}/tests/lint/lib.sh"

need cppcheck gcc

# Of what clang-tidy knows, but for:
#   easily-swappable-parameters   a matter of taste
#   macro-parentheses             X-macros paste names, not expressions
#   reserved-identifier           _GNU_SOURCE
#   branch-clone                  two refusals may have one answer
#   narrowing-conversions,        the casts they ask for hide more than they
#   widening checks               find, as -Wconversion's
#   valist.Uninitialized          clang 14 sees no va_start after the first
#                                 file of a run
#   vfork                         it is what is meant
checks='-*,clang-analyzer-*,bugprone-*
-bugprone-easily-swappable-parameters
-bugprone-macro-parentheses
-bugprone-reserved-identifier
-bugprone-branch-clone
-bugprone-narrowing-conversions
-bugprone-misplaced-widening-cast
-bugprone-implicit-widening-of-multiplication-result
-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling
-clang-analyzer-security.insecureAPI.vfork
-clang-analyzer-valist.Uninitialized'

# flags TREE: how its files are compiled.
flags()
{
	printf '%s\n' -std=gnu17 -D_FORTIFY_SOURCE=0 \
	    -include "$top_builddir/config.h" \
	    -include "$top_srcdir/jail/base/banned.h" \
	    "-I$1" "-I$top_srcdir" "-I$top_builddir" \
	    '-DCEILING_FILE="/x"' '-DCEILING_DIR="/x"' '-DSERVICE_DIR="/x"'
}

units()
{
	find "$1/jail" "$1/policy" -name '*.c' 2>/dev/null | LC_ALL=C sort
}

with_cppcheck()
{
	# shellcheck disable=SC2046
	cppcheck -q --enable=warning,performance,portability \
	    --inline-suppr --std=c11 --error-exitcode=1 \
	    --suppress=missingIncludeSystem "-I$1" "-I$top_srcdir" \
	    "-I$top_builddir" $(units "$1") 2>&1
}

# The flags are a list of words without spaces.
with_gcc()
{
	units "$1" | while read -r file; do
		# shellcheck disable=SC2046
		gcc $(flags "$1") -O1 -fanalyzer -Werror -c -o /dev/null \
		    "$file" 2>&1 || echo "$file"
	done | none
}

with_tidy()
{
	units "$1" | while read -r file; do
		# shellcheck disable=SC2046
		clang-tidy --quiet "-checks=$(printf %s "$checks" |
		    tr '\n' ,)" "$file" -- $(flags "$1") 2>/dev/null
	done | none
}

# What scan-build runs, without the report in HTML.
with_clang()
{
	units "$1" | while read -r file; do
		# shellcheck disable=SC2046
		clang --analyze --analyzer-output text \
		    -Xclang -analyzer-disable-checker \
		    -Xclang security.insecureAPI.DeprecatedOrUnsafeBufferHandling,security.insecureAPI.vfork,valist.Uninitialized \
		    $(flags "$1") -o /dev/null "$file" 2>&1
	done | none
}

fault()
{
	fresh
	plant jail/a.c <<-'END'
	#include <stdlib.h>
	int planted_fault(int n);
	int
	planted_fault(int n)
	{
		int *p = malloc(sizeof(*p)), a[2] = {0, 0};

		if (p == NULL)
			*p = n;
		free(p);
		return a[n > 5 ? 2 : 0] + *p;
	}
	END
}

clean "cppcheck" with_cppcheck "$top_srcdir"
fault
planted "a fault with cppcheck" with_cppcheck "$planted"
clean "gcc -fanalyzer" with_gcc "$top_srcdir"
fault
planted "a fault with gcc -fanalyzer" with_gcc "$planted"
if [ "${ANALYZE-}" = full ]; then
	need clang clang-tidy
	clean "clang-tidy" with_tidy "$top_srcdir"
	fault
	planted "a fault with clang-tidy" with_tidy "$planted"
	clean "clang --analyze" with_clang "$top_srcdir"
	fault
	planted "a fault with clang --analyze" with_clang "$planted"
fi
finish
