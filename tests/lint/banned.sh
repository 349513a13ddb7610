#!/bin/sh
# SPDX-License-Identifier: ISC
# The banned functions cannot be compiled with the flags of the build, and no
# source brings them back or uses them where the compiler does not look.
# shellcheck source=tests/lint/lib.sh
. "${top_srcdir:?}/tests/lint/lib.sh"

banned=$top_srcdir/jail/base/banned.h
names=$(sed -n 's/^#undef \([a-z_]*\)$/\1/p' "$banned")

# code FILE: without its comments.
code()
{
	awk '
	{
		line = $0
		out = ""
		while (line != "") {
			if (inside) {
				n = index(line, "*/")
				if (n == 0)
					break
				line = substr(line, n + 2)
				inside = 0
			} else {
				n = index(line, "/*")
				if (n == 0) {
					out = out line
					break
				}
				out = out substr(line, 1, n - 1)
				line = substr(line, n + 2)
				inside = 1
			}
		}
		print out
	}' "$1"
}

unused()
{
	pattern=$(printf '%s' "$names" | tr '\n' '|')
	sources "$1" | grep -v '^jail/base/banned\.h$' | while read -r file; do
		code "$1/$file" | grep -nE \
		    "(^|[^A-Za-z0-9_>.])($pattern) *\(|#undef +($pattern)" |
		    sed "s|^|$file:|"
	done | none
}

# The build's own command line, on a file of ours.
compiles()
{
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$top_builddir" \
	    lint-compile FILE="$1"
}

refused()
{
	for name in $names; do
		printf 'int a(void);\nint\na(void)\n{\n\t(void)%s(%s);\n' \
		    "$name" "$(arguments "$name")" >"$lint_tmp/b.c"
		printf '\treturn 0;\n}\n' >>"$lint_tmp/b.c"
		compiles "$lint_tmp/b.c" >"$lint_tmp/said" 2>&1 &&
			echo "$name compiles"
		grep -q "sorry_${name}_is_a_banned" "$lint_tmp/said" ||
			echo "$name: refused, but for another reason"
	done | none
}

arguments()
{
	case $1 in
	strcpy | strcat | strtok | popen) echo '0, 0' ;;
	strncpy | strncat | vsprintf) echo '0, 0, 0' ;;
	*) echo 0 ;;
	esac
}

clean "sources without banned functions" unused "$top_srcdir"
clean "each banned function fails to compile" refused
echo 'int lint_a(void); int lint_a(void) { return 0; }' >"$lint_tmp/b.c"
clean "what is not banned does compile" compiles "$lint_tmp/b.c"

fresh
printf '#if 0\n\tstrcpy(a, b);\n#endif\n' | plant src/a.c
planted "a banned call that is not compiled" unused "$planted"
fresh
printf '#undef strcpy\n' | plant src/a.c
planted "a ban that is lifted" unused "$planted"
finish
