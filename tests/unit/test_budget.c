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
spend(struct budget *b, uint64_t input, uint64_t output, uint64_t ms)
{
	const struct model_usage u = {
	    .input_tokens = input, .output_tokens = output, .cost_micro = 1000};

	budget_turn(b, &u, ms);
	budget_spend(b, &u);
}

static void
test_budget(void **state)
{
	static const struct {
		struct policy_budget max;
		uint64_t turns, each, elapsed;
		enum budget_item want;
	} rows[] = {
	    {{0}, 1000, 1000000, 1u << 30, BUDGET__COUNT},
	    {{.turns = 3}, 2, 9, 9, BUDGET__COUNT},
	    {{.turns = 3}, 3, 9, 9, BUDGET_turns},
	    {{.tokens = 100}, 9, 11, 9, BUDGET__COUNT},
	    {{.tokens = 100}, 10, 10, 9, BUDGET_tokens},
	    {{.tokens = 100}, 2, UINT64_MAX, 9, BUDGET_tokens},
	    {{.input = 80}, 10, 10, 9, BUDGET_input},
	    {{.input = 81}, 10, 10, 9, BUDGET__COUNT},
	    {{.output = 20}, 10, 10, 9, BUDGET_output},
	    {{.output = 21}, 10, 10, 9, BUDGET__COUNT},
	    {{.time_ms = 50}, 9, 9, 49, BUDGET__COUNT},
	    {{.time_ms = 50}, 9, 9, 50, BUDGET_time_ms},
	    {{1, 1, 1, 1, 1, 1, 1}, 1, 1, 1, BUDGET_time_ms},
	};
	struct budget b;
	uint64_t n, out;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		budget_begin(&b, &rows[i].max, 1000);
		out = rows[i].each == 10 ? 2 : 1;
		for (n = 0; n < rows[i].turns; n++)
			spend(&b, rows[i].each - out, out, 1);
		assert_int_equal(
		    budget_spent(&b, 1000 + rows[i].elapsed), rows[i].want);
		assert_int_equal(budget_deadline(&b),
		    rows[i].max.time_ms != 0 ? 1000 + rows[i].max.time_ms : 0);
	}
}

/* Each has its name, its status and its sentence. */
static void
test_items(void **state)
{
	static const struct {
		const char *name, *sentence;
		enum agent_exit status;
	} rows[] = {
	    [BUDGET_turns] = {"turns", "of turns", AGENT_EXIT_TURNS},
	    [BUDGET_tokens] = {"tokens", "of tokens", AGENT_EXIT_COST},
	    [BUDGET_time_ms] = {"time", "time budget", AGENT_EXIT_TIME},
	    [BUDGET_cost_micro] = {"cost", "of money", AGENT_EXIT_COST},
	    [BUDGET_calls] = {"tool-calls", "of tool calls", AGENT_EXIT_TURNS},
	    [BUDGET_input] = {"input-tokens", "of input", AGENT_EXIT_COST},
	    [BUDGET_output] = {"output-tokens", "of output", AGENT_EXIT_COST},
	    [BUDGET__COUNT] = {"none", "no budget", AGENT_EXIT_DONE},
	};
	enum budget_item i;

	(void)state;
	for (i = 0; i <= BUDGET__COUNT; i++) {
		assert_string_equal(budget_name(i), rows[i].name);
		assert_non_null(strstr(budget_sentence(i), rows[i].sentence));
		assert_int_equal(budget_exit(i), rows[i].status);
	}
}

/* Calls are counted one by one; what is over is not to be made. */
static void
test_calls(void **state)
{
	struct budget b;
	char text[BUDGET_WARNING_MAX];
	int i;

	(void)state;
	budget_begin(&b, &(const struct policy_budget){.calls = 5}, 0);
	for (i = 0; i < 4; i++)
		assert_true(budget_call(&b));
	assert_true(budget_warning(&b, 0, text));
	assert_non_null(strstr(text, "4 of 5 tool calls are used. Finish"));
	assert_true(budget_call(&b));
	assert_false(budget_call(&b));
	// A turn is left, in which none can be made.
	assert_int_equal(budget_spent(&b, 0), BUDGET__COUNT);
	assert_true(budget_warning(&b, 0, text));
	assert_non_null(strstr(text, "5 of 5 tool calls are used, and the"));
	assert_true(budget_is_last(&b));
	assert_int_equal(budget_spent(&b, 0), BUDGET__COUNT);
	spend(&b, 1, 1, 1);
	assert_int_equal(budget_spent(&b, 0), BUDGET_calls);
	budget_begin(&b, &(const struct policy_budget){0}, 0);
	for (i = 0; i < 1000; i++)
		assert_true(budget_call(&b));
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
	assert_int_equal(budget_spent(&b, 0), BUDGET__COUNT);
	assert_true(budget_warning(&b, 0, text));
	assert_non_null(strstr(text, "0.80 of 1.00 dollars"));
	assert_false(budget_warning(&b, 0, text));
	budget_spend(&b, &u);
	assert_int_equal(budget_spent(&b, 0), BUDGET_cost_micro);
	assert_int_equal(b.turns, 0);
	assert_int_equal(b.tokens, 9);
	assert_int_equal(b.used.cost_micro, 1200000);
}

/* What is left for the next answer, by whichever budget leaves least. */
static void
test_writable(void **state)
{
	static const struct {
		struct policy_budget max;
		uint64_t micro, want;
	} t[] = {
	    {{.turns = 5}, 1000000, 0},
	    {{.cost_micro = 5000000}, 0, 0},
	    // 100 read, 900 written, which cost 100000 in all
	    {{.output = 5000}, 0, 4100},
	    {{.output = 1000}, 0, 500},
	    {{.output = 10}, 0, 500},
	    {{.tokens = 5000}, 0, 3000},
	    {{.cost_micro = 200000}, 15000000, 6666},
	    {{.cost_micro = 200000, .output = 2000}, 15000000, 1100},
	    {{.cost_micro = 90000}, 15000000, 500},
	    {{.cost_micro = UINT64_MAX}, 1, 0},
	};
	const struct model_usage u = {
	    .input_tokens = 100, .output_tokens = 900, .cost_micro = 100000};
	struct budget b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		budget_begin(&b, &t[i].max, 0);
		budget_turn(&b, &u, 1);
		budget_spend(&b, &u);
		assert_int_equal(budget_writable(&b, t[i].micro), t[i].want);
	}
}

/* Each warning once, at four fifths; the last turn has its own. */
static void
test_warnings(void **state)
{
	const struct policy_budget max = {
	    .turns = 10, .tokens = 1100, .time_ms = 10000};
	struct budget b;
	char text[BUDGET_WARNING_MAX];
	int i;

	(void)state;
	budget_begin(&b, &max, 100);
	assert_false(budget_warning(&b, 100, text));
	for (i = 0; i < 7; i++)
		spend(&b, 90, 10, 1);
	assert_false(budget_warning(&b, 8099, text));
	assert_true(budget_warning(&b, 8100, text));
	assert_non_null(strstr(text, "8 of 10 seconds"));
	assert_false(budget_warning(&b, 8200, text));
	spend(&b, 170, 10, 1);
	assert_true(budget_warning(&b, 100, text));
	assert_non_null(strstr(text, "8 of 10 turns"));
	assert_true(budget_warning(&b, 100, text));
	assert_non_null(strstr(text, "880 of 1100 tokens"));
	assert_false(budget_warning(&b, 100, text));
	assert_false(budget_is_last(&b));
	spend(&b, 0, 0, 1);
	assert_true(budget_warning(&b, 100, text));
	assert_non_null(strstr(text, "9 of 10 turns"));
	assert_non_null(strstr(text, "the next turn is the last"));
	assert_true(budget_is_last(&b));
	assert_false(budget_warning(&b, 100, text));
	// Without a budget there is nothing to warn of.
	budget_begin(&b, &(const struct policy_budget){0}, 0);
	for (i = 0; i < 100; i++)
		spend(&b, 50000, 50000, 1);
	assert_false(budget_warning(&b, 100000, text));
}

/*
 * What the next turn needs is judged by the last one, and by what was said
 * since: the one after which nothing is left is told to be the last, while
 * the budget still holds it.
 */
static void
test_foreseen(void **state)
{
	static const struct {
		struct policy_budget max;
		size_t bytes;
		bool last;
	} rows[] = {
	    {{.tokens = 321}, 0, false},
	    {{.tokens = 320}, 0, true}, // 2 * 105 spent, 110 to come
	    {{.tokens = 420}, 300, true}, {{.tokens = 421}, 300, false},
	    {{.input = 305}, 0, true}, // 200 spent, 105 to come
	    {{.input = 306}, 0, false}, {{.output = 15}, 0, true},
	    {{.output = 16}, 0, false}, {{.cost_micro = 3000}, 0, true},
	    {{.cost_micro = 3001}, 0, false},
	    {{.output = 10}, 0, false}, // spent: too late for a word
	};
	struct budget b;
	char text[BUDGET_WARNING_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		budget_begin(&b, &rows[i].max, 0);
		spend(&b, 100, 5, 1);
		spend(&b, 100, 5, 1);
		budget_foresee(&b, rows[i].bytes);
		(void)budget_warning(&b, 0, text);
		assert_int_equal(budget_is_last(&b), rows[i].last);
		if (!rows[i].last)
			continue;
		assert_int_equal(budget_spent(&b, 0), BUDGET__COUNT);
		spend(&b, 0, 0, 1);
		assert_int_equal(budget_spent(&b, 0), b.last_cause);
	}
}

/* Commands leave some time for a word; a slow model needs more of it. */
static void
test_time_left(void **state)
{
	struct budget b;
	char text[BUDGET_WARNING_MAX];

	(void)state;
	budget_begin(&b, &(const struct policy_budget){.time_ms = 10000}, 500);
	assert_int_equal(budget_deadline(&b), 10500);
	assert_int_equal(budget_work_deadline(&b), 9500);
	spend(&b, 1, 1, 10);
	assert_true(budget_warning(&b, 9499, text));
	assert_false(budget_is_last(&b));
	assert_true(budget_warning(&b, 9500, text));
	assert_true(budget_is_last(&b));
	assert_int_equal(b.last_cause, BUDGET_time_ms);
	budget_begin(&b, &(const struct policy_budget){.time_ms = 10000}, 0);
	spend(&b, 1, 1, 1000);
	assert_true(budget_warning(&b, 8000, text));
	assert_true(budget_is_last(&b));
	// One slow turn does not end it when most of the time is there.
	budget_begin(&b, &(const struct policy_budget){.time_ms = 10000}, 0);
	spend(&b, 1, 1, 7000);
	assert_false(budget_warning(&b, 7400, text));
	// An hour keeps a minute, not six.
	budget_begin(&b, &(const struct policy_budget){.time_ms = 3600000}, 0);
	assert_int_equal(budget_work_deadline(&b), 3540000);
	budget_begin(&b, &(const struct policy_budget){0}, 7);
	assert_int_equal(budget_work_deadline(&b), 0);
}

static void
call(struct guard *g, const char *words, const char *result, bool changes)
{
	const struct guard_call c = {words, result, words, false, changes};

	guard_call(g, &c);
}

static void
fails(struct guard *g, const char *words, const char *result)
{
	const struct guard_call c = {words, result, words, true, false};

	guard_call(g, &c);
}

static void
test_same_call(void **state)
{
	struct guard g = {0};
	int i;

	(void)state;
	for (i = 1; i < GUARD_REPEATS; i++) {
		call(&g, "ls", "a", true);
		assert_int_equal(guard_turn(&g, true), GUARD_FINE);
	}
	call(&g, "ls", "a", true);
	assert_int_equal(guard_turn(&g, true), GUARD_NUDGE);
	call(&g, "ls", "a", true);
	assert_int_equal(guard_turn(&g, true), GUARD_STOP);
	guard_free(&g);
}

static void
test_another_call(void **state)
{
	struct guard g = {0};
	int i;

	(void)state;
	for (i = 0; i < 20; i++) { // results differ: something moves
		call(&g, "ls", i % 2 ? "a" : "b", true);
		assert_int_equal(guard_turn(&g, true), GUARD_FINE);
	}
	for (i = 0; i < 3; i++)
		call(&g, "x", "y", true);
	call(&g, "other", "y", true);
	for (i = 0; i < 3; i++)
		call(&g, "x", "y", true);
	assert_int_equal(guard_turn(&g, true), GUARD_FINE);
	guard_free(&g);
}

/* Two or three calls in turn: told after three times, ended by the next. */
static void
test_alternation(void **state)
{
	static const char *const two[] = {"a", "b"};
	static const char *const three[] = {"a", "b", "c"};
	struct guard g = {0};
	int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		call(&g, two[i % 2], "r", true);
		assert_int_equal(guard_turn(&g, true), GUARD_FINE);
	}
	call(&g, two[i++ % 2], "r", true);
	assert_int_equal(guard_turn(&g, true), GUARD_NUDGE);
	assert_int_equal(g.circle, GUARD_ALTERNATION);
	call(&g, two[i % 2], "r", true);
	assert_int_equal(guard_turn(&g, true), GUARD_STOP);
	guard_free(&g);
	for (i = 0; i < 8; i++) {
		call(&g, three[i % 3], "r", true);
		assert_int_equal(guard_turn(&g, true), GUARD_FINE);
	}
	call(&g, three[i % 3], "r", true);
	assert_int_equal(guard_turn(&g, true), GUARD_NUDGE);
	assert_int_equal(g.circle, GUARD_ALTERNATION);
	// Something else that gets on makes it as good as new.
	call(&g, "d", "r", true);
	assert_int_equal(guard_turn(&g, true), GUARD_FINE);
	for (i = 0; i < 5; i++)
		call(&g, two[i % 2], "r", true);
	assert_int_equal(guard_turn(&g, true), GUARD_FINE);
	call(&g, two[i % 2], "r", true);
	assert_int_equal(guard_turn(&g, true), GUARD_NUDGE);
	guard_free(&g);
	// Mending and testing: what is mended differs.
	for (i = 0; i < 20; i++) {
		call(&g, i % 2 ? "test" : (char[]){'a' + i, 0}, "r", true);
		assert_int_equal(guard_turn(&g, true), GUARD_FINE);
	}
	guard_free(&g);
}

/* One error whatever is tried; numbers in it do not make it another. */
static void
test_same_error(void **state)
{
	static const char *const errors[] = {"line 1: no cc", "line 2: no cc",
	    "line 10: no cc", "line 7: no cc", "line 3: no cc"};
	static const char *const calls[] = {"a", "b", "c", "d", "e", "f"};
	struct guard g = {0};
	int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		fails(&g, calls[i], errors[i]);
		assert_int_equal(guard_turn(&g, false), GUARD_FINE);
	}
	fails(&g, calls[i], errors[i]);
	assert_int_equal(guard_turn(&g, false), GUARD_NUDGE);
	assert_int_equal(g.circle, GUARD_ERROR);
	fails(&g, calls[5], errors[0]);
	assert_int_equal(guard_turn(&g, false), GUARD_STOP);
	guard_free(&g);
	// A call that succeeds in between, or another error: it moves.
	for (i = 0; i < 10; i++) {
		if (i % 5 == 4)
			call(&g, calls[i % 3], errors[0], false);
		else
			fails(&g, calls[i % 6], errors[0]);
		assert_int_equal(guard_turn(&g, false), GUARD_FINE);
	}
	guard_free(&g);
	for (i = 0; i < 10; i++) {
		fails(&g, calls[i % 6],
		    "(no output)\n[exit status 1]"); // searches
		assert_int_equal(guard_turn(&g, false), GUARD_FINE);
	}
	guard_free(&g);
}

static void
test_no_progress(void **state)
{
	struct guard g = {0};
	char name[2] = "a";
	unsigned i;

	(void)state;
	for (i = 1; i <= GUARD_IDLE_MAX; i++, name[0]++) {
		call(&g, name, "r", false);
		assert_int_equal(
		    guard_turn(&g, false), i == GUARD_IDLE_MAX ? GUARD_STOP
					   : i == GUARD_IDLE   ? GUARD_NUDGE
							       : GUARD_FINE);
	}
	assert_int_equal(g.circle, GUARD_NO_PROGRESS);
	guard_free(&g);
	for (i = 1; i <= 3 * GUARD_IDLE_MAX; i++) {
		name[0] = (char)('a' + i % 20);
		call(&g, name, "r", false);
		assert_int_equal(
		    guard_turn(&g, i % GUARD_IDLE == 0), GUARD_FINE);
	}
	guard_free(&g);
}

/* What was tried, the oldest first, each once. */
static void
test_tried(void **state)
{
	struct guard g = {0};
	struct text t = {0};
	char name[] = "a";
	int i;

	(void)state;
	guard_tried(&g, &t);
	assert_string_equal(text_of(&t), "");
	call(&g, "a", "r", false);
	call(&g, "b", "r", false);
	call(&g, "a", "other", false);
	call(&g, "c", "r", false);
	guard_tried(&g, &t);
	assert_string_equal(t.p, "- a (2 times)\n- b\n- c\n");
	t.len = 0;
	for (i = 0; i < 20; i++, name[0]++)
		call(&g, name, "r", false);
	guard_tried(&g, &t);
	assert_memory_equal(t.p, "- e\n- f\n", 8);
	assert_int_equal(t.len, 4 * GUARD_KEPT);
	text_free(&t);
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
		call(&g, "ls", "a", true);
	assert_int_equal(guard_turn(&g, true), GUARD_NUDGE);
	guard_free(&g);
}

static void
test_claims(void **state)
{
	struct guard g = {0};

	(void)state;
	assert_int_equal(guard_claim(&g), GUARD_FINE);
	assert_int_equal(guard_claim(&g), GUARD_FINE);
	call(&g, "read_file", "x", false); // looking changes nothing
	assert_int_equal(guard_claim(&g), GUARD_STOP);
	guard_free(&g);
	assert_int_equal(guard_claim(&g), GUARD_FINE);
	assert_int_equal(guard_claim(&g), GUARD_FINE);
	call(&g, "write_file", "x", true);
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
	    cmocka_unit_test(test_items),
	    cmocka_unit_test(test_cost),
	    cmocka_unit_test(test_writable),
	    cmocka_unit_test(test_calls),
	    cmocka_unit_test(test_warnings),
	    cmocka_unit_test(test_foreseen),
	    cmocka_unit_test(test_time_left),
	    cmocka_unit_test(test_same_call),
	    cmocka_unit_test(test_another_call),
	    cmocka_unit_test(test_alternation),
	    cmocka_unit_test(test_same_error),
	    cmocka_unit_test(test_no_progress),
	    cmocka_unit_test(test_tried),
	    cmocka_unit_test(test_one_turn),
	    cmocka_unit_test(test_claims),
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}
