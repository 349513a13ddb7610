#!/bin/sh
# SPDX-License-Identifier: ISC
# The sandbox's own program is not started, opened or changed from inside.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin
[ ! -x "$top_builddir/tests/lib/enosys" ] ||
	cp "$top_builddir/tests/lib/enosys" "$BIN/enosys"

# A command whose interpreter is whoever starts it.
executable() {
	for dir in "$W" "$CTL"; do
		printf '#!/proc/self/exe\nexit 7\n' >"$dir/self"
		chmod 755 "$dir/self"
	done
	mkfifo "$W/go"
	! is_root || chown --reference="$W" "$W/go"
	judge self-exe-script 126 "$(status_of inside ./self)" \
		7 "$(cd "$CTL" && status_of as_user sh -c ./self)"
	judge self-exe-command 126 "$(status_of inside /proc/self/exe)" \
		0 "$(status_of as_user sh -c '/proc/self/exe -c true')"
	if [ -x "$BIN/enosys" ]; then
		judge self-exe-sealed '/memfd:stockade-jail.*' \
			"$(program_of enosys landlock_create_ruleset)" \
			'(.*/stockade-jail|/memfd:.*)' "$(program_of env)"
	else
		judge_skip self-exe-sealed "no enosys"
	fi
}

# program_of HOW...: what the helper runs from, with stockade started by HOW.
program_of() {
	as "$@" "$STOCKADE" run -C "$W" -- \
		sh -c 'echo up >go; read -r x <go' >/dev/null 2>&1 &
	box_of=$!
	read -r up <"$W/go"
	for pid in $(pgrep -f "^$STOCKADE run -C $W "); do
		for child in $(pgrep -P "$pid"); do
			readlink "/proc/$child/exe"
		done
	done | sort -u
	echo "$up" >"$W/go"
	wait "$box_of"
}

status_of() {
	"$@" >/dev/null 2>&1
	echo $?
}

run_ways executable
property_end
