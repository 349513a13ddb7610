#!/bin/sh
# SPDX-License-Identifier: ISC
# A workspace of root's brings no file system by which the kernel is ruled:
# not as itself, and not as something mounted on it.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

whole() {
	timeout 60 "$STOCKADE" run -C "$1" -- sh -c "$2" 2>&1
}

# All of / is too much to seek git repositories in, which is told.
empty_mounts() {
	whole / 'ls -A /workspace/proc /workspace/sys |
		grep -v -e :$ -e "^$"; echo shown' | grep -v '^stockade run: note'
}

kernel_fs() {
	check "control: the host has kernel settings" test -e /proc/sys/kernel
	check_output "/ is shown without what is mounted on it" shown \
		empty_mounts
	check_fails "no setting is writable by the number 0" \
		whole / 'test -w /workspace/proc/sys/kernel/core_pattern'
	for dir in /proc /proc/sys/kernel /sys "$(cgroup_root)"; do
		[ -d "$dir" ] || continue
		check_status "$dir is no workspace" 125 whole "$dir" true
	done
}

if is_root; then
	WAY=root
	kernel_fs
fi

# What an ordinary user mounts comes whole, and obeys that user's own rights.
ordinary() {
	check_output "/ can be a workspace" stands \
		as_user "$STOCKADE" run -C / -- echo stands
	check_fails "no setting is writable in it" \
		as_user "$STOCKADE" run -C / -- \
		test -w /workspace/proc/sys/kernel/core_pattern
	check_fails "nor is the root's control group" \
		as_user "$STOCKADE" run -C / -- \
		test -w "/workspace$(cgroup_root)/cgroup.procs"
}
WAY=rootless
ordinary
test_end
