#!/bin/sh
# SPDX-License-Identifier: ISC
# Every shell script passes shellcheck.
# shellcheck source=tests/lint/lib.sh
. "${top_srcdir:?}/tests/lint/lib.sh"
need shellcheck

scripts()
{
	files "$1" | while read -r file; do
		case $file in
		*.sh) echo "$file" ;;
		*) head -n 1 "$1/$file" | tr -d '\0' |
			grep -Eq '^#! ?/(usr/)?bin/(env )?(ba)?sh' &&
			echo "$file" ;;
		esac
	done
}

checked()
{
	(
		cd "$1" || exit 99
		set --
		for file in $(scripts .); do
			set -- "$@" "$file"
		done
		# 2317: it does not see who calls a function by its name.
		shellcheck -e SC2317 "$@"
	)
}

# make runs a test by its name, and one that cannot be executed is none. What
# is sourced is a lib.
executable()
{
	find "$1/tests" -name '*.sh' ! -name '*lib.sh' ! -path '*/lib/*' \
	    ! -perm -100 | none
}

clean "shell scripts" checked "$top_srcdir"
clean "tests can be executed" executable "$top_srcdir"

fresh
# shellcheck disable=SC2016 # as it stands in the file
printf '#!/bin/sh\nrm -rf $1/x\n' | plant bootstrap
planted "an unquoted variable" checked "$planted"
fresh
echo '#!/bin/sh' | plant tests/unit/a.sh
chmod 644 "$planted/tests/unit/a.sh"
planted "a test that cannot be executed" executable "$planted"
finish
