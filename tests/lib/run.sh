#!/bin/sh
# SPDX-License-Identifier: ISC
# Runs one test so that it ends: after TEST_TIMEOUT seconds its whole process
# group is killed; and at once if we are, since timeout(1) leaves the
# terminal's group and would not hear of a Ctrl-C.
status=0
leash=
if setpriv --pdeathsig TERM true 2>/dev/null; then
	leash='setpriv --pdeathsig TERM'
fi
# shellcheck disable=SC2086 # a list of words
$leash timeout -k 10 "${TEST_TIMEOUT:-300}" "$@" || status=$?
[ "$status" -ne 124 ] ||
	echo "Bail out! no end within ${TEST_TIMEOUT:-300} seconds"
exit "$status"
