#!/bin/sh
# SPDX-License-Identifier: ISC
# Terminals: nothing is pushed into an input queue, none of the caller's is held.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin

# stdin is no terminal here, so that an answer other than ENOTTY is the
# filter's.
ASKED='refused ENOTTY'

terminals() {
	ask tiocsti "$BARRED" user "$ASKED" ioctl 0x5412
	ask tiocsti-high-bits "$BARRED" user "$ASKED" ioctl-high 0x5412
	ask tioclinux "$BARRED" user "$ASKED" ioctl 0x541c
	ask tioclinux-high-bits "$BARRED" user "$ASKED" ioctl-high 0x541c
	ask tioccons "$BARRED" user "$ASKED" ioctl 0x541d
	ask tiocsetd "$BARRED" user "$ASKED" ioctl 0x5423
	ask tcgets "$ASKED" user "$ASKED" ioctl 0x5401
	answers
	callers_terminal
}

# A terminal made for this: what runs on it outside has it at hand by its
# name and as /dev/tty; what runs in a box on it has a pty of the box's.
callers_terminal() {
	if ! command -v script >/dev/null; then
		judge_skip own-terminal "no script(1)"
		judge_skip no-dev-tty "no script(1)"
		return
	fi
	judge own-terminal "/dev/pts/0|not a tty" \
		"$(on_terminal "$STOCKADE run -C $W -- tty")" \
		'/dev/pts/.*' "$(on_terminal tty)"
	tty='(: <>/dev/tty) 2>/dev/null && echo held || echo free'
	judge no-dev-tty free \
		"$(on_terminal "$STOCKADE run --no-tty -C $W -- sh -c '$tty'")" \
		held "$(on_terminal "$tty")"
}

on_terminal() {
	as script -qec "$1" /dev/null </dev/null | tr -d '\r\b' |
		sed 's/^\^[@D]//' | grep .
}

run_ways terminals
property_end
