#!/bin/sh
# SPDX-License-Identifier: ISC
# How long and how tangled a function or a file may be, by room.
# shellcheck source=tests/lint/lib.sh
. "${top_srcdir:?}/tests/lint/lib.sh"
need pmccabe
lint_dir=$top_srcdir/tests/lint

# The table. McCabe is the modified figure: a switch counts once.
limits='
#room   lines mccabe file params nesting
policy  60    10     400  5      3
jail    60    10     400  5      3
src     80    15     600  6      4
tests   80    15     600  6      4
'

# measure TREE: "room what item value", one a line.
measure()
{
	(
		cd "$1" || exit 99
		set --
		for file in $(sources .); do
			case $file in *.c) set -- "$@" "$file" ;; esac
			awk -v file="$file" -f "$lint_dir/limits.awk" "$file"
		done
		[ $# -eq 0 ] || pmccabe "$@" | awk '{
			file = $6
			sub(/\(.*/, "", file)
			print file, "mccabe", file ":" $7, $1
			print file, "lines", file ":" $7, $5
		}'
	) | sed 's|^\([^/]*\)/[^ ]*|\1|'
}

# within TREE EXCEPTIONS
within()
{
	measure "$1" >"$lint_tmp/measured"
	printf '%s\n' "$limits" >"$lint_tmp/limits"
	awk -v exceptions="$2" '
	FILENAME == ARGV[1] && /^#room/ {
		for (i = 2; i <= NF; i++)
			column[$i] = i
	}
	FILENAME == ARGV[1] {
		for (what in column)
			max[$1, what] = $(column[what])
		next
	}
	FILENAME == exceptions {
		if ($0 ~ /^#/ || NF == 0)
			next
		if (NF < 4)
			print exceptions ": no reason: " $0
		excepted[$1, $2] = 1
		next
	}
	($1, $2) in max && $4 > max[$1, $2] {
		if (($3, $2) in excepted)
			needed[$3, $2] = 1
		else
			print $3 ": " $2 " " $4 ", at most " max[$1, $2]
	}
	END {
		for (key in excepted) if (!(key in needed)) {
			split(key, part, SUBSEP)
			print exceptions ": not needed: " part[1], part[2]
		}
	}' "$lint_tmp/limits" "$2" "$lint_tmp/measured" | none
}

# function_of N: a function of N lines.
function_of()
{
	printf 'int\nplanted(void)\n{\n'
	awk -v n="$1" 'BEGIN { while (n-- > 3) print "\ta();" }'
	printf '}\n'
}

clean "functions and files within the limits" \
    within "$top_srcdir" "$lint_dir/exceptions.txt"

: >"$lint_tmp/no"
fresh
function_of 62 | plant jail/a.c
planted "a function that is too long" within "$planted" "$lint_tmp/no"
fresh
function_of 62 | plant src/a.c
clean "a function that src may have" within "$planted" "$lint_tmp/no"
fresh
{
	printf 'int\nplanted(int a)\n{\n'
	for i in 1 2 3 4 5 6 7 8 9 10; do
		printf '\tif (a == %s)\n\t\treturn 1;\n' "$i"
	done
	printf '\treturn 0;\n}\n'
} | plant policy/a.c
planted "a function that is too tangled" within "$planted" "$lint_tmp/no"
fresh
awk 'BEGIN { while (n++ < 401) print "" }' | plant jail/a.h
planted "a file that is too long" within "$planted" "$lint_tmp/no"
fresh
printf 'int\nplanted(int a, int b, int c,\n    int d, int e, int f)\n{\n}\n' |
    plant jail/a.c
planted "too many parameters" within "$planted" "$lint_tmp/no"
fresh
printf 'int\nplanted(int a)\n{\n\tif (a)\n\t\tif (a)\n\t\t\tif (a)\n' |
    plant jail/a.c
printf '\t\t\t\tif (a)\n\t\t\t\t\treturn 0;\n\treturn 1;\n}\n' \
    >>"$planted/jail/a.c"
planted "too deep nesting" within "$planted" "$lint_tmp/no"
echo 'jail/a.c:planted nesting because it is planted' >"$lint_tmp/yes"
clean "an exception with a reason" within "$planted" "$lint_tmp/yes"
echo 'jail/a.c:planted nesting' >"$lint_tmp/bare"
planted "an exception without a reason" within "$planted" "$lint_tmp/bare"
fresh
function_of 10 | plant jail/a.c
planted "an exception nobody needs" within "$planted" "$lint_tmp/yes"
finish
