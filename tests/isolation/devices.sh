#!/bin/sh
# SPDX-License-Identifier: ISC
# /dev holds the few nodes programs expect, and no node is made.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

NODES='fd
full
null
ptmx
pts
random
shm
stderr
stdin
stdout
tty
urandom
zero'

devices() {
	# mqueue and console may be there; nothing else.
	check_output "the list of /dev" "$NODES" \
		inside sh -c 'ls -A /dev | LC_ALL=C sort | grep -vx mqueue'
	check_output "no block device" "" inside find /dev -type b
	prop "no character device is made" "$REFUSED" none "" \
		mknod-chr /tmp/node
	prop "no block device is made" "$REFUSED" none "" \
		mknod-blk /workspace/node
	prop "a fifo is" allowed user allowed mknod-fifo ./fifo
	check_output "the ptys are its own" "ptmx" inside ls -A /dev/pts
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
test_end
