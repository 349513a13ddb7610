#!/bin/sh
# SPDX-License-Identifier: ISC
# No namespace is made or entered inside.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

namespaces() {
	for ns in user mnt net pid ipc uts cgroup time; do
		prop "no new $ns namespace by unshare" "$REFUSED" \
			ns allowed unshare "$ns"
	done
	for ns in user mnt net pid ipc uts cgroup; do
		prop "no new $ns namespace by clone" "$REFUSED" \
			ns allowed clone "$ns"
	done
	prop "no new user namespace, high bits set" "$REFUSED" \
		ns allowed clone-high user
	prop "clone3 does not exist" "refused ENOSYS" \
		user allowed clone3 none
	prop "clone3 makes no namespace" "refused ENOSYS" \
		ns allowed clone3 user
	for ns in mnt net uts ipc cgroup; do
		prop "setns into the own $ns namespace" "$REFUSED" \
			ns allowed setns "/proc/self/ns/$ns" "$ns"
	done
	prop "setns by the pidfd of pid 1" "$REFUSED" \
		ns allowed setns-pidfd 1 uts
	prop "plain clone works" "allowed" user allowed clone none
}

run_ways namespaces
test_end
