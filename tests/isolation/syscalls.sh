#!/bin/sh
# SPDX-License-Identifier: ISC
# System calls that no build or test needs are not there at all.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin

# The kernel has looked at what it was asked, or is too new or old for it.
HEARD='(allowed|refused E(BADF|FAULT|INVAL|NOSYS|SRCH|NOENT|2BIG|OPNOTSUPP|NODEV|MFILE|PERM|ACCES|TYPE|NOPROTOOPT))'

syscalls() {
	ask call-kexec-load "$BARRED" root "$REACHED" call kexec_load
	ask call-kexec-file "$BARRED" root "$REACHED" call kexec_file_load
	ask call-init-module "$BARRED" root "$REACHED" call init_module
	ask call-finit-module "$BARRED" root "$REACHED" call finit_module
	ask call-delete-module "$BARRED" root "$REACHED" call delete_module
	ask call-swapon "$BARRED" root "$REACHED" call swapon
	ask call-swapoff "$BARRED" root "$REACHED" call swapoff
	ask call-acct "$BARRED" root "$REACHED" call acct
	ask call-quotactl "$BARRED" root "$REACHED" call quotactl
	ask call-quotactl-fd "$BARRED" root "$REACHED" call quotactl_fd
	ask call-syslog "$BARRED" root "$REACHED" call syslog
	ask call-open-by-handle "$BARRED" root "$REACHED" \
		call open_by_handle_at
	ask open-handle "$BARRED" root? "(allowed|refused ESTALE)" \
		open-handle /etc/passwd
	ask call-fanotify-init "$BARRED" root "$REACHED" call fanotify_init
	ask call-fanotify-mark "$BARRED" root "$REACHED" call fanotify_mark
	ask call-perf "$BARRED" root "$REACHED" call perf_event_open
	ask call-bpf "$BARRED" root "$REACHED" call bpf
	ask call-uring-enter "$BARRED" user "$REACHED" call io_uring_enter
	ask call-uring-register "$BARRED" user "$REACHED" \
		call io_uring_register
	ask call-request-key "$BARRED" user "$REACHED" call request_key
	ask call-migrate-pages "$BARRED" user "$REACHED" call migrate_pages
	ask call-move-pages "$BARRED" user "$REACHED" call move_pages
	ask call-clock-adjtime "$BARRED" user "$REACHED" call clock_adjtime
	ask call-ptrace-odd "(refused (EPERM|ESRCH|EIO))" user "$HEARD" \
		call ptrace
	ask call-kcmp "$BARRED" user "$REACHED" call kcmp
	ask io-uring "$BARRED" user? "(allowed|refused EPERM)" io-uring
	ask userfaultfd "$BARRED" user? "(allowed|refused EPERM)" userfaultfd
	ask keyctl "$BARRED" user? allowed keyctl
	ask add-key "$BARRED" user? allowed add-key
	ask memfd-secret "$BARRED" user? "(allowed|refused ENOSYS)" \
		memfd-secret
	ask personality-exec "$BARRED" user allowed personality 0x400000
	ask personality-compat "$BARRED" user allowed personality 0x8
	ask personality-usual allowed user allowed personality 0xffffffff
	entries
	answers
}

# What only x86-64 kernels have: two more doors with numbers of their own.
entries() {
	if [ "$(uname -m)" != x86_64 ]; then
		for id in call-iopl call-ioperm ldt x32 int80; do
			judge_skip "$id" "of x86-64 only"
		done
		return
	fi
	ask call-iopl "$BARRED" root "$REACHED" call iopl
	ask call-ioperm "$BARRED" root "$REACHED" call ioperm
	ask ldt "$BARRED" user? allowed ldt
	ask x32 "(refused (ENOSYS|EPERM)|killed SIGSYS)" user? allowed x32
	ask int80 "(refused ENOSYS|killed SIGSYS)" \
		user "(allowed|killed SIGSEGV)" int80
}

run_ways syscalls
property_end
