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

kernel_fs() {
	check "control: the host has kernel settings" test -e /proc/sys/kernel
	check_output "/ is shown without what is mounted on it" "" \
		whole / 'ls -A /workspace/proc /workspace/sys |
			grep -v -e :$ -e "^$"'
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
else
	tap_point ok "kernel file systems # SKIP only root can ask for this"
fi
test_end
