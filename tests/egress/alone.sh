#!/bin/sh
# SPDX-License-Identifier: ISC
# A broker by itself: it holds no capability, root's neither; and an agent that
# goes away, while the watcher keeps its channel, costs it no time.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

TEST_ALSO="stockade-egress ${TEST_ALSO-}"
test_begin
said=$(python3 "$top_srcdir/tests/egress/alone.py" \
	"$BIN/stockade-egress") || bail "the broker: $said"
check_match "no process of it holds a capability" "caps 0+" \
	echo "$said"
ticks=$(echo "$said" | sed -n 's/^ticks //p')
check "without its agent it waits, and does not turn" [ "$ticks" -lt 20 ]
test_end
