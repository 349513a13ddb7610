#!/bin/sh
# SPDX-License-Identifier: ISC
# The system is read-only; the workspace, /tmp and /dev/shm are not.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

GONE='refused (EROFS|EACCES|EPERM|ENOENT)'

writes() {
	for dir in / /usr /usr/bin /etc /bin /lib /proc /dev /proc/sys/kernel
	do
		prop "nothing is created in $dir" "$GONE" none "" \
			create "$dir/stockade-probe"
	done
	for file in /usr/bin/env /etc/passwd /etc/hosts /etc/resolv.conf; do
		prop "$file is not opened for writing" "$GONE" none "" \
			open-write "$file"
	done
	for file in sysrq-trigger sys/kernel/core_pattern \
		sys/kernel/hostname sys/vm/drop_caches sys/kernel/modprobe \
		sys/net/ipv4/ip_forward irq/0/smp_affinity bus/pci/devices
	do
		prop "/proc/$file is not opened for writing" "$GONE" none "" \
			open-write "/proc/$file"
	done
	prop "control: what is created" allowed user allowed create ./new
	prop "the workspace is writable" allowed none "" \
		create /workspace/new
	prop "/tmp is writable" allowed none "" create /tmp/new
	prop "/dev/shm is writable" allowed none "" create /dev/shm/new
	prop "/dev/null is writable" allowed none "" open-write /dev/null
}

run_ways writes
test_end
