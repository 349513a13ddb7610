#!/bin/sh
# SPDX-License-Identifier: ISC
# stockade-syscalls(7) says of each refused call what the tables say.
# shellcheck source=tests/lint/lib.sh
. "${top_srcdir:?}/tests/lint/lib.sh"

# same PAGE: its lists are those that filter-gen prints.
same()
{
	"$top_builddir/jail/filter-gen" man >"$lint_tmp/tables" || return 1
	sed -n '/^\.Sh REFUSED$/,/^\.Sh EXECUTABLE MEMORY$/p' "$1" |
	    sed '1,/^\.Bl/d' | sed '/^\.El$/{
		N
		/\n\.Sh EXECUTABLE MEMORY$/d
	}' >"$lint_tmp/page"
	diff "$lint_tmp/tables" "$lint_tmp/page" && return 0
	echo "put in what \`jail/filter-gen man' prints"
	return 1
}

page=$top_srcdir/man/stockade-syscalls.7
clean "the tables of stockade-syscalls(7)" same "$page"
sed '/^\.Fn ptrace/d' "$page" >"$lint_tmp/planted"
planted "a refused call that the page does not name" same "$lint_tmp/planted"
sed 's/^\.Fn pivot_root/.Fn pivot_door/' "$page" >"$lint_tmp/planted"
planted "a call that the page made up" same "$lint_tmp/planted"
finish
