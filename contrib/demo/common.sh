# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# What showing the demo and recording it have in common.

# No caches: the project must look the same at each run.
# shellcheck disable=SC2034
test_command='python3 -B -m pytest -q -p no:cacheprovider'

find_stockade() {
	for candidate in "${STOCKADE-}" \
		"${top_builddir:+$top_builddir/stockade}" ./stockade \
		"$(command -v stockade || :)"
	do
		if [ -n "$candidate" ] && [ -x "$candidate" ]; then
			echo "$(cd "$(dirname "$candidate")" && pwd)/stockade"
			return
		fi
	done
	echo "demo: no stockade here; build it, or say STOCKADE=..." >&2
	exit 2
}

say() {
	printf '\n== %s\n' "$*"
}

# Started by sudo, the files are its caller's, as a real project's would be.
own() {
	if [ "$(id -u)" -eq 0 ] && [ -n "${SUDO_UID-}" ]; then
		chown -R "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" "$1"
	fi
	chmod 755 "$1"
}

# changed BEFORE AFTER: the tests are as they were, and something else is not.
changed() {
	if ! diff -r -x __pycache__ "$1/tests" "$2/tests" >/dev/null; then
		echo "demo: the tests were changed" >&2
		exit 1
	fi
	if diff -r "$1/till" "$2/till" >/dev/null; then
		echo "demo: nothing was changed" >&2
		exit 1
	fi
}

stockade=$(find_stockade)
