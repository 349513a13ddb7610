// SPDX-License-Identifier: ISC
// result: two messages made one, and limits in the order they were reached.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "src/box/result.h"

#define BIT(limit) (UINT64_C(1) << (limit))

static void
test_first(void **state)
{
	static const struct {
		uint64_t pid1;	 // its hits
		uint32_t first;	 // its first, and 1
		uint64_t helper; // its hits
		uint32_t want;	 // the first of all, and 1
		bool timed_out, oom_killed;
	} rows[] = {
	    {0, 0, 0, 0, false, false},
	    {BIT(LIMIT_TIME), LIMIT_TIME + 1, 0, LIMIT_TIME + 1, true, false},
	    {BIT(LIMIT_SESSION_TIME), LIMIT_SESSION_TIME + 1, 0,
		LIMIT_SESSION_TIME + 1, true, false},
	    {0, 0, BIT(LIMIT_MEMORY), LIMIT_MEMORY + 1, false, true},
	    {0, 0, BIT(LIMIT_SESSION_MEMORY), LIMIT_SESSION_MEMORY + 1, false,
		true},
	    // A refused fork kills nobody: it came before what killed.
	    {BIT(LIMIT_TIME), LIMIT_TIME + 1, BIT(LIMIT_PIDS), LIMIT_PIDS + 1,
		true, false},
	    {0, 0, BIT(LIMIT_PIDS) | BIT(LIMIT_MEMORY), LIMIT_PIDS + 1, false,
		true},
	    // Pid 1 saw what was first of its own, whatever the numbers are.
	    {BIT(LIMIT_TIME) | BIT(LIMIT_DISK), LIMIT_DISK + 1, 0,
		LIMIT_DISK + 1, true, false},
	    {BIT(LIMIT_CPU_TIME), LIMIT_CPU_TIME + 1, BIT(LIMIT_MEMORY),
		LIMIT_CPU_TIME + 1, false, true},
	};
	struct wire_exited x = {0};
	struct wire_usage u = {0};
	struct box_result r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		x.hits = rows[i].pid1;
		x.first = rows[i].first;
		u.hits = rows[i].helper;
		result_fill(&r, &x, &u);
		assert_int_equal(r.first, rows[i].want);
		assert_true(r.hits == (x.hits | u.hits));
		assert_int_equal(r.timed_out, rows[i].timed_out);
		assert_int_equal(r.oom_killed, rows[i].oom_killed);
	}
}

static void
test_own(void **state)
{
	struct wire_exited x = {.exit_code = -1, .signal = 9};
	struct wire_usage u = {.oom_killed = 2};
	struct box_result r;

	(void)state;
	result_fill(&r, &x, &u);
	assert_int_equal(r.exit_code, -1);
	assert_int_equal(r.signal, 9);
	// The host's own need: no limit of ours.
	assert_true(r.oom_killed && r.hits == 0 && r.first == 0);
	box_note_hit(&r, LIMIT_OUTPUT);
	assert_true(box_hit(&r, LIMIT_OUTPUT) && !box_hit(&r, LIMIT_TIME));
	assert_int_equal(r.first, LIMIT_OUTPUT + 1);
	box_note_hit(&r, LIMIT_TIME);
	assert_int_equal(r.first, LIMIT_OUTPUT + 1);
}

static void
test_usage(void **state)
{
	struct wire_exited x = {
	    .wall_usec = 5999, .used = {3000, 4000, 100, 512, 1024, 2, 0}};
	struct wire_usage u = {.used = {2000, 9000, 50, 0, 4096, 0, 0}};
	struct box_result r;

	(void)state;
	result_fill(&r, &x, &u);
	assert_int_equal(r.usage.wall_ms, 5);
	// Both from the one that counted more.
	assert_int_equal(r.usage.cpu_user_ms, 2);
	assert_int_equal(r.usage.cpu_system_ms, 9);
	// The cgroup's, if it has one.
	assert_int_equal(r.usage.memory_peak, 50);
	assert_int_equal(r.usage.io_read, 512);
	assert_int_equal(r.usage.io_written, 4096);
	assert_int_equal(r.usage.pids_peak, 2);
	u.used.memory_peak = 0;
	result_fill(&r, &x, &u);
	assert_int_equal(r.usage.memory_peak, 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_first),
	    cmocka_unit_test(test_own),
	    cmocka_unit_test(test_usage),
	};

	return cmocka_run_group_tests_name("result", tests, NULL, NULL);
}
