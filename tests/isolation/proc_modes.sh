#!/bin/sh
# SPDX-License-Identifier: ISC
# What /proc tells of the host, and what the policy's "proc" makes of it.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

HOSTS='buddyinfo consoles dma interrupts iomem ioports misc mtrr schedstat
softirqs swaps zoneinfo partitions diskstats'

mode() {
	echo "proc $1" >"$T/policy"
	shift
	box --policy "$T/policy" "$@"
}

host_files() {
	for f in $HOSTS; do
		[ -n "$(as_user cat "/proc/$f" 2>/dev/null)" ] || continue
		check_output "nothing of the host's in /proc/$f" 0 \
			inside sh -c "wc -c </proc/$f"
	done
	for d in pressure irq bus fs tty; do
		[ -n "$(ls -A "/proc/$d" 2>/dev/null)" ] || continue
		check_output "/proc/$d is empty" "" inside ls -A "/proc/$d"
	done
	check "control: a host tells by most of them" \
		test -n "$(as_user cat /proc/swaps /proc/softirqs)"
	check_fails "a mask cannot be written into" \
		inside sh -c ': >/proc/fs/x'
}

# Column 4 is the place in its file system of what is mounted: the host's
# paths that are named, what is protected in the workspace, and no other.
SYSTEM='/|/usr|/usr/.*|/etc/[a-z].*|/sys|/\.masked.*|/null|/zero|/full|/tty'
SYSTEM="$SYSTEM|/u?random|/s?bin|/lib(x?32|64)?"

mount_roots() {
	mkdir -p "$T/named/a" && chmod 755 "$T/named"
	echo "mount ro $T/named/a /opt/a" >"$T/policy"
	box --policy "$T/policy" -- cut -d' ' -f4 /proc/self/mountinfo |
		grep -Evx "$SYSTEM|$W/([.].*|HEAD)" >"$T/seen"
	check_output "of the host's paths mountinfo names the named" \
		"$T/named/a
$W" sort "$T/seen"
}

modes() {
	check_match "full: pid 1 is listed" /proc/1 mode full -- ls -d /proc/1
	check_fails "hidepid: pid 1 is not there" mode hidepid -- ls -d /proc/1
	check "hidepid: one's own processes are" mode hidepid -- sh -c \
		'sleep 1 & test -d /proc/$! && test -r /proc/$!/status'
	check "hidepid: /proc/meminfo is there" mode hidepid -- \
		grep -q MemTotal /proc/meminfo
	check_output "subset: nothing but processes" "" mode subset -- sh -c \
		'ls /proc | grep -v "^[0-9]*$" | grep -vx "mounts\|net\|self\|thread-self"'
	check_fails "subset: no /proc/sys" mode subset -- ls /proc/sys
	check "subset: python runs" mode subset -- python3 -c 'print(1)'
}

# Who is not dumpable is hidden by hidepid from his like, not from pid 1.
hide_and_seek() {
	cat >"$W/hide.py" <<-'EOF'
		import ctypes, os, sys, time
		ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
		if os.fork() == 0:
		    os.setsid()
		b = bytearray(int(sys.argv[1]))
		time.sleep(30)
	EOF
	check_match "hidepid: who is not dumpable dies by the time limit" \
		".*limit time 1s.*" \
		mode hidepid --limit time=1s -- python3 hide.py 1
	check_fails "and nobody of it is left" \
		pgrep -f "hide.py 1$"
	check_match "hidepid: its memory is seen" ".*limit memory 64M.*" \
		mode hidepid --limit memory=64M -- python3 hide.py 200000000
}

all() {
	host_files
	mount_roots
	modes
	hide_and_seek
}

run_ways all
test_end
