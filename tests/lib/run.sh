#!/bin/sh
# SPDX-License-Identifier: ISC
# Runs one test so that it ends: after TEST_TIMEOUT seconds its whole process
# group is killed; and at once if we are, since timeout(1) leaves the
# terminal's group and would not hear of a Ctrl-C. A script that needs longer
# says so in a line of its own.
status=0
case $1 in
*.sh) own=$(sed -n 's/^# TEST_TIMEOUT=//p' "$1") ;;
*) own= ;;
esac
seconds=${TEST_TIMEOUT:-${own:-300}}
leash=
if setpriv --pdeathsig TERM true 2>/dev/null; then
	leash='setpriv --pdeathsig TERM'
fi
# shellcheck disable=SC2086 # a list of words
$leash timeout -k 10 "$seconds" "$@" || status=$?
[ "$status" -ne 124 ] ||
	echo "Bail out! no end within $seconds seconds"
exit "$status"
