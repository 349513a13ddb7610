# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# The second half of /init, on the machine's own root: control groups, the
# network's loopback, the command; its output and status go out by ports.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH HOME=/root VM_GUEST=1 VM_OUT=/run/vm/out TERM=dumb LANG=C.UTF-8
# shellcheck source=/dev/null # made by vm.sh
. /run/vm/environment
mkdir -p "$VM_OUT"

port() {
	for sys in /sys/class/virtio-ports/*; do
		[ "$(cat "$sys/name")" != "vm.$1" ] || echo "/dev/${sys##*/}"
	done
}

modules() {
	for module in nf_tables nft_chain_nat nft_tproxy nf_tproxy_ipv4 \
		nft_socket veth tun fuse ext4 loop; do
		modprobe "$module" 2>/dev/null
	done
	chmod 666 /dev/net/tun /dev/fuse 2>/dev/null
}

# Of a host as systemd leaves one: every controller for whoever asks for it.
groups() {
	mount -t cgroup2 -o nsdelegate,memory_recursiveprot none \
		/sys/fs/cgroup || return
	for at in /sys/fs/cgroup /sys/fs/cgroup/vm; do
		mkdir -p "$at"
		for controller in cpu cpuset io memory pids; do
			echo "+$controller" >"$at/cgroup.subtree_control"
		done 2>/dev/null
	done
	mkdir /sys/fs/cgroup/vm/run
	echo $$ >/sys/fs/cgroup/vm/run/cgroup.procs
}

# Controllers on version 1, and version 2 beside them with none.
hybrid() {
	mount -t tmpfs none /sys/fs/cgroup || return
	for controller in memory cpu pids blkio; do
		mkdir "/sys/fs/cgroup/$controller"
		mount -t cgroup -o "$controller" none \
			"/sys/fs/cgroup/$controller"
	done
	mkdir /sys/fs/cgroup/unified
	mount -t cgroup2 none /sys/fs/cgroup/unified
}

hostname vm
ip link set lo up 2>/dev/null || ifconfig lo up
modules
case " $(cat /proc/cmdline) " in
*systemd.unified_cgroup_hierarchy=0*) hybrid ;;
*) [ "$VM_INIT" = systemd ] || groups ;;
esac
out=$(port out) status=$(port status) tar=$(port tar)
echo start >"$status"
{ sh /run/vm/command 2>&1 </dev/null; echo $? >/run/vm/rc; } | cat >"$out"
tar -C "$VM_OUT" -cf "$tar" . 2>/dev/null
echo "rc $(cat /run/vm/rc)" >"$status"
sync
echo o >/proc/sysrq-trigger
sleep 10
