#!/bin/sh
# SPDX-License-Identifier: ISC
# Whatever is in the tree is in the tarball: nobody forgot a header in a
# local.mk.
# shellcheck source=tests/lint/lib.sh
. "${top_srcdir:?}/tests/lint/lib.sh"

env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$top_builddir" \
    lint-distfiles >"$lint_tmp/dist" || exit 99

# shipped TREE: a directory in the list stands for all below it.
shipped()
{
	files "$1" | grep -v '/\.gitignore$' | awk -v src="$top_srcdir/" -v \
	    list="$lint_tmp/dist" '
	BEGIN {
		while ((getline line < list) > 0) {
			if (index(line, src) == 1)
				line = substr(line, length(src) + 1)
			sub(/\/$/, "", line)
			listed[line] = 1
		}
	}
	{
		path = $0
		while (!(path in listed) && sub(/\/[^\/]*$/, "", path))
			;
		if (!(path in listed))
			print $0 ": not in the tarball; name it in a local.mk"
	}' | none
}

clean "every file is in the tarball" shipped "$top_srcdir"

fresh
echo 'int a;' | plant src/cli/forgotten.h
planted "a header that no local.mk names" shipped "$planted"
finish
