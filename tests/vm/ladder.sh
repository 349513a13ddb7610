#!/bin/sh
# SPDX-License-Identifier: ISC
# What hosts switch off, really switched off, and what is said of it: the way
# in that is left, or the setting that mends it. Runs in the machine of vm.sh.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

# shellcheck disable=SC2034 # the harness reads it
TEST_ALSO="stockade-probe stockade-egress"
[ "${VM_GUEST-}" = 1 ] ||
	skip_all "only in the machine of vm.sh"
test_begin
W=$T/w
mkdir "$W" && chown "$TEST_UID:$TEST_GID" "$W"

# switched SYSCTL VALUE FUNCTION: and back.
switched() {
	before=$(cat "/proc/sys/$1")
	echo "$2" >"/proc/sys/$1"
	"$3" "$1=$2"
	echo "$before" >"/proc/sys/$1"
}

# No user namespace for an ordinary user.
closed() {
	check_status "$1: a user's run is no run" 125 as_user \
		"$STOCKADE" run -C "$W" -- true
	check_match "$1: and what is missing is named" 'stockade run: .*(userns_clone|max_.*_namespaces).*' \
		as_user "$STOCKADE" run -C "$W" -- true
	check_status "$1: doctor says so" 2 as_user "$STOCKADE" doctor -C "$W"
	check_match "$1: with the setting that mends it" \
		".*sysctl -w $(echo "${1%=*}" | tr / .)=.*" \
		as_user "$STOCKADE" doctor -C "$W"
}

# Nor for what root puts into one: the ids inside need a second.
root_told() {
	WAY=root
	check_match "$1: root is told the setting, too" \
		'stockade run: .*sysctl -w kernel.unprivileged_userns_clone=1.*' \
		as "$STOCKADE" run -C "$W" -- true
	check_match "$1: and by doctor" \
		'.*sysctl -w kernel.unprivileged_userns_clone=1.*' \
		as "$STOCKADE" doctor
	WAY=
}

check_output "a user's run, to begin with" inside as_user \
	"$STOCKADE" run -C "$W" -- echo inside
switched kernel/unprivileged_userns_clone 0 closed
switched kernel/unprivileged_userns_clone 0 root_told
switched user/max_user_namespaces 0 closed
check_output "and in the end" inside as_user \
	"$STOCKADE" run -C "$W" -- echo inside
test_end
