#!/bin/sh
# SPDX-License-Identifier: ISC
# /init of the machine: its root is the host's, below a layer in memory.
busybox=/bin/busybox

fail() {
	echo "vm: $*" >/dev/console
	$busybox poweroff -f
}

$busybox mkdir -p /proc /sys /dev /host /layer /new
$busybox mount -t proc proc /proc
$busybox mount -t sysfs sys /sys
$busybox mount -t devtmpfs dev /dev
for module in /modules/*.ko; do
	$busybox insmod "$module" || fail "insmod $module"
done

nine='trans=virtio,version=9p2000.L,msize=512000,ro'
$busybox mount -t 9p -o "$nine,cache=loose" root /host || fail "no root"
$busybox mount -t tmpfs -o size=75% layer /layer
$busybox mkdir /layer/upper /layer/work
$busybox mount -t overlay -o lowerdir=/host,upperdir=/layer/upper \
	-o workdir=/layer/work root /new || fail "no overlay"

# The modules are where modprobe looks, by a link: a mount below /usr could
# not be made a lower layer by those without privilege.
$busybox mkdir -p /new/vm-modules
$busybox mount -t 9p -o "$nine,cache=loose" modules /new/vm-modules
$busybox rm -rf /new/lib/modules
$busybox ln -s /vm-modules /new/lib/modules
# It would make systemd think that it is in a container.
$busybox rm -f /new/.dockerenv

for dir in proc sys dev; do
	$busybox mount -o move "/$dir" "/new/$dir"
done
$busybox mkdir -p /new/dev/pts /new/dev/shm
$busybox mount -t devpts -o mode=620,gid=5,ptmxmode=666 pts /new/dev/pts
$busybox mount -t tmpfs -o mode=1777 shm /new/dev/shm
$busybox mount -t tmpfs -o mode=1777 tmp /new/tmp
$busybox mount -t tmpfs -o mode=755 run /new/run
$busybox mkdir -p /new/run/vm
$busybox cp /start /command /environment /new/run/vm/
$busybox mkdir -p /new/etc && echo vm >/new/etc/hostname
set -- /bin/sh /run/vm/start
if $busybox grep -qx 'VM_INIT=systemd' /environment; then
	$busybox mkdir -p /new/run/systemd/system
	$busybox cp /vm.target /vm.service /new/run/systemd/system/
	set -- /lib/systemd/systemd --unit=vm.target
fi
exec $busybox switch_root /new "$@"
