#!/bin/sh
# SPDX-License-Identifier: ISC
# Every system call that makes a gate fails in turn: stockade says so, exits
# with 125 and leaves nothing.
TEST_ALSO=stockade-egress \
	RUN_OPTIONS="--net allow=files.example.com" \
	WHERE=helper \
	CALLS="unshare setns socket bind listen ioctl setsockopt sendto recvfrom" \
	exec sh "${top_srcdir:?}/tests/integration/torture.sh"
