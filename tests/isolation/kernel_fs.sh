#!/bin/sh
# SPDX-License-Identifier: ISC
# A workspace of root's brings no file system by which the kernel is ruled:
# not as itself, and not as something mounted on it.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin

# All of / is too much to seek git repositories in, which is told.
whole() {
	timeout 60 "$STOCKADE" run -C "$1" -- sh -c "$2" 2>/dev/null
}

kernel_fs() {
	setting=proc/sys/kernel/core_pattern
	judge root-workspace-proc 0 "$(whole / 'ls -A /workspace/proc \
		/workspace/sys | grep -vc -e :$ -e "^$"')" \
		'[1-9][0-9]*' "$(find /proc /sys -maxdepth 1 | grep -c .)"
	judge root-workspace-setting refused \
		"$(whole / "test -w /workspace/$setting && echo allowed ||
			echo refused")" \
		allowed "$(test -w /$setting && echo allowed)"
	judge workspace-proc 125 "$(status_of whole /proc true)" \
		0 "$(status_of test -d /proc)"
	judge workspace-sysctl 125 "$(status_of whole /proc/sys/kernel true)" \
		0 "$(status_of test -d /proc/sys/kernel)"
	judge workspace-sys 125 "$(status_of whole /sys true)" \
		0 "$(status_of test -d /sys)"
	judge workspace-cgroup 125 "$(status_of whole "$(cgroup_root)" true)" \
		0 "$(status_of test -d "$(cgroup_root)")"
}

status_of() {
	"$@" >/dev/null 2>&1
	echo $?
}

if is_root; then
	WAY=root
	kernel_fs
else
	property_none "only root has such a workspace"
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
property_end
