// SPDX-License-Identifier: ISC
// round, act: what comes of a turn's calls: circles, and tests that nobody
// asked for.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "tests/unit/fake_run.h"

/* Each circle has its word, with what was tried, and then its end. */
static void
test_circles(void **state)
{
	static const char *const turn_about[] = {READ("a"), READ("b"),
	    READ("a"), READ("b"), READ("a"), READ("b"), READ("a"), READ("b"),
	    NULL};
	static const char *const errors[] = {"[" CALL("1", "nix", "{}") "]",
	    "[" CALL("1", "nix", "{\"a\":1}") "]",
	    "[" CALL("1", "nix", "{\"b\":1}") "]",
	    "[" CALL("1", "nix", "{\"c\":1}") "]",
	    "[" CALL("1", "nix", "{\"d\":1}") "]",
	    "[" CALL("1", "nix", "{\"e\":1}") "]", NULL};
	static const struct {
		const char *const *words;
		const char *why, *tried;
		uint64_t turns;
	} rows[] = {
	    {turn_about, "follow each other", "- read_file b: ", 7},
	    {errors, "the same error", "- nix: no such tool (5 times)", 6},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (i > 0)
			end(state), begin(state);
		fake_put("a", "a\n");
		fake_put("b", "b\n");
		assert_int_equal(go(rows[i].words, NULL), AGENT_EXIT_LOOP);
		assert_non_null(strstr(why.text, rows[i].why));
		assert_int_equal(run.budget.turns, rows[i].turns);
		assert_non_null(strstr(json_of(run.messages), rows[i].why));
		assert_non_null(strstr(json_of(run.messages), rows[i].tried));
	}
}

/* Looking on and on is none, either. Nor does it matter without a test. */
static void
test_no_progress(void **state)
{
	static char room[GUARD_IDLE_MAX + 2][80];
	const char *words[GUARD_IDLE_MAX + 2];
	char name[24];
	size_t i;

	(void)state;
	for (i = 0; i <= GUARD_IDLE_MAX; i++) {
		snprintf(room[i], sizeof(room[i]), READ("%zu"), i);
		words[i] = room[i];
		snprintf(name, sizeof(name), "%zu", i);
		fake_put(name, "one\n");
	}
	words[i] = NULL;
	assert_int_equal(go(words, NULL), AGENT_EXIT_LOOP);
	assert_int_equal(run.budget.turns, GUARD_IDLE_MAX);
	assert_non_null(strstr(why.text, "no file changed"));
	assert_non_null(strstr(json_of(run.messages), "no file changed"));
	end(state);
	begin(state);
	config.no_test = true;
	for (i = 0; i <= GUARD_IDLE_MAX; i++) {
		snprintf(name, sizeof(name), "%zu", i);
		fake_put(name, "one\n");
	}
	assert_int_equal(
	    go(words + 1, &(struct policy_budget){.turns = GUARD_IDLE_MAX}),
	    AGENT_EXIT_TURNS);
}

/* The tests are run after a turn that changed files, and only then. */
static void
test_each(void **state)
{
	static const char *const words[] = {WRITE("a"), READ("a"),
	    "[" CALL("1", "bash", "{\"command\":\"true\"}") "]", WRITE("a"),
	    "[" CALL("1", "write_file",
		"{\"path\":\"b\",\"content\":\"x\"}") "," CALL("2", "run_tests",
		"{}") "]",
	    WRITE("fixed"), TEXT("done."), NULL};
	uint64_t slow;

	(void)state;
	config.test_each = CONFIG_TEST_ALWAYS;
	assert_int_equal(go(words, NULL), AGENT_EXIT_DONE);
	assert_string_equal(whys_of("test_run"), "start edit edit confirm ");
	assert_non_null(strstr(json_of(run.messages),
	    "[The tests were run on what you changed, and fail: "));
	assert_non_null(strstr(json_of(run.messages),
	    "[The tests were run on what you changed, and pass."));
	for (slow = 0; slow < 2; slow++) {
		end(state);
		begin(state);
		config.test_each = CONFIG_TEST_AUTO;
		fake_capture.result.usage.wall_ms = 9999 + slow;
		assert_int_equal(go(words, NULL), AGENT_EXIT_DONE);
		assert_string_equal(whys_of("test_run"),
		    slow != 0 ? "start claim confirm "
			      : "start edit edit confirm ");
	}
}

/* Green by weaker tests is told, and refused, if the policy says so. */
static void
test_weakened(void **state)
{
	static const char *const words[] = {WRITE("fixed"), WRITE("tests/a.py"),
	    TEXT("done."), TEXT("done!"), TEXT("done?"), NULL};
	static const char *const undone[] = {WRITE("fixed"),
	    WRITE("tests/a.py"), TEXT("done."),
	    "[" CALL("w", "write_file",
		"{\"path\":\"tests/a.py\",\"content\":"
		"\"def test_a():\\n    assert 0\\n\"}") "]",
	    TEXT("done."), NULL};
	static const char *const spent[] = {
	    WRITE("fixed"), WRITE("tests/a.py"), NULL};
	static const char test[] = "def test_a():\n    assert 0\n";

	(void)state;
	fake_put("tests/a.py", test);
	assert_int_equal(go(words, NULL), AGENT_EXIT_DONE);
	end(state);
	begin(state);
	fake_put("tests/a.py", test);
	run_policy.weakened_tests = WEAKENED_REFUSE;
	assert_int_equal(go(words, NULL), AGENT_EXIT_RED);
	assert_non_null(strstr(why.text, "which the policy refuses"));
	assert_non_null(strstr(json_of(run.messages), "- tests taken out: 1"));
	assert_non_null(strstr(json_of(run.messages), "2, in tests/a.py"));
	assert_false(run.green);
	end(state);
	begin(state);
	fake_put("tests/a.py", test);
	run_policy.weakened_tests = WEAKENED_REFUSE;
	assert_int_equal(go(undone, NULL), AGENT_EXIT_DONE);
	assert_non_null(strstr(json_of(run.messages), "Put them back"));
	// A budget that ends it makes it no greener.
	end(state);
	begin(state);
	fake_put("tests/a.py", test);
	run_policy.weakened_tests = WEAKENED_REFUSE;
	assert_int_equal(
	    go(spent, &(struct policy_budget){.turns = 2}), AGENT_EXIT_TURNS);
}

/* Code in fences is written and run; what came of it is told as a text. */
static void
test_no_tools(void **state)
{
	static const char *const words[] = {
	    TEXT("Let me look.\\n```sh\\nls\\n```\\n"),
	    TEXT("`wrong`:\\n\\n```sh wrong.sh\\nx\\n```\\n"),
	    TEXT("```diff\\n--- /dev/null\\n+++ b/fixed\\n@@ -0,0 +1 @@\\n+x\\n"
		 "```\\n"),
	    TEXT("never asked"), NULL};
	static const char *const stuck[] = {
	    TEXT("```python a.py\\nhalf"), TEXT("I give up."), NULL};
	const char *all;

	(void)state;
	config.no_tools = true;
	config.test_each = CONFIG_TEST_AUTO;
	fake_capture.result.usage.wall_ms = 60000; // slow, and run all the same
	assert_int_equal(go(words, NULL), AGENT_EXIT_DONE);
	assert_int_equal(run.budget.turns, 3);
	assert_string_equal(whys_of("test_run"), "start edit edit confirm ");
	assert_string_equal(fake_get("wrong.sh"), "x\n");
	assert_string_equal(fake_get("fixed"), "x\n");
	all = json_of(run.messages);
	assert_non_null(strstr(all, "## bash \\n\\n"));
	assert_non_null(strstr(all, "## write_file wrong.sh\\n\\n"));
	assert_non_null(strstr(all, "on what you changed, and fail: "));
	assert_null(strstr(all, "tool_result"));
	end(state);
	begin(state);
	config.no_tools = true;
	assert_int_equal(go(stuck, NULL), AGENT_EXIT_RED);
	assert_non_null(strstr(json_of(run.messages), "has no end, and was"));
	assert_string_equal(fake_get("a.py"), "");
}

/* Without a test the program has to run, and says by that what is wrong. */
static void
test_no_tools_no_test(void **state)
{
	static const char *const words[] = {
	    TEXT("Here:\\n```python\\nprint(1\\n```\\n"),
	    TEXT("Better:\\n```fixed.x\\nx\\n```\\n"
		 "```python\\nprint(1)\\n```\\n"),
	    TEXT("never asked"), NULL};
	const char *all;

	(void)state;
	config.no_tools = config.no_test = true;
	fake_pass_file = "fixed.x";
	assert_int_equal(go(words, NULL), AGENT_EXIT_DONE);
	assert_true(run.unverified);
	assert_int_equal(run.budget.turns, 2);
	assert_string_equal(fake_get("main.py"), "print(1)\n");
	assert_string_equal(fake_command, "bash -c python3 main.py");
	all = json_of(run.messages);
	assert_non_null(strstr(all, "taken for the file main.py."));
	assert_non_null(strstr(all, "FAILED: "));
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_circles),
	    T(test_no_progress),
	    T(test_each),
	    T(test_weakened),
	    T(test_no_tools),
	    T(test_no_tools_no_test),
	};

	return cmocka_run_group_tests_name("round", tests, NULL, NULL);
}
