#!/bin/sh
# SPDX-License-Identifier: ISC
# Manual pages that mandoc has nothing to say about.
# shellcheck source=tests/lint/lib.sh
. "${top_srcdir:?}/tests/lint/lib.sh"
need mandoc

pages()
{
	for page in "$1"/man/*.[1-9]; do
		[ ! -f "$page" ] || mandoc -T lint -W warning "$page"
	done | none
}

clean "manual pages" pages "$top_srcdir"

fresh
printf '.Dd June 1, 2026\n.Dt A 1\n.Os\n.Sh NAME\n.Nm a\n.Bl\n' | plant man/a.1
planted "a page with faults" pages "$planted"
finish
