// SPDX-License-Identifier: ISC
// budget and guard: what stops a run that would go on.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "jail/base/err.h"
#include "src/agent/budget.h"
#include "src/agent/guard.h"

static void
spend(struct budget *b, uint64_t tokens)
{
	const struct model_usage u = {.input_tokens = tokens};

	budget_turn(b);
	budget_spend(b, &u);
}

static void
test_budget(void **state)
{
	static const struct {
		struct policy_budget max;
		uint64_t turns, each, elapsed;
		enum agent_exit want;
	} rows[] = {
	    {{.turns = 0}, 1000, 1000000, 1u << 30, AGENT_EXIT_DONE},
	    {{.turns = 3}, 2, 9, 9, AGENT_EXIT_DONE},
	    {{.turns = 3}, 3, 9, 9, AGENT_EXIT_TURNS},
	    {{.tokens = 100}, 9, 11, 9, AGENT_EXIT_DONE},
	    {{.tokens = 100}, 10, 10, 9, AGENT_EXIT_COST},
	    {{.tokens = 100}, 2, UINT64_MAX, 9, AGENT_EXIT_COST},
	    {{.time_ms = 50}, 9, 9, 49, AGENT_EXIT_DONE},
	    {{.time_ms = 50}, 9, 9, 50, AGENT_EXIT_TIME},
	    {{.turns = 1, .tokens = 1, .time_ms = 1}, 1, 1, 1, AGENT_EXIT_TIME},
	};
	struct budget b;
	uint64_t n;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		budget_begin(&b, &rows[i].max, 1000);
		for (n = 0; n < rows[i].turns; n++)
			spend(&b, rows[i].each);
		assert_int_equal(
		    budget_check(&b, 1000 + rows[i].elapsed), rows[i].want);
		assert_int_equal(budget_deadline(&b),
		    rows[i].max.time_ms != 0 ? 1000 + rows[i].max.time_ms : 0);
	}
}

/* Money is spent by requests, whether a turn came of them or not. */
static void
test_cost(void **state)
{
	const struct policy_budget max = {.cost_micro = 1000000};
	const struct model_usage u = {.output_tokens = 3, .cost_micro = 400000};
	char text[BUDGET_WARNING_MAX];
	struct budget b;

	(void)state;
	budget_begin(&b, &max, 0);
	budget_spend(&b, &u);
	assert_false(budget_warning(&b, 0, text));
	budget_spend(&b, &u);
	assert_int_equal(budget_check(&b, 0), AGENT_EXIT_DONE);
	assert_true(budget_warning(&b, 0, text));
	assert_non_null(strstr(text, "0.80 of 1.00 dollars"));
	assert_false(budget_warning(&b, 0, text));
	budget_spend(&b, &u);
	assert_int_equal(budget_check(&b, 0), AGENT_EXIT_COST);
	assert_int_equal(b.turns, 0);
	assert_int_equal(b.tokens, 9);
	assert_int_equal(b.used.cost_micro, 1200000);
}

/* Each warning once, at four fifths; the last turn has its own. */
static void
test_warnings(void **state)
{
	const struct policy_budget max = {
	    .turns = 10, .tokens = 1000, .time_ms = 10000};
	struct budget b;
	char text[BUDGET_WARNING_MAX];
	int i;

	(void)state;
	budget_begin(&b, &max, 100);
	assert_false(budget_warning(&b, 100, text));
	for (i = 0; i < 7; i++)
		spend(&b, 100);
	assert_false(budget_warning(&b, 8099, text));
	assert_true(budget_warning(&b, 8100, text));
	assert_non_null(strstr(text, "of the time"));
	assert_false(budget_warning(&b, 8200, text));
	spend(&b, 100);
	assert_true(budget_warning(&b, 100, text));
	assert_non_null(strstr(text, "8 of 10 turns"));
	assert_true(budget_warning(&b, 100, text));
	assert_non_null(strstr(text, "800 of 1000 tokens"));
	assert_false(budget_warning(&b, 100, text));
	spend(&b, 0);
	assert_true(budget_warning(&b, 100, text));
	assert_non_null(strstr(text, "the next turn is the last"));
	assert_false(budget_warning(&b, 100, text));
	// Without a budget there is nothing to warn of.
	budget_begin(&b, &(const struct policy_budget){0}, 0);
	for (i = 0; i < 100; i++)
		spend(&b, 100000);
	assert_false(budget_warning(&b, 100000, text));
}

static void
test_same_call(void **state)
{
	struct guard g = {0};
	int i;

	(void)state;
	for (i = 1; i < GUARD_REPEATS; i++) {
		guard_call(&g, "ls", "a", true);
		assert_int_equal(guard_turn(&g), GUARD_FINE);
	}
	guard_call(&g, "ls", "a", true);
	assert_int_equal(guard_turn(&g), GUARD_NUDGE);
	guard_call(&g, "ls", "a", true);
	assert_int_equal(guard_turn(&g), GUARD_STOP);
	guard_free(&g);
}

static void
test_another_call(void **state)
{
	struct guard g = {0};
	int i;

	(void)state;
	for (i = 0; i < 20; i++) { // results differ: something moves
		guard_call(&g, "ls", i % 2 ? "a" : "b", true);
		assert_int_equal(guard_turn(&g), GUARD_FINE);
	}
	for (i = 0; i < 3; i++)
		guard_call(&g, "x", "y", true);
	guard_call(&g, "other", "y", true);
	for (i = 0; i < 3; i++)
		guard_call(&g, "x", "y", true);
	assert_int_equal(guard_turn(&g), GUARD_FINE);
	guard_free(&g);
}

/* Many calls in one turn: the word still has to reach the model. */
static void
test_one_turn(void **state)
{
	struct guard g = {0};
	int i;

	(void)state;
	for (i = 0; i < 50; i++)
		guard_call(&g, "ls", "a", true);
	assert_int_equal(guard_turn(&g), GUARD_NUDGE);
	guard_free(&g);
}

static void
test_claims(void **state)
{
	struct guard g = {0};

	(void)state;
	assert_int_equal(guard_claim(&g), GUARD_FINE);
	assert_int_equal(guard_claim(&g), GUARD_FINE);
	guard_call(&g, "read_file", "x", false); // looking changes nothing
	assert_int_equal(guard_claim(&g), GUARD_STOP);
	guard_free(&g);
	assert_int_equal(guard_claim(&g), GUARD_FINE);
	assert_int_equal(guard_claim(&g), GUARD_FINE);
	guard_call(&g, "write_file", "x", true);
	assert_int_equal(guard_claim(&g), GUARD_FINE);
	guard_free(&g);
}

static void
test_names(void **state)
{
	(void)state;
	assert_string_equal(exit_name(AGENT_EXIT_DONE), "green");
	assert_string_equal(exit_name(AGENT_EXIT_COST), "budget-cost");
	assert_string_equal(exit_name(77), "unknown");
	assert_non_null(exit_sentence(77));
	assert_int_equal(exit_of_error(ERR_REPLAY), 5);
	assert_int_equal(exit_of_error(ERR_REFUSED), 3);
	assert_int_equal(exit_of_error(ERR_MOUNT), 4);
	assert_int_equal(exit_of_error(ERR_SESSION), 11);
	assert_int_equal(exit_of_error(ERR_INTERRUPTED), 130);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_budget),
	    cmocka_unit_test(test_cost),
	    cmocka_unit_test(test_warnings),
	    cmocka_unit_test(test_same_call),
	    cmocka_unit_test(test_another_call),
	    cmocka_unit_test(test_one_turn),
	    cmocka_unit_test(test_claims),
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}
