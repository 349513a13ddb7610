#!/bin/sh
# SPDX-License-Identifier: ISC
# Terminals: nothing is pushed into an input queue.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

# TIOCSTI, TIOCLINUX. stdin is no terminal here, so that an answer other
# than ENOTTY is the filter's.
terminals() {
	for nr in 0x5412 0x541c; do
		prop "ioctl $nr" "refused EPERM" user "refused ENOTTY" \
			ioctl "$nr"
		prop "ioctl $nr, high bits set" "refused EPERM" \
			user "refused ENOTTY" ioctl-high "$nr"
	done
	prop "TCGETS is not refused" "refused ENOTTY" \
		user "refused ENOTTY" ioctl 0x5401
}

run_ways terminals
test_end
