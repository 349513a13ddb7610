// SPDX-License-Identifier: ISC
// How much may pass: bytes, and bytes a second.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "jail/egress/quota.h"

static struct egress_policy p;
static uint64_t up, down;

static struct quota
fresh(uint64_t most_up, uint64_t rate)
{
	struct quota q = {.count = {&up, &down}};

	up = down = 0;
	p.limit[LIMIT_NET_UP] = most_up;
	p.limit[LIMIT_NET_RATE] = rate;
	quota_limits(&q, &p);
	return q;
}

static void
test_bytes(void **state)
{
	struct quota q = fresh(100, 0);

	(void)state;
	assert_int_equal(quota_room(&q, QUOTA_DOWN, 500, 1), 500);
	assert_int_equal(quota_room(&q, QUOTA_UP, 500, 1), 100);
	quota_count(&q, QUOTA_UP, 60);
	assert_int_equal(quota_room(&q, QUOTA_UP, 500, 1), 40);
	assert_false(quota_spent(&q, QUOTA_UP));
	quota_count(&q, QUOTA_UP, 40);
	assert_true(quota_spent(&q, QUOTA_UP));
	assert_int_equal(quota_room(&q, QUOTA_UP, 500, 1), 0);
	assert_false(quota_spent(&q, QUOTA_DOWN));
	// What was counted stays, whatever the rules say then.
	p.limit[LIMIT_NET_UP] = 150;
	quota_limits(&q, &p);
	assert_int_equal(quota_room(&q, QUOTA_UP, 500, 1), 50);
}

static void
test_rate(void **state)
{
	struct quota q = fresh(0, 1000000);
	uint64_t now = 5000, passed = 0;
	size_t n;

	(void)state;
	for (; now < 15000; now += 7) {
		n = quota_room(
		    &q, now % 2 == 0 ? QUOTA_UP : QUOTA_DOWN, 1 << 20, now);
		quota_count(&q, QUOTA_UP, n);
		passed += n;
	}
	// Ten seconds of it, and what may come at once.
	assert_in_range(passed, 9900000, 10200000);
	// Little is not lost to rounding.
	q = fresh(0, 1024);
	for (passed = 0, now = 5000; now < 105000; now++) {
		n = quota_room(&q, QUOTA_UP, 1 << 20, now);
		quota_count(&q, QUOTA_UP, n);
		passed += n;
	}
	assert_in_range(passed, 100000, 102400 + 20000);
}

static void
test_none(void **state)
{
	struct quota q = fresh(0, 0);

	(void)state;
	assert_int_equal(quota_room(&q, QUOTA_UP, 1 << 20, 1), 1 << 20);
	assert_true(q.connections == UINT64_MAX);
	assert_true(q.names == UINT64_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bytes),
	    cmocka_unit_test(test_rate),
	    cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests_name("quota", tests, NULL, NULL);
}
