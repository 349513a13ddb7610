#!/bin/sh
# SPDX-License-Identifier: ISC
# The system is read-only; the workspace, /tmp and /dev/shm are not.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin

writes() {
	kernel_settings
	ask write-usr "$GONE" root allowed open-write /usr/bin/yes
	ask write-passwd "$GONE" root allowed open-write /etc/passwd
	ask write-hosts "$GONE" root allowed open-write /etc/hosts
	ask write-resolv "$GONE" root allowed open-write /etc/resolv.conf
	ask write-ld-cache "$GONE" root? allowed open-write /etc/ld.so.cache
	ask write-usual allowed user allowed create ./new
	ask write-tmp allowed user allowed create /tmp/stockade-probe-new
	ask write-shm allowed user allowed create /dev/shm/stockade-probe-new
	answers
	judge write-folders 0 "$(inside sh -c "$FOLDERS" | wc -l)" \
		2 "$(outside ns sh -c "mount -t tmpfs none /etc
			mount -t tmpfs none /run
			$FOLDERS" | wc -l)"
}

FOLDERS='for d in / /usr /usr/bin /usr/lib /etc /dev /dev/pts /proc /run; do
	(: >$d/stockade-probe) 2>/dev/null && echo $d
done'

# Each would be a program of the host's, or the host's memory or network.
kernel_settings() {
	ask sysctl-core-pattern "$GONE" root? allowed \
		open-write /proc/sys/kernel/core_pattern
	ask sysctl-modprobe "$GONE" root? allowed \
		open-write /proc/sys/kernel/modprobe
	ask sysctl-poweroff-cmd "$GONE" root? allowed \
		open-write /proc/sys/kernel/poweroff_cmd
	ask sysctl-hotplug "$GONE" root? allowed \
		open-write /proc/sys/kernel/hotplug
	ask sysctl-hostname "$GONE" root allowed \
		open-write /proc/sys/kernel/hostname
	ask sysctl-drop-caches "$GONE" root? allowed \
		open-write /proc/sys/vm/drop_caches
	ask sysctl-overcommit "$GONE" root? allowed \
		open-write /proc/sys/vm/overcommit_memory
	ask sysctl-mmap-min "$GONE" root? allowed \
		open-write /proc/sys/vm/mmap_min_addr
	ask sysctl-aslr "$GONE" root? allowed \
		open-write /proc/sys/kernel/randomize_va_space
	ask sysctl-panic "$GONE" root? allowed \
		open-write /proc/sys/kernel/panic
	ask sysctl-suid-dumpable "$GONE" root? allowed \
		open-write /proc/sys/fs/suid_dumpable
	ask sysctl-protected-links "$GONE" root? allowed \
		open-write /proc/sys/fs/protected_symlinks
	ask sysctl-ip-forward "$GONE" ns? allowed \
		open-write /proc/sys/net/ipv4/ip_forward
	ask sysctl-last-pid "$GONE" ns? allowed \
		open-write /proc/sys/kernel/ns_last_pid
	ask sysctl-userns "$GONE" ns allowed \
		open-write /proc/sys/user/max_user_namespaces
	ask sysctl-inotify "$GONE" root? allowed \
		open-write /proc/sys/fs/inotify/max_user_watches
	ask sysctl-binfmt "$GONE" root? allowed \
		open-write /proc/sys/fs/binfmt_misc/register
	ask proc-irq "$GONE" root? allowed \
		open-write /proc/irq/default_smp_affinity
}

run_ways writes
property_end
