#!/bin/sh
# SPDX-License-Identifier: ISC
# tests/egress/ROWS and what it names: each test is there, no number is left
# out, and what is not held is said in a text that people read.
# shellcheck source=tests/lint/lib.sh
. "${top_srcdir:?}/tests/lint/lib.sh"

# Numbers that the list must have.
FIRST=1 LAST=56

# rows TREE: its lines, without comments.
rows()
{
	grep -Ev '^(#|$)' "$1/tests/egress/ROWS"
}

well_formed()
{
	rows "$1" | awk -F ' [|] ' '
	NF != 5 || $1 !~ /^[0-9]+$/ || $2 !~ /^(held|layout|risk)$/ ||
	    $3 == "" || $4 == "" || $5 == "" {
		print "not NUMBER | HOW | WHAT | FILE | TEST: " $0
	}
	$1 < last { print "out of order: " $0 }
	{ last = $1 }' | none
}

complete()
{
	for number in $(seq "$2" "$3"); do
		rows "$1" | grep -q "^$number | " || echo "no $number"
	done | none
}

# Rows are read by two characters, as ' | ' is no separator of read's.
named()
{
	rows "$1" | awk -F ' [|] ' -v OFS='\t' '{ print $1, $2, $4, $5 }' |
	while IFS='	' read -r number how file text; do
		path=$1/tests/$file
		[ "$how" != risk ] || path=$1/$file
		if [ ! -e "$path" ]; then
			echo "$number: no $file"
		elif ! tr -s '\t\n' '  ' <"$path" | grep -qF -e "$text"; then
			echo "$number: $file does not say: $text"
		fi
	done | none
}

clean "the list is well-formed" well_formed "$top_srcdir"
clean "no number is missing" complete "$top_srcdir" $FIRST $LAST
clean "what it names is there" named "$top_srcdir"

fresh
printf '1 | held | an attack | egress/a.sh | it fails\n' |
	plant tests/egress/ROWS
planted "a file that is not there" named "$planted"
printf 'check "it succeeds" true\n' | plant tests/egress/a.sh
planted "a test that is not there" named "$planted"
planted "a number that is missing" complete "$planted" 1 2
printf '1 | hoped | an attack | egress/a.sh | it fails\n' |
	plant tests/egress/ROWS
planted "a line that is not well-formed" well_formed "$planted"
printf '1 | risk | an attack | SECURITY | a word\n' | plant tests/egress/ROWS
planted "a risk that is told nowhere" named "$planted"
finish
