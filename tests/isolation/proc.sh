#!/bin/sh
# SPDX-License-Identifier: ISC
# /proc is of the own pid namespace and its dangerous entries masked.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin

READS='(allowed|empty)'

proc_masks() {
	ask proc-keys "$MASKED" user? "$READS" read /proc/keys
	ask proc-key-users "$MASKED" user? "$READS" read /proc/key-users
	ask proc-kallsyms "$MASKED" user? "$READS" read /proc/kallsyms
	ask proc-kcore "$MASKED" root? "$READS" read /proc/kcore
	ask proc-kmsg "$MASKED" root? "(allowed|refused EAGAIN)" \
		read /proc/kmsg
	ask proc-kpagecount "$MASKED" root? "(allowed|refused EINVAL)"\
		 read /proc/kpagecount
	ask proc-kpageflags "$MASKED" root? "(allowed|refused EINVAL)"\
		 read /proc/kpageflags
	ask proc-kpagecgroup "$MASKED" root? "(allowed|refused EINVAL)"\
		 read /proc/kpagecgroup
	ask proc-iomem "$MASKED" root? allowed read /proc/iomem
	ask proc-slabinfo "$MASKED" root? "$READS" read /proc/slabinfo
	ask proc-vmallocinfo "$MASKED" root? "$READS" read /proc/vmallocinfo
	ask proc-pagetypeinfo "$MASKED" root? "$READS" read /proc/pagetypeinfo
	ask proc-timer-list "$MASKED" root? "$READS" read /proc/timer_list
	ask proc-interrupts "$MASKED" user? "$READS" read /proc/interrupts
	ask proc-config "$MASKED" user? "$READS" read /proc/config.gz
	ask proc-cmdline "$MASKED" user? "$READS" read /proc/cmdline
	ask proc-partitions "$MASKED" user? "$READS" read /proc/partitions
	ask proc-diskstats "$MASKED" user? "$READS" read /proc/diskstats
	ask proc-sched-debug "$MASKED" root? "$READS" read /proc/sched_debug
	ask sys-absent "refused ENOENT" user allowed list /sys/kernel
	ask sys-debugfs "refused ENOENT" root? allowed \
		list /sys/kernel/debug
	ask sys-cgroup "refused ENOENT" user? allowed list /sys/fs/cgroup
	ask sys-dmi "refused ENOENT" user? allowed list /sys/firmware
	ask sys-power "refused ENOENT" user? allowed exists /sys/power/state
	ask sys-modules "refused ENOENT" user? allowed list /sys/module
	ask proc-usual allowed user allowed read /proc/meminfo
	answers
	ask_sh proc-sysrq "(character special file|none)" user \
		"(regular.*|none)" \
		'stat -c %F /proc/sysrq-trigger 2>/dev/null || echo none'
	ask_sh proc-dirs 0 user '[1-9][0-9]*' \
		'for d in acpi asound bus driver dynamic_debug fs irq pressure scsi tty; do
			ls -A /proc/$d 2>/dev/null
		done | wc -l'
}

run_ways proc_masks
property_end
