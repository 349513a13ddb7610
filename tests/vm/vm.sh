#!/bin/sh
# SPDX-License-Identifier: ISC
# vm.sh COMMAND [ARGUMENT...]: runs it as root in a virtual machine with one of
# Debian's own kernels, over this machine's root file system, which nothing
# can be written to. Needs no KVM, no root and no image.
#
# Its output is the command's, stderr among it; so is its status, but for
#   77   it cannot be done here, and why
#   99   the machine died, and what its console said last
#   124  no end within VM_TIMEOUT
#
#   VM_KERNEL        6.12 or 6.1: Debian's package of that series; or a
#                    directory with boot/vmlinuz-* and lib/modules  (6.12)
#   VM_APPEND        more for the kernel's command line
#   VM_INIT          systemd: this machine's own is the first process, and
#                    the command is started by it, as a service
#   VM_MEM VM_CPUS   of the machine                             (1G, 2)
#   VM_DISK          size of an empty /dev/vda, as in 256M      (none)
#   VM_TIMEOUT       seconds for all of it                      (900)
#   VM_BOOT_TIMEOUT  seconds until the command begins           (120)
#   VM_OUT           a tar of what the command leaves in $VM_OUT of the guest
#   VM_CACHE         kernels are kept here ($XDG_CACHE_HOME/stockade-vm)
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=tests/vm/kernel.sh
. "$here/kernel.sh"

MODULES='virtio_pci virtio_blk virtio_console 9p 9pnet_virtio overlay'

impossible() {
	echo "vm: $*" >&2
	exit 77
}

tools() {
	for tool in qemu-system-x86_64 busybox cpio depmod modprobe; do
		command -v "$tool" >/dev/null ||
			impossible "no $tool: apt-get install qemu-system-x86" \
				"busybox-static cpio kmod"
	done
	[ "${VM_INIT-}" != systemd ] || [ -x /lib/systemd/systemd ] ||
		impossible "no systemd: apt-get install systemd" \
			"dbus-user-session libpam-systemd"
}

# Busybox, the modules to reach the root file system, and what is to be done.
initramfs() {
	mkdir -p "$run/i/bin" "$run/i/modules"
	cp "$(command -v busybox)" "$run/i/bin/busybox"
	ln -s busybox "$run/i/bin/sh"
	cp "$here/guest.sh" "$run/i/init"
	cp "$here/start.sh" "$run/i/start"
	cp "$here/vm.target" "$here/vm.service" "$run/i/"
	chmod 755 "$run/i/init" "$run/i/start"
	n=10
	for module in $MODULES; do
		modprobe -S "$VERSION" -d "$KERNEL" --show-depends "$module"
	done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++' |
		while read -r file; do
			n=$((n + 1))
			case $file in
			*.xz) xz -dc "$file" >"$run/i/modules/$n.ko" ;;
			*) cp "$file" "$run/i/modules/$n.ko" ;;
			esac
		done
	quoted "$@" >"$run/i/command"
	env_lines >"$run/i/environment"
	(cd "$run/i" && find . | cpio -o -H newc --quiet) >"$run/initrd"
}

# The words, for a shell to read.
quoted() {
	for word; do
		printf "'%s' " "$(printf '%s' "$word" | sed "s/'/'\\\\''/g")"
	done
	echo
}

env_lines() {
	echo "cd $(quoted "$PWD")"
	echo "VM_INIT=${VM_INIT-}"
	for name in MUST_RUN top_builddir top_srcdir STOCKADE_WAYS CC VM_KERNEL; do
		eval "value=\${$name-}"
		[ -z "$value" ] || echo "export $name=$(quoted "$value")"
	done
}

machine() {
	# One thread: a kernel that patches itself under two has been seen to
	# die. No address randomization: each start of a program would be
	# translated anew.
	set -- -nodefaults -no-user-config -display none -no-reboot \
		-machine q35 -accel tcg,thread=single -cpu max,la57=off \
		-smp "${VM_CPUS:-2}" -m "${VM_MEM:-1G}" \
		-sandbox on,spawn=deny,elevateprivileges=deny \
		-kernel "$IMAGE" -initrd "$run/initrd" -append \
		"console=ttyS0 quiet norandmaps oops=panic panic=-1
			systemd.firstboot=off ${VM_APPEND-}" \
		-chardev "file,id=console,path=$run/console" \
		-serial chardev:console -device virtio-serial-pci
	for port in out status tar; do
		: >"$run/$port"
		set -- "$@" -chardev "file,id=$port,path=$run/$port" \
			-device "virtserialport,chardev=$port,name=vm.$port"
	done
	if [ -n "${VM_DISK-}" ]; then
		truncate -s "$VM_DISK" "$run/disk"
		set -- "$@" -device virtio-blk-pci,drive=disk -drive \
			"file=$run/disk,format=raw,if=none,id=disk"
	fi
	share='security_model=none,readonly=on,multidevs=remap'
	exec qemu-system-x86_64 "$@" \
		-fsdev "local,id=root,path=/,$share" \
		-device virtio-9p-pci,fsdev=root,mount_tag=root \
		-fsdev "local,id=modules,path=$KERNEL/lib/modules,$share" \
		-device virtio-9p-pci,fsdev=modules,mount_tag=modules
}

begun() {
	grep -q '^start' "$run/status" 2>/dev/null
}

alive() {
	kill -0 "$qemu" 2>/dev/null
}

# Waits while it lives, for at most $1 seconds or until $2 holds.
watch() {
	end=$(($(date +%s) + $1))
	while alive && [ "$(date +%s)" -lt "$end" ] && ! "$2"; do
		sleep 0.2
	done
}

never() {
	false
}

finish() {
	status=$(sed -n 's/^rc //p' "$run/status")
	cat "$run/out"
	[ -z "${VM_OUT-}" ] || cp "$run/tar" "$VM_OUT"
	[ -z "$status" ] || exit "$status"
	[ "$1" != late ] || {
		echo "vm: no end within ${VM_TIMEOUT:-900} seconds" >&2
		exit 124
	}
	echo "vm: the machine died. Its console said last:" >&2
	tail -n 30 "$run/console" "$run/qemu" >&2
	exit 99
}

attempt() {
	machine 2>"$run/qemu" &
	qemu=$!
	watch "${VM_BOOT_TIMEOUT:-120}" begun
	begun || {
		kill -9 "$qemu" 2>/dev/null || :
		wait "$qemu" 2>/dev/null || :
		return 1
	}
	watch "${VM_TIMEOUT:-900}" never
	if alive; then
		kill -9 "$qemu" || :
		wait "$qemu" || :
		finish late
	fi
	wait "$qemu" || :
	finish ended
}

[ $# -gt 0 ] || { sed -n '3,24s/^# \{0,1\}//p' "$0"; exit 2; }
tools
run=$(mktemp -d "${TMPDIR:-/tmp}/stockade-vm.XXXXXX")
qemu=
trap '[ -z "$qemu" ] || kill -9 "$qemu" 2>/dev/null || :
	rm -rf "$run"' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT HUP
kernel_find "${VM_KERNEL:-6.12}"
initramfs "$@"
# A command that began is never begun again: it may be what kills the kernel.
attempt || attempt || attempt || {
	echo "vm: it does not start. Its console said last:" >&2
	tail -n 30 "$run/console" "$run/qemu" >&2
	exit 99
}
