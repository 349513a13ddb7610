// SPDX-License-Identifier: ISC
// meter: totals of a command and of a sandbox, and how long a rate makes wait.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include "src/box/meter.h"

/* A sandbox of which only the limits are asked. */
static uint64_t limit[LIMIT__COUNT], counted;

uint64_t
box_limit(const struct box *b, enum spec_limit which)
{
	(void)b;
	return limit[which];
}

uint64_t
box_count_output(struct box *b, uint64_t n)
{
	(void)b;
	return counted += n;
}

static void
test_totals(void **state)
{
	struct meter m;

	(void)state;
	memset(limit, 0, sizeof(limit));
	counted = 0;
	meter_start(&m, NULL);
	assert_false(meter_count(&m, 1 << 30));
	limit[LIMIT_OUTPUT] = 100;
	meter_start(&m, NULL);
	assert_false(meter_count(&m, 100));
	assert_true(meter_count(&m, 1));
	assert_int_equal(m.hit, LIMIT_OUTPUT);
	assert_false(meter_count(&m, 1)); // it is being killed already
	assert_int_equal(m.total, 102);
	// The sandbox's counts on where the command's begins anew.
	limit[LIMIT_OUTPUT] = 0;
	limit[LIMIT_SESSION_OUTPUT] = 100;
	counted = 0;
	meter_start(&m, NULL);
	assert_false(meter_count(&m, 60));
	meter_start(&m, NULL);
	assert_false(meter_count(&m, 40));
	assert_true(meter_count(&m, 1));
	assert_int_equal(m.hit, LIMIT_SESSION_OUTPUT);
}

static uint64_t
ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* Reads all that it may, pieces of size, for half a second. */
static uint64_t
read_for_half_a_second(size_t size)
{
	const uint64_t end = ms() + 500;
	struct meter m;
	size_t n;
	int wait;

	meter_start(&m, NULL);
	while (ms() < end) {
		n = meter_room(&m, size, &wait);
		assert_true(n <= size);
		if (n > 0) {
			assert_int_equal(wait, -1);
			assert_false(meter_count(&m, n));
		} else {
			assert_true(wait > 0);
			poll(NULL, 0, wait);
		}
	}
	return m.total;
}

static void
test_rate(void **state)
{
	static const struct {
		uint64_t rate;
		size_t size;
	} rows[] = {{1000000, 65536}, {100000, 7}, {20, 65536},
	    {UINT64_C(1) << 50, 4096}};
	uint64_t n;
	size_t i;

	(void)state;
	memset(limit, 0, sizeof(limit));
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		limit[LIMIT_OUTPUT_RATE] = rows[i].rate;
		n = read_for_half_a_second(rows[i].size);
		// Half a second's, and what may be saved up; a busy machine may
		// keep us from reading, but never makes it more.
		if (n > rows[i].rate / 2 + rows[i].rate / 10 + 2)
			fail_msg("%llu bytes at %llu a second",
			    (unsigned long long)n,
			    (unsigned long long)rows[i].rate);
		assert_true(n >= 3);
	}
	limit[LIMIT_OUTPUT_RATE] = 0;
}

static void
test_slowest(void **state)
{
	struct meter m;
	int wait;

	(void)state;
	limit[LIMIT_OUTPUT_RATE] = 1;
	meter_start(&m, NULL);
	assert_int_equal(meter_room(&m, 10, &wait), 1);
	assert_false(meter_count(&m, 1));
	assert_int_equal(meter_room(&m, 10, &wait), 0);
	assert_true(wait > 0 && wait <= 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_totals),
	    cmocka_unit_test(test_rate),
	    cmocka_unit_test(test_slowest),
	};

	return cmocka_run_group_tests_name("meter", tests, NULL, NULL);
}
