// SPDX-License-Identifier: ISC
// enforce: what holds each limit on hosts of every kind.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "jail/cgroup.h"
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

#define ALL (CGROUP_MEMORY | CGROUP_PIDS | CGROUP_CPU | CGROUP_IO)

static const struct enforce_host full = {
    .cgroup = true, .freezer = true, .has = ALL, .gate = true};
static const struct enforce_host hybrid = {.cgroup = true, .freezer = true};
static const struct enforce_host bare = {0};
static const struct enforce_host root = {.uncounted = true};

static void
test_nothing_asked(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < LIMIT__COUNT; i++) {
		limit[i] = 0;
		by[i] = WIRE_BY__COUNT;
	}
	enforce_plan(&full, limit, by);
	for (i = 0; i < LIMIT__COUNT; i++)
		assert_int_equal(by[i], WIRE_BY_NONE);
}

static void
test_hosts(void **state)
{
	enum {
		NO = WIRE_BY_MISSING,
		NN = WIRE_BY_NONE,
		BR = WIRE_BY_BROKER,
		CG = WIRE_BY_CGROUP,
		RL = WIRE_BY_RLIMIT,
		WD = WIRE_BY_WATCHDOG,
		KE = WIRE_BY_KERNEL
	};
	static const struct {
		enum spec_limit limit;
		uint32_t full, hybrid, bare, root;
	} rows[] = {
	    {LIMIT_TIME, WD, WD, WD, WD},
	    {LIMIT_CPU_TIME, WD, WD, WD, WD},
	    {LIMIT_CPU, CG, WD, NO, NO},
	    {LIMIT_CPU_WEIGHT, CG, NO, NO, NO},
	    {LIMIT_MEMORY, CG, WD, WD, WD},
	    {LIMIT_PIDS, CG, RL, RL, WD},
	    {LIMIT_FSIZE, RL, RL, RL, RL},
	    {LIMIT_NOFILE, RL, RL, RL, RL},
	    {LIMIT_IO_RATE, CG, WD, NO, NO},
	    {LIMIT_DISK, WD, WD, WD, WD},
	    {LIMIT_OUTPUT, WD, WD, WD, WD},
	    {LIMIT_OUTPUT_RATE, WD, WD, WD, WD},
	    {LIMIT_TMP, KE, KE, KE, KE},
	    {LIMIT_SESSION_TIME, WD, WD, WD, WD},
	    {LIMIT_SESSION_CPU_TIME, WD, WD, WD, WD},
	    {LIMIT_SESSION_CPU, CG, WD, NO, NO},
	    {LIMIT_SESSION_MEMORY, CG, WD, WD, WD},
	    {LIMIT_SESSION_PIDS, CG, RL, RL, WD},
	    {LIMIT_SESSION_DISK, WD, WD, WD, WD},
	    {LIMIT_SESSION_OUTPUT, WD, WD, WD, WD},
	    {LIMIT_BACKGROUND, WD, WD, WD, WD},
	    {LIMIT_NET_CONNECTIONS, BR, NN, NN, NN},
	    {LIMIT_NET_NAMES, BR, NN, NN, NN},
	    {LIMIT_NET_UP, BR, NN, NN, NN},
	    {LIMIT_NET_DOWN, BR, NN, NN, NN},
	    {LIMIT_NET_RATE, BR, NN, NN, NN},
	};
	size_t i;

	(void)state;
	ask_for_all();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(rows[i].limit, i);
		enforce_plan(&full, limit, by);
		assert_int_equal(by[i], rows[i].full);
		enforce_plan(&hybrid, limit, by);
		assert_int_equal(by[i], rows[i].hybrid);
		enforce_plan(&bare, limit, by);
		assert_int_equal(by[i], rows[i].bare);
		enforce_plan(&root, limit, by);
		assert_int_equal(by[i], rows[i].root);
	}
	assert_int_equal(i, LIMIT__COUNT);
}

static void
test_weight(void **state)
{
	(void)state;
	limit[LIMIT_CPU_WEIGHT] = 100;
	enforce_plan(&full, limit, by);
	assert_int_equal(by[LIMIT_CPU_WEIGHT], WIRE_BY_KERNEL);
	limit[LIMIT_CPU_WEIGHT] = 50;
	enforce_plan(&full, limit, by);
	assert_int_equal(by[LIMIT_CPU_WEIGHT], WIRE_BY_CGROUP);
	enforce_plan(&bare, limit, by);
	assert_int_equal(by[LIMIT_CPU_WEIGHT], WIRE_BY_KERNEL);
	limit[LIMIT_CPU_WEIGHT] = 101;
	enforce_plan(&hybrid, limit, by);
	assert_int_equal(by[LIMIT_CPU_WEIGHT], WIRE_BY_MISSING);
}

/* The defaults must be enforced by something wherever a box can stand. */
static void
test_defaults(void **state)
{
	struct spec spec;
	int i;

	(void)state;
	spec_init(&spec);
	enforce_plan(&bare, spec.limit, by);
	for (i = 0; i < LIMIT__COUNT; i++)
		assert_true(by[i] != WIRE_BY_MISSING);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_nothing_asked),
	    cmocka_unit_test(test_hosts),
	    cmocka_unit_test(test_weight),
	    cmocka_unit_test(test_defaults),
	};

	return cmocka_run_group_tests_name("enforce", tests, NULL, NULL);
}
