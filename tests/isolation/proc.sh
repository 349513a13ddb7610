#!/bin/sh
# SPDX-License-Identifier: ISC
# /proc is of the own pid namespace and its dangerous entries masked.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

MASKED='refused (EACCES|EPERM|ENOENT|EIO|EISDIR)|empty'

proc_masks() {
	for f in kcore keys kmsg kallsyms kpagecount kpageflags \
		timer_list sched_debug latency_stats slabinfo vmallocinfo \
		kpagecgroup bootconfig vmcore allocinfo
	do
		prop "/proc/$f" "($MASKED)" none "" read "/proc/$f"
	done
	for d in acpi scsi asound driver dynamic_debug; do
		check "/proc/$d holds nothing" inside sh -c \
			"test -z \"\$(ls -A /proc/$d 2>/dev/null)\""
	done
	prop "control: keys" "($MASKED)" user "(allowed|empty)" \
		read /proc/keys
	prop "control: kallsyms" "($MASKED)" user "(allowed|empty)" \
		read /proc/kallsyms
	prop "/proc/cpuinfo is there" allowed user allowed read /proc/cpuinfo
	prop "/proc/meminfo is there" allowed user allowed read /proc/meminfo
	prop "/proc/self/status is there" allowed user allowed \
		read /proc/self/status
	prop "/sys is not" "refused ENOENT" user allowed list /sys/kernel
	prop "no debugfs" "refused (ENOENT|EACCES)" none "" \
		list /sys/kernel/debug
	prop "no cgroup tree" "refused (ENOENT|EACCES)" none "" \
		list /sys/fs/cgroup
}

run_ways proc_masks
test_end
