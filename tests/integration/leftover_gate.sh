#!/bin/sh
# SPDX-License-Identifier: ISC
# kill -9 of any process at any moment leaves nothing of a gate, or of its
# broker, either.
TEST_ALSO=stockade-egress \
	RUN_OPTIONS="--net allow=files.example.com" \
	ROLES="watcher worker" \
	exec sh "${top_srcdir:?}/tests/integration/leftover.sh"
