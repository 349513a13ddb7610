// SPDX-License-Identifier: ISC
// enforce: what holds each limit on hosts of every kind.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "jail/enforce.h"
#include "jail/wire/wire.h"

static uint64_t limit[LIMIT__COUNT];
static uint32_t by[LIMIT__COUNT];

static void
ask_for_all(void)
{
	int i;

	for (i = 0; i < LIMIT__COUNT; i++)
		limit[i] = spec_limit_info((enum spec_limit)i)->max;
}

static void
test_nothing_asked(void **state)
{
	const struct enforce_host all = {true, true, true, false};
	int i;

	(void)state;
	for (i = 0; i < LIMIT__COUNT; i++) {
		limit[i] = 0;
		by[i] = WIRE_BY__COUNT;
	}
	enforce_plan(&all, limit, by);
	for (i = 0; i < LIMIT__COUNT; i++)
		assert_int_equal(by[i], WIRE_BY_NONE);
}

static void
test_controllers(void **state)
{
	const struct enforce_host all = {true, true, true, false};
	const struct enforce_host none = {0};
	const struct enforce_host root = {.uncounted = true};

	(void)state;
	ask_for_all();
	enforce_plan(&all, limit, by);
	assert_int_equal(by[LIMIT_MEMORY], WIRE_BY_CGROUP);
	assert_int_equal(by[LIMIT_PIDS], WIRE_BY_CGROUP);
	assert_int_equal(by[LIMIT_FSIZE], WIRE_BY_RLIMIT);
	assert_int_equal(by[LIMIT_TMP], WIRE_BY_KERNEL);
	enforce_plan(&none, limit, by);
	assert_int_equal(by[LIMIT_MEMORY], WIRE_BY_WATCHDOG);
	assert_int_equal(by[LIMIT_PIDS], WIRE_BY_RLIMIT);
	enforce_plan(&root, limit, by);
	assert_int_equal(by[LIMIT_PIDS], WIRE_BY_MISSING);
}

/* The defaults must be enforced by something wherever a box can stand. */
static void
test_defaults(void **state)
{
	const struct enforce_host none = {0};
	struct spec spec;
	int i;

	(void)state;
	spec_init(&spec);
	enforce_plan(&none, spec.limit, by);
	for (i = 0; i < LIMIT__COUNT; i++)
		assert_true(by[i] != WIRE_BY_MISSING);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_nothing_asked),
	    cmocka_unit_test(test_controllers),
	    cmocka_unit_test(test_defaults),
	};

	return cmocka_run_group_tests_name("enforce", tests, NULL, NULL);
}
