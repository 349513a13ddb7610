#!/bin/sh
# SPDX-License-Identifier: ISC
# clang-format decides how C looks. Versions differ, so only 14 is asked.
# shellcheck source=tests/lint/lib.sh
. "${top_srcdir:?}/tests/lint/lib.sh"

tool=
for candidate in clang-format-14 clang-format; do
	if "$candidate" --version 2>/dev/null | grep -q 'version 14\.'; then
		tool=$candidate
		break
	fi
done
need "${tool:-clang-format-14}"

formatted()
{
	(
		cd "$1" || exit 99
		set --
		for file in $(sources .); do
			set -- "$@" "$file"
		done
		[ $# -eq 0 ] || "$tool" --dry-run -Werror "$@"
	)
}

clean "C files as clang-format writes them" formatted "$top_srcdir"

fresh
plant .clang-format <"$top_srcdir/.clang-format"
printf 'int a(void)\n{\n    return 0;\n}\n' | plant src/a.c
planted "another style" formatted "$planted"
finish
