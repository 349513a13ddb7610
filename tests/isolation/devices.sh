#!/bin/sh
# SPDX-License-Identifier: ISC
# /dev holds the few nodes programs expect, and no node is made.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin

NODES='fd|full|null|ptmx|pts|random|shm|stderr|stdin|stdout|tty|urandom|zero'

devices() {
	ask dev-mem "refused ENOENT" root? allowed exists /dev/mem
	ask dev-kmsg "refused ENOENT" user? allowed exists /dev/kmsg
	ask dev-kvm "refused ENOENT" user? allowed exists /dev/kvm
	ask dev-fuse "refused ENOENT" user? allowed exists /dev/fuse
	ask dev-vsock "refused ENOENT" user? allowed exists /dev/vsock
	ask dev-tun "refused ENOENT" user? allowed exists /dev/net/tun
	ask dev-loop "refused ENOENT" user? allowed exists /dev/loop-control
	ask dev-console "refused ENOENT" user? allowed exists /dev/console
	ask dev-vcs "refused ENOENT" user? allowed exists /dev/vcs
	ask dev-userfaultfd "refused ENOENT" user? allowed \
		exists /dev/userfaultfd
	ask mknod-chr "$BARRED" root allowed mknod-chr ./node
	ask mknod-blk "$BARRED" root allowed mknod-blk ./node
	ask mknod-fifo allowed user allowed mknod-fifo ./fifo
	answers
	judge dev-list 0 "$(inside ls -A /dev | grep -Evcx "$NODES")" \
		'[1-9][0-9]*' "$(as_user ls -A /dev | grep -Evcx "$NODES")"
	own_ptys
	usual
}

# The host has one at least while this asks.
own_ptys() {
	if ! command -v script >/dev/null; then
		judge_skip own-ptys "no script(1)"
		return
	fi
	pts='ls -A /dev/pts | tr "\n" " "'
	judge own-ptys 0 "$(inside sh -c "$pts" | grep -c '[0-9]')" \
		1 "$(script -qec "$pts" /dev/null </dev/null | grep -c '[0-9]')"
}

usual() {
	check_output "null swallows" "" inside sh -c 'echo x >/dev/null'
	check_output "zero gives zeros" 4 \
		inside sh -c 'head -c 4 /dev/zero | tr -d x | wc -c'
	check_output "full is full" 1 inside sh -c \
		'echo x 2>/dev/null >/dev/full; echo $?'
	check_output "urandom gives" 8 \
		inside sh -c 'head -c 8 /dev/urandom | wc -c'
	check_output "/dev/stdin works" hello inside sh -c \
		'echo hello | cat /dev/stdin'
}

run_ways devices
property_end
