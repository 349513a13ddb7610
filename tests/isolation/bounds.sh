#!/bin/sh
# SPDX-License-Identifier: ISC
# /tmp and /dev/shm are bounded, together with what limits them.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

bounds() {
	for dir in /tmp /dev/shm; do
		prop "$dir ends at the default" "refused ENOSPC" none "" \
			fill "$dir/big" 80000000
		prop "$dir has room" allowed none "" fill "$dir/big" 30000000
		check_output "$dir ends at --limit tmp" "refused ENOSPC" \
			box --limit tmp=1M -- \
			/workspace/probe fill "$dir/big" 2000000
	done
	prop "the workspace does not end there" allowed user allowed \
		fill ./big 80000000
}

run_ways bounds
test_end
