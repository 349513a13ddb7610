#!/bin/sh
# SPDX-License-Identifier: ISC
# Many boxes with gates and brokers, one after the other and at once: nothing
# is left of them, no network namespace either.
TEST_ALSO=stockade-egress \
	CHURN_NET=1 \
	exec sh "${top_srcdir:?}/tests/integration/churn.sh"
