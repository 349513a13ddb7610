#!/bin/sh
# SPDX-License-Identifier: ISC
# The programs are as hard as configure promised: position-independent, every
# relocation read-only and bound at the start, no executable stack.
# shellcheck source=tests/lint/lib.sh
. "${top_srcdir:?}/tests/lint/lib.sh"
need readelf

flags=$(sed -n 's/^STOCKADE_LDFLAGS = //p' "$top_builddir/Makefile")

hard()
{
	{
		LC_ALL=C readelf -W -h -l -d "$1" || echo "$1: not an ELF file"
	} | awk -v file="$1" '
	/^ *Type:/ && $2 == "DYN" { pie = 1 }
	/GNU_RELRO/ { relro = 1 }
	/BIND_NOW|Flags:.* NOW/ { now = 1 }
	/GNU_STACK/ && $0 !~ /RWE/ { stack = 1 }
	END {
		if (!pie)
			print file ": not position-independent"
		if (!relro || !now)
			print file ": relocations stay writable"
		if (!stack)
			print file ": executable stack"
	}' | none
}

for program in stockade stockade-jail stockade-probe stockade-keeper \
    $(with_agent && echo stockade-agent); do
	if [ ! -x "$top_builddir/$program" ]; then
		skip "$program" "it is not built"
	elif ! echo "$flags" | grep -q -e '-z,now'; then
		skip "$program" "hardening is disabled"
	else
		clean "$program" hard "$top_builddir/$program"
	fi
done

echo 'int main(void) { return 0; }' >"$lint_tmp/a.c"
cc=${CC:-cc}
$cc -o "$lint_tmp/a" "$lint_tmp/a.c" -Wl,-z,norelro -Wl,-z,lazy
planted "writable relocations" hard "$lint_tmp/a"
$cc -o "$lint_tmp/a" "$lint_tmp/a.c" -Wl,-z,relro,-z,now -no-pie
planted "a program at a fixed place" hard "$lint_tmp/a"
$cc -o "$lint_tmp/a" "$lint_tmp/a.c" -Wl,-z,relro,-z,now -pie \
    -Wl,-z,execstack
planted "an executable stack" hard "$lint_tmp/a"
$cc -fPIE -o "$lint_tmp/a" "$lint_tmp/a.c" -Wl,-z,relro,-z,now -pie
clean "a hard program" hard "$lint_tmp/a"
finish
