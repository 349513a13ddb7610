#!/bin/sh
# SPDX-License-Identifier: ISC
# What the code can say or be told, its manual page names: limits, error
# codes, messages of the wire, options of each command.
# shellcheck source=tests/lint/lib.sh
. "${top_srcdir:?}/tests/lint/lib.sh"

# column TABLE N FILE: argument N of each X() of an X-macro table.
column()
{
	awk -v table="$1" -v n="$2" '
	$0 ~ "#define[ \t]+" table "\\(X\\)" {
		inside = 1
		sub(/.*\(X\)/, "")
	}
	inside && match($0, /[ \t]X\(/) {
		rest = substr($0, RSTART + RLENGTH)
		split(rest, part, /,[ \t]*|\)/)
		gsub(/"/, "", part[n])
		print part[n]
	}
	inside && !/\\$/ { inside = 0 }' "$3"
}

# named PAGE MACRO: each word of stdin stands in the page as an item of that
# macro, or anywhere as a macro's argument.
named()
{
	page=$1
	if [ ! -f "$page" ]; then
		echo "$page does not exist"
		return 1
	fi
	while read -r word; do
		grep -Eq "^\.(It )?(.* )?($2) ([^ ]+ )*$word( |\$)" "$page" ||
			echo "$page does not name $word"
	done | none
}

limits()
{
	column LIMIT_TABLE 2 "$top_srcdir/policy/spec.h" | named "$1" 'Cm|Ic'
}

codes()
{
	column ERR_TABLE 1 "$top_srcdir/jail/base/err.h" |
	    tr '[:upper:]' '[:lower:]' | named "$1" 'Er|Cm|Sy'
}

# items HEADER: the items that the page must have, from WIRE_TABLE's columns
# id, value, struct, member, descriptors, way, states, once, answer.
items()
{
	awk '
	/#define[ \t]+WIRE_TABLE\(X\)/ { inside = 1 }
	inside {
		line = $0
		more = sub(/\\$/, "", line)
		table = table line
		inside = more
	}
	END {
		n = split(table, row, /[ \t]X\(/)
		for (i = 2; i <= n; i++) {
			sub(/\)[ \t]*$/, "", row[i])
			split(row[i], part, /,[ \t]*/)
			text = ".It Cm " part[1] " Pq " part[2]
			if (part[5] != 0)
				text = text ", " part[5] " descriptor" \
				    (part[5] == 1 ? "" : "s")
			if (part[9] != "NONE")
				text = text ", answer " part[9]
			print text
		}
	}' "$1"
}

# messages PAGE HEADER
messages()
{
	version=$(sed -n 's/^#define WIRE_VERSION[ \t]*//p' "$2")
	{
		items "$2" | grep . || echo "no messages in the table"
		echo "This page describes version $version."
	} | while read -r line; do
		grep -Fxq -e "$line" "$1" || echo "$1 lacks: $line"
	done | none
}

# options PAGE: of `stockade COMMAND --help`, given on stdin.
options()
{
	grep -Eo '(^|[ ,])--[a-z][-a-z]+' | sed -E 's/.*--/-/' | sort -u |
	    named "$1" Fl
}

# properties PAGE: what doctor tells of here.
properties()
{
	"$top_builddir/stockade" doctor --json | tr ',' '\n' |
	    sed -n 's/.*{"name":"\(.*\)"$/\1/p' >"$lint_tmp/properties"
	grep -q . "$lint_tmp/properties" || echo "doctor names none"
	named "$1" Cm <"$lint_tmp/properties"
}

man=$top_srcdir/man
if [ -f "$man/stockade.policy.5" ]; then
	clean "limits in stockade.policy(5)" limits "$man/stockade.policy.5"
else
	skip "limits in stockade.policy(5)" "it is not written"
fi
clean "limits in stockade(1)" limits "$man/stockade.1"
clean "error codes in stockade-wire(7)" codes "$man/stockade-wire.7"
wire=$top_srcdir/jail/wire/wire.h
clean "messages in stockade-wire(7)" \
    messages "$man/stockade-wire.7" "$wire"
clean "properties in stockade-doctor(1)" \
    properties "$man/stockade-doctor.1"
if help=$("$top_builddir/stockade" doctor --help); then
	printf '%s\n' "$help" >"$lint_tmp/help"
	clean "options of doctor in stockade-doctor(1)" \
	    options "$man/stockade-doctor.1" <"$lint_tmp/help"
fi
if help=$("$top_builddir/stockade" egress --help); then
	printf '%s\n' "$help" >"$lint_tmp/help"
	clean "options of egress in stockade-egress(8)" \
	    options "$man/stockade-egress.8" <"$lint_tmp/help"
fi
if with_agent && help=$("$top_builddir/stockade" bench --help); then
	printf '%s\n' "$help" >"$lint_tmp/help"
	clean "options of bench in stockade-bench(1)" \
	    options "$man/stockade-bench.1" <"$lint_tmp/help"
fi
for command in run policy $(with_agent && echo agent); do
	if help=$("$top_builddir/stockade" "$command" --help 2>/dev/null); then
		printf '%s\n' "$help" >"$lint_tmp/help"
		clean "options of $command in stockade(1)" \
		    options "$man/stockade.1" <"$lint_tmp/help"
	else
		skip "options of $command in stockade(1)" "it is not built"
	fi
done

printf '.Sh LIMITS\n.It Cm memory\n' >"$lint_tmp/page"
planted "a limit that its page does not name" limits "$lint_tmp/page"
planted "a property that its page does not name" \
    properties "$lint_tmp/page"
planted "an error code that its page does not name" codes "$lint_tmp/page"
sed 's/, answer WELCOME$/, answer OK/' "$man/stockade-wire.7" \
    >"$lint_tmp/wire.7"
planted "a message whose page says another answer" \
    messages "$lint_tmp/wire.7" "$wire"
echo '  -x, --planted  a fault' >"$lint_tmp/help"
planted "an option that its page does not name" \
    options "$lint_tmp/page" <"$lint_tmp/help"
finish
