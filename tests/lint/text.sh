#!/bin/sh
# SPDX-License-Identifier: ISC
# What every file owes: a licence line, a first comment that says its idea,
# clean line ends, and no word about the place where it was written.
# shellcheck source=tests/lint/lib.sh
. "${top_srcdir:?}/tests/lint/lib.sh"

# texts TREE: what people wrote; not recorded data.
texts()
{
	files "$1" | grep -Ev '/corpus/|/data/|\.(jsonl|patch|bin)$'
}

licensed()
{
	texts "$1" | grep -Ev '^contrib/demo/[^/]*/' | while read -r file; do
		case $file in
		*.[ch] | *.sh | *.py | *.m4 | *.awk | *.ac | *.am | \
		    man/*.[1-9] | bootstrap | .ci/*) ;;
		*) continue ;;
		esac
		head -n 3 "$1/$file" |
			grep -q 'SPDX-License-Identifier: ISC' ||
			echo "$file: no SPDX line"
	done | none
}

introduced()
{
	sources "$1" | while read -r file; do
		sed -n 2p "$1/$file" | grep -Eq '^(/\*( |$)|// )' ||
			echo "$file: line 2 does not begin the comment" \
			    "that says the file's idea"
	done | none
}

ends()
{
	texts "$1" | while read -r file; do
		grep -nE '[[:space:]]+$' "$1/$file" |
		    sed "s|^\([0-9]*\):.*|$file:\1: white space at its end|"
		[ -z "$(tail -c 1 "$1/$file")" ] ||
			echo "$file: no newline at the end"
	done | none
}

# The brackets keep this file from finding itself.
silent()
{
	words='[i]ssue #[0-9]|[i]ssues/[0-9]|/[r]oot/\.|/[U]sers/'
	files "$1" | while read -r file; do
		grep -nEI "$words" "$1/$file" | sed "s|^|$file:|"
	done | none
}

clean "a licence line in each file" licensed "$top_srcdir"
clean "an idea at the head of each C file" introduced "$top_srcdir"
clean "clean line ends" ends "$top_srcdir"
clean "no issue numbers, no developer's paths" silent "$top_srcdir"

fresh
echo 'int a;' | plant src/a.c
planted "a file without a licence line" licensed "$planted"
planted "a file without its idea" introduced "$planted"
fresh
printf 'a \n' | plant README
planted "white space at a line's end" ends "$planted"
fresh
printf 'a' | plant README
planted "a last line that is not ended" ends "$planted"
fresh
printf 'see %s #12\n' issue | plant HACKING
planted "an issue number" silent "$planted"
finish
