#!/bin/sh
# SPDX-License-Identifier: ISC
# Which shared libraries the privileged helper may load: all of them run with
# its rights, so that it is libc alone. The next has to argue its way in here.
# shellcheck source=tests/lint/lib.sh
. "${top_srcdir:?}/tests/lint/lib.sh"
need readelf

allowed='^(libc\.so\.6|ld-linux[-_a-z0-9]*\.so\.[0-9]+)$'

libraries()
{
	readelf -d "$1" >"$lint_tmp/dynamic" || return 1
	sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' "$lint_tmp/dynamic" \
	    >"$lint_tmp/needed"
	grep -Ev "$allowed" "$lint_tmp/needed" | none
}

helper=$top_builddir/stockade-jail
if grep -q '^STOCKADE_LDFLAGS = .*-fsanitize=' "$top_builddir/Makefile"; then
	skip "shared libraries of stockade-jail" "sanitizers bring their own"
elif [ -x "$helper" ]; then
	clean "shared libraries of stockade-jail" libraries "$helper"
else
	skip "shared libraries of stockade-jail" "it is not built"
fi

echo 'int main(void) { return 0; }' >"$lint_tmp/a.c"
${CC:-cc} -o "$lint_tmp/a" "$lint_tmp/a.c" -Wl,--no-as-needed -lm
planted "a library that is not on the list" libraries "$lint_tmp/a"
finish
