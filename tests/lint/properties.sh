#!/bin/sh
# SPDX-License-Identifier: ISC
# tests/isolation/PROPERTIES and the tests name the same properties: each that
# is listed is asked in its file, each that is asked is listed, none twice.
# shellcheck source=tests/lint/lib.sh
. "${top_srcdir:?}/tests/lint/lib.sh"

LEAST=120

# listed DIR: "FILE ID", in the order of the list.
listed()
{
	awk -F ' [|] ' '
	/^\[/ { file = substr($0, 2, length($0) - 2); next }
	!/^(#|$)/ { print file, $1 }' "$1/PROPERTIES"
}

# asked DIR: "FILE ID", each once a file; an ID stands behind the word that
# judges it, or on the next line.
asked()
{
	for file in "$1"/*.sh; do
		sed -nE 's/^\t+(ask|ask_sh|judge|judge_alone|far|fill|ends|gone|share|too_much|for_one|tool) ([a-z][-a-z0-9]+)( .*)?$/\2/p
			s/.*[^[:alpha:]_](id=|for id in )([a-z][-a-z0-9 ]+)(; do)?$/\2/p' \
			"$file" | tr ' ' '\n' | sort -u |
			sed "s|^|${file##*/} |"
	done
}

well_formed()
{
	awk -F ' [|] ' '
	/^#/ || /^$/ { next }
	/^\[[a-z0-9_]+\.sh\]$/ { next }
	NF != 3 || $1 !~ /^[a-z][-a-z0-9]*$/ || $2 == "" || $3 == "" {
		print "not ID | WEAKNESS | PROPERTY: " $0
	}' "$1/PROPERTIES" | none
}

once()
{
	listed "$1" | cut -d ' ' -f 2 | sort | uniq -d |
	    sed 's/$/ is listed twice/' | none
}

same()
{
	listed "$1" | sort >"$lint_tmp/listed"
	asked "$1" | sort >"$lint_tmp/asked"
	{
		comm -23 "$lint_tmp/listed" "$lint_tmp/asked" |
		    sed 's/$/: listed, not asked/'
		comm -13 "$lint_tmp/listed" "$lint_tmp/asked" |
		    sed 's/$/: asked, not listed/'
	} | none
}

enough()
{
	n=$(listed "$1" | grep -c .)
	[ "$n" -ge "$2" ] || {
		echo "$n properties, not $2"
		return 1
	}
}

dir=$top_srcdir/tests/isolation
clean "the list is well-formed" well_formed "$dir"
clean "no property is listed twice" once "$dir"
clean "listed and asked are the same" same "$dir"
clean "there are at least $LEAST" enough "$dir" "$LEAST"

fresh
printf '[a.sh]\none | a weakness | it holds\n' | plant PROPERTIES
printf '\task one x\n\tjudge two x\n' | plant a.sh
planted "a property that is asked, not listed" same "$planted"
printf '\ttrue\n' | plant a.sh
planted "a property that is listed, not asked" same "$planted"
printf '[a.sh]\none | a\n' | plant PROPERTIES
planted "a line without its property" well_formed "$planted"
printf '[a.sh]\none | a | b\n[b.sh]\none | a | b\n' | plant PROPERTIES
planted "a property that is listed twice" once "$planted"
planted "too few" enough "$planted" 3
finish
