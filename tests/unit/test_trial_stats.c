// SPDX-License-Identifier: ISC
// stats and outcome: medians, shares, flips; events read as they come.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "src/trial/outcome.h"
#include "src/trial/stats.h"

static void
medians(void **state)
{
	double odd[] = {9, 1, 5}, even[] = {4, 1, 3, 2}, one[] = {7};
	double same[] = {2, 2, 2, 2}, far[] = {0, 1e9};

	(void)state;
	assert_true(stats_median(NULL, 0) == -1);
	assert_true(stats_median(one, 1) == 7);
	assert_true(stats_median(odd, 3) == 5);
	assert_true(stats_median(even, 4) == 2.5);
	assert_true(stats_median(same, 4) == 2);
	assert_true(stats_median(far, 2) == 5e8);
}

static void
percents(void **state)
{
	(void)state;
	assert_int_equal(stats_percent(0, 0), -1);
	assert_int_equal(stats_percent(0, 5), 0);
	assert_int_equal(stats_percent(5, 5), 100);
	// Not all is never told as all.
	assert_int_equal(stats_percent(999, 1000), 99);
	assert_int_equal(stats_percent(1, 1000), 0);
}

static struct outcome
made(bool passed, uint64_t green_ms, const char *digest)
{
	struct outcome o = {.done = true,
	    .ended = true,
	    .passed = passed,
	    .got_green = passed,
	    .green_ms = green_ms,
	    .turns = green_ms / 100,
	    .calls = 4,
	    .calls_failed = passed ? 0 : 1,
	    .tokens_in = 10,
	    .tokens_out = 3,
	    .priced = passed,
	    .cost_micro = passed ? 250 : 0};

	snprintf(o.digest, sizeof(o.digest), "%s", digest);
	return o;
}

static void
of_a_task(void **state)
{
	const struct outcome o[] = {made(true, 300, "a"), made(false, 900, "b"),
	    made(true, 100, "a"), made(true, 200, "c"), made(false, 0, "")};
	struct figures f;

	(void)state;
	stats_task(&f, o, 5);
	assert_int_equal(f.runs, 5);
	assert_int_equal(f.passed, 3);
	// Of those that passed alone.
	assert_true(f.green_ms == 200);
	assert_true(f.turns == 2);
	assert_int_equal(f.calls, 20);
	assert_int_equal(f.calls_failed, 2);
	assert_int_equal(f.tokens_in, 50);
	assert_int_equal(f.tokens_out, 15);
	assert_int_equal(f.cost_micro, 750);
	assert_int_equal(f.priced, 3);
	assert_int_equal(f.flips, 3);
	assert_int_equal(f.flaky, 1);
	assert_int_equal(f.same, 2);
}

static void
steady(void **state)
{
	const struct outcome all[] = {made(true, 1, "a"), made(true, 2, "a")};
	const struct outcome none[] = {made(false, 1, ""), made(false, 2, "")};
	struct figures f;

	(void)state;
	stats_task(&f, all, 2);
	assert_int_equal(f.flips, 0);
	assert_int_equal(f.flaky, 0);
	assert_int_equal(f.same, 2);
	stats_task(&f, none, 2);
	assert_int_equal(f.flips, 0);
	assert_int_equal(f.flaky, 0);
	assert_true(f.green_ms == -1);
	// No difference is known: none is the same as another.
	assert_int_equal(f.same, 0);
}

/* Where one task ends and the next begins nothing flips. */
static void
of_all(void **state)
{
	const struct outcome o[] = {made(true, 100, "a"), made(true, 200, "a"),
	    made(false, 0, "b"), made(false, 0, "c"), made(true, 400, "d"),
	    made(false, 0, "d")};
	struct figures f;

	(void)state;
	stats_all(&f, o, 3, 2);
	assert_int_equal(f.runs, 6);
	assert_int_equal(f.passed, 3);
	assert_int_equal(f.flips, 1);
	assert_int_equal(f.flaky, 1);
	assert_int_equal(f.same, 5);
	assert_true(f.green_ms == 200);
}

static void
event(struct outcome *o, const char *line)
{
	outcome_event(o, line, strlen(line));
}

static void
events(void **state)
{
	struct outcome o = {.done = false};

	(void)state;
	event(&o, "{\"type\":\"tool_result\",\"is_error\":false}");
	event(&o, "{\"type\":\"tool_result\",\"is_error\":true}");
	// Red tests are no failure of the tool.
	event(&o, "{\"type\":\"tool_result\",\"is_error\":true,"
		  "\"tests_passed\":false}");
	event(&o, "{\"type\":\"tool_resultant\",\"is_error\":true}");
	event(&o, "{\"type\":\"end\",\"reason\":\"green\",\"turns\":3,"
		  "\"tests_green\":true,\"time_to_green_ms\":70,"
		  "\"wall_ms\":90,\"gen_ai.usage.input_tokens\":11,"
		  "\"gen_ai.usage.output_tokens\":5,\"cost_usd\":0.000042}");
	outcome_exit(&o, 0);
	assert_int_equal(o.calls, 3);
	assert_int_equal(o.calls_failed, 1);
	assert_string_equal(o.reason, "green");
	assert_int_equal(o.turns, 3);
	assert_int_equal(o.green_ms, 70);
	assert_int_equal(o.tokens_in, 11);
	assert_int_equal(o.tokens_out, 5);
	assert_true(o.priced);
	assert_int_equal(o.cost_micro, 42);
	assert_true(o.passed);
	outcome_free(&o);
}

/* What is no event, or is cut off, says nothing and breaks nothing. */
static void
bad_events(void **state)
{
	static const char *const rows[] = {"", "{", "null", "{\"type\":\"end\"",
	    "{\"type\":\"end\",\"turns\":", "{\"type\":\"end\",\"reason\":}",
	    "[\"type\",\"end\"]", "\"type\":\"end\",\"tests_green\":true}"};
	struct outcome o = {.done = false};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		event(&o, rows[i]);
	assert_false(o.ended);
	// A status of 0 without an end that tells of green is none.
	outcome_exit(&o, 0);
	assert_false(o.passed);
	outcome_exit(&o, 9);
	assert_int_equal(o.status, 128 + 9);
	event(&o, "{\"type\":\"end\",\"reason\":null,\"turns\":-4,"
		  "\"cost_usd\":-1,\"tests_green\":true}");
	outcome_exit(&o, 1 << 8);
	assert_false(o.passed);
	assert_int_equal(o.cost_micro, 0);
	outcome_free(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(medians),
	    cmocka_unit_test(percents),
	    cmocka_unit_test(of_a_task),
	    cmocka_unit_test(steady),
	    cmocka_unit_test(of_all),
	    cmocka_unit_test(events),
	    cmocka_unit_test(bad_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
