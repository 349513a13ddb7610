#!/bin/sh
# SPDX-License-Identifier: ISC
# System calls that no build or test needs are not there at all.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

syscalls() {
	for name in $("$PROBE" call-names); do
		prop "$name" "(refused (EPERM|ENOSYS)|killed SIGSYS)" \
			none "" call "$name"
	done
	prop "io_uring" "$REFUSED" user "(allowed|refused EPERM)" io-uring
	prop "userfaultfd" "$REFUSED" user "(allowed|refused EPERM)" \
		userfaultfd
	prop "keyctl" "$REFUSED" user allowed keyctl
	prop "add_key" "$REFUSED" user allowed add-key
	prop "bpf" "$REFUSED" user "refused (E2BIG|EPERM|EINVAL)" call bpf
	prop "personality READ_IMPLIES_EXEC" "$REFUSED" user allowed \
		personality 0x400000
	prop "asking for the personality" allowed user allowed \
		personality 0xffffffff
	prop "no file by handle" "refused (EPERM|ENOSYS)" none "" \
		open-handle /etc/passwd
	entries
}

# x86-64 kernels have two more doors, with numbers of their own.
entries() {
	[ "$(uname -m)" = x86_64 ] || return 0
	prop "x32 system calls" "(refused ENOSYS|killed SIGSYS)" none "" x32
	prop "i386 system calls" "(refused ENOSYS|killed SIGSYS)" \
		user "(allowed|killed SIGSEGV)" int80
}

run_ways syscalls
test_end
