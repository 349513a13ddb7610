#!/bin/sh
# SPDX-License-Identifier: ISC
# No namespace is made or entered inside.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin

namespaces() {
	ask unshare-user "$BARRED" ns allowed unshare user
	ask unshare-mnt "$BARRED" ns allowed unshare mnt
	ask unshare-net "$BARRED" ns allowed unshare net
	ask unshare-pid "$BARRED" ns allowed unshare pid
	ask unshare-ipc "$BARRED" ns allowed unshare ipc
	ask unshare-uts "$BARRED" ns allowed unshare uts
	ask unshare-cgroup "$BARRED" ns allowed unshare cgroup
	ask unshare-time "$BARRED" ns allowed unshare time
	ask clone-user "$BARRED" ns allowed clone user
	ask clone-mnt "$BARRED" ns allowed clone mnt
	ask clone-net "$BARRED" ns allowed clone net
	ask clone-pid "$BARRED" ns allowed clone pid
	ask clone-ipc "$BARRED" ns allowed clone ipc
	ask clone-uts "$BARRED" ns allowed clone uts
	ask clone-cgroup "$BARRED" ns allowed clone cgroup
	ask clone-high-bits "$BARRED" ns allowed clone-high user
	ask clone3 "refused ENOSYS" user allowed clone3 none
	ask clone3-user "refused ENOSYS" ns allowed clone3 user
	ask setns-mnt "$BARRED" ns allowed setns /proc/self/ns/mnt mnt
	ask setns-net "$BARRED" ns allowed setns /proc/self/ns/net net
	ask setns-uts "$BARRED" ns allowed setns /proc/self/ns/uts uts
	ask setns-ipc "$BARRED" ns allowed setns /proc/self/ns/ipc ipc
	ask setns-cgroup "$BARRED" ns allowed \
		setns /proc/self/ns/cgroup cgroup
	ask setns-user "$BARRED" ns "refused EINVAL" \
		setns /proc/self/ns/user user
	ask setns-pidfd "$BARRED" ns allowed setns-pidfd 1 uts
	ask clone-plain allowed user allowed clone none
	answers
	own_namespaces
	second_lock
}

# Each namespace is another than the host's.
own_namespaces() {
	judge own-namespaces 7 "$(others_of inside)" 0 "$(others_of as_user)"
}

others_of() {
	for ns in user mnt net pid ipc uts cgroup; do
		[ "$("$@" readlink "/proc/self/ns/$ns")" = \
			"$(readlink "/proc/self/ns/$ns")" ] || echo "$ns"
	done | grep -c .
}

# Where no filter holds a process, too: seen by one that joins the box's user
# namespace.
second_lock() {
	if ! is_root; then
		judge_skip second-lock "only root can join it"
		return
	fi
	number=31.$$
	inside sleep "$number" &
	boxed=$!
	within 10 pgrep -f "^sleep $number\$" >/dev/null
	joined=$(pgrep -n -f "^sleep $number\$")
	judge second-lock ".*No space left on device" \
		"$(nsenter -t "$joined" -U --preserve-credentials \
			unshare -U true 2>&1)" \
		allowed "$(unshare -Ur unshare -U echo allowed 2>&1)"
	kill "$joined"
	wait "$boxed"
}

run_ways namespaces
property_end
