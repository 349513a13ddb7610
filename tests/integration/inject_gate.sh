#!/bin/sh
# SPDX-License-Identifier: ISC
# Every system call of a whole run with a gate and its broker: fails, is late,
# or is the moment at which its process is killed.
TEST_ALSO=stockade-egress \
	RUN_OPTIONS="--net allow=files.example.com" \
	exec sh "${top_srcdir:?}/tests/integration/inject.sh"
