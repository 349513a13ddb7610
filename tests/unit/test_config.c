// SPDX-License-Identifier: ISC
// config: the command line of the agent, good and bad; what overrides what.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "src/agent/config.h"

#define PARSE(...)                                                    \
	char *argv[] = {"agent", __VA_ARGS__, NULL};                  \
	struct config c;                                              \
	struct err e = {0};                                           \
	int r = config_parse(                                         \
	    &c, (int)(sizeof(argv) / sizeof(argv[0])) - 1, argv, &e); \
	(void)state

static void
test_plain(void **state)
{
	PARSE("--test", "make check", "mend it");

	assert_int_equal(r, 0);
	assert_string_equal(c.task, "mend it");
	assert_string_equal(c.test, "make check");
	assert_string_equal(c.workspace, ".");
	assert_null(c.provider);
	assert_false(c.json || c.quiet || c.no_test);
}

static void
test_all(void **state)
{
	struct policy p;

	PARSE("-C", "/w", "-t", "t", "-p", "replay:x", "-m", "m", "--base-url",
	    "http://127.0.0.1:1", "--key-file", "k", "--policy", "p", "-l",
	    "pids=9", "--command-timeout=7s", "--max-turns=3",
	    "--max-tokens=400", "--max-time", "5m", "--max-tool-calls=6",
	    "--max-input-tokens=7", "--max-output-tokens=8", "--record=r",
	    "--test-each=never", "--session-dir=s", "--diff=d", "--json", "-q",
	    "--", "-task");
	assert_int_equal(r, 0);
	assert_string_equal(c.task, "-task");
	assert_string_equal(c.provider, "replay:x");
	assert_true(c.json && c.quiet);
	assert_int_equal(config_policy(&c, NULL, 0, &p, &e), 0);
	assert_int_equal(p.spec.limit[LIMIT_PIDS], 9);
	assert_int_equal(p.spec.limit[LIMIT_TIME], 7000);
	assert_int_equal(p.budget.turns, 3);
	assert_int_equal(p.budget.tokens, 400);
	assert_int_equal(p.budget.time_ms, 300000);
	assert_int_equal(p.budget.calls, 6);
	assert_int_equal(p.budget.input, 7);
	assert_int_equal(p.budget.output, 8);
	assert_int_equal(c.test_each, CONFIG_TEST_NEVER);
}

/* A policy file comes first, the command line over it. */
static void
test_over_policy(void **state)
{
	static const char text[] = "budget turns 9\nlimit pids 5\n";
	struct policy p;

	PARSE("--no-test", "--max-turns", "2", "task");
	assert_int_equal(r, 0);
	assert_int_equal(config_policy(&c, text, sizeof(text) - 1, &p, &e), 0);
	assert_int_equal(p.budget.turns, 2);
	assert_int_equal(p.spec.limit[LIMIT_PIDS], 5);
}

// Without a task it is a session, which may get its tests later.
static void
test_session(void **state)
{
	PARSE("--model=m");

	assert_int_equal(r, 0);
	assert_true(c.session);
	assert_null(c.task);
}

static void
test_session_resumed(void **state)
{
	PARSE("--resume=last");

	assert_int_equal(r, 0);
	assert_false(c.session);
}

static void
test_bad_policy(void **state)
{
	static const char text[] = "limit pids 5\nlimt pids 5\n";
	struct policy p;

	PARSE("--no-test", "--policy", "my.policy", "task");
	assert_int_equal(r, 0);
	assert_int_equal(config_policy(&c, text, sizeof(text) - 1, &p, &e), -1);
	assert_int_equal(e.code, ERR_POLICY);
	assert_non_null(strstr(e.text, "my.policy:2:1: "));
}

static void
test_help(void **state)
{
	PARSE("--help");

	assert_int_equal(r, 0);
	assert_true(c.help);
}

static void
test_bad(void **state)
{
	static const struct {
		char *argv[5];
		const char *want;
	} rows[] = {
	    {{"agent", "--no-test", ""}, "the task is empty"},
	    {{"agent", "task"}, "no --test given"},
	    {{"agent", "--no-test", "mend", "it"}, "quote it"},
	    {{"agent", "--no-test", "-tx", "task"}, "exclude each other"},
	    {{"agent", "-tx", "--provider=gpt", "task"}, "replay:FILE"},
	    {{"agent", "-tx", "--provider=replay:", "task"}, "replay:FILE"},
	    {{"agent", "-tx", "--limit=memry=1G", "task"}, "--limit: "},
	    {{"agent", "-tx", "--limit=pids=x", "task"}, "--limit: "},
	    {{"agent", "-tx", "--max-turns=-1", "task"}, "--max-turns: "},
	    {{"agent", "-tx", "--max-time=5", "task"}, "--max-time: "},
	    {{"agent", "-tx", "--max-turns=1\nlimit pids 3", "task"},
		"is not a value"},
	    {{"agent", "-tx", "--max-turns=", "task"}, "is not a value"},
	    {{"agent", "--test=", "task"}, "option --test is empty"},
	    {{"agent", "-tx", "--max-turn=1", "task"}, "--max-turns?"},
	};
	struct config c;
	struct err e;
	size_t i;
	int n;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (n = 0; rows[i].argv[n] != NULL; n++)
			;
		assert_int_equal(
		    config_parse(&c, n, (char **)rows[i].argv, &e), -1);
		assert_int_equal(e.code, ERR_USAGE);
		assert_non_null(strstr(e.text, rows[i].want));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_plain),
	    cmocka_unit_test(test_all),
	    cmocka_unit_test(test_over_policy),
	    cmocka_unit_test(test_bad_policy),
	    cmocka_unit_test(test_help),
	    cmocka_unit_test(test_session),
	    cmocka_unit_test(test_session_resumed),
	    cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
