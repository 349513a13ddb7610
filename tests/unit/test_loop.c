// SPDX-License-Identifier: ISC
// loop: a scripted model against a box that is a directory; every way to end.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "src/agent/prompt.h"
#include "tests/unit/fake_run.h"

static void
test_green(void **state)
{
	static const char *const words[] = {
	    "[" CALL("1", "read_file", "{\"path\":\"a\"}") "]", WRITE("wrong"),
	    TEXT("done!"), WRITE("fixed"), TEXT("done."), NULL};

	(void)state;
	fake_put("AGENTS.md", "Be kind.\n");
	assert_int_equal(go(words, NULL), AGENT_EXIT_DONE);
	assert_int_equal(run.budget.turns, 5);
	assert_int_equal(
	    run.test_runs, 3); // a wrong claim, the right one twice
	assert_true(run.green);
	assert_true(run.green_ms <= 10000);
	assert_non_null(strstr(json_of(run.messages), "Be kind."));
	assert_non_null(strstr(json_of(run.messages), "# Task\\n\\nmend it"));
	assert_non_null(strstr(json_of(run.messages), "You stopped, but"));
	assert_null(strstr(json_of(run.messages), "sk-secret"));
}

/* run_tests was ours already: it has passed once. */
static void
test_green_by_tool(void **state)
{
	static const char *const words[] = {WRITE("fixed"),
	    "[" CALL("1", "run_tests", "{}") "]", TEXT("done."), NULL};

	(void)state;
	assert_int_equal(go(words, NULL), AGENT_EXIT_DONE);
	assert_int_equal(run.test_runs, 2);
}

/* What passes once, and then does not, is not green; twice is. */
static void
test_flaky(void **state)
{
	static const char *const words[] = {
	    WRITE("fixed"), TEXT("done."), TEXT("done!"), NULL};

	(void)state;
	fake_fail_run = 3; // the start, the claim, and then the confirmation
	assert_int_equal(go(words, NULL), AGENT_EXIT_DONE);
	assert_int_equal(run.flips, 1);
	assert_int_equal(run.test_runs, 4);
	assert_non_null(
	    strstr(json_of(run.messages), "failed when they were run"));
}

static void
test_already_green(void **state)
{
	static const char *const words[] = {TEXT("done."), NULL};

	(void)state;
	fake_put("fixed", "");
	assert_int_equal(go(words, NULL), AGENT_EXIT_USAGE);
	assert_non_null(strstr(why.text, "the tests already pass"));
	assert_non_null(strstr(why.text, "Add one that fails until it is"));
	assert_non_null(strstr(why.text, "--no-test runs without"));
	assert_int_equal(run.budget.turns, 0);
}

static void
test_claims(void **state)
{
	static const char *const words[] = {TEXT("done."), NULL};

	(void)state;
	assert_int_equal(go(words, NULL), AGENT_EXIT_RED);
	assert_int_equal(run.budget.turns, GUARD_CLAIMS);
}

static void
test_circle(void **state)
{
	static const char *const words[] = {
	    "[" CALL("1", "read_file", "{\"path\":\"none\"}") "]", NULL};

	(void)state;
	assert_int_equal(go(words, NULL), AGENT_EXIT_LOOP);
	assert_int_equal(run.budget.turns, GUARD_REPEATS + 1);
	assert_non_null(strstr(json_of(run.messages), "Step back"));
}

static void
test_budgets(void **state)
{
	static const char *const words[] = {
	    WRITE("a"), WRITE("b"), WRITE("c"), WRITE("d"), WRITE("e"), NULL};
	struct policy_budget two = {.turns = 2}, some = {.tokens = 300};

	(void)state;
	assert_int_equal(go(words, &two), AGENT_EXIT_TURNS);
	assert_int_equal(run.budget.turns, 2);
	assert_int_equal(run.test_runs, 1); // the last word
	end(state);
	begin(state);
	assert_int_equal(go(words, &some), AGENT_EXIT_COST);
	assert_int_equal(run.budget.turns, 3);
}

static void
last_is(const char *word)
{
	struct json_object *m = json_object_array_get_idx(
	    run.messages, json_object_array_length(run.messages) - 3);

	assert_non_null(strstr(json_of(m), word));
	assert_non_null(strstr(json_of(m), "the next turn is the last"));
}

/* Each budget has its word, a turn to hand over, and its end. */
static void
test_hand_over(void **state)
{
	static const char *const words[] = {
	    WRITE("a"), WRITE("b"), WRITE("c"), WRITE("d"), NULL};
	static const struct {
		struct policy_budget max;
		const char *word;
		enum agent_exit want;
		uint64_t turns;
	} rows[] = {
	    {{.turns = 3}, "2 of 3 turns", AGENT_EXIT_TURNS, 3},
	    {{.tokens = 300}, "220 of 300 tokens", AGENT_EXIT_COST, 3},
	    {{.input = 300}, "200 of 300 input", AGENT_EXIT_COST, 3},
	    {{.output = 30}, "20 of 30 output", AGENT_EXIT_COST, 3},
	    {{.calls = 2}, "2 of 2 tool calls", AGENT_EXIT_TURNS, 3},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (i > 0)
			end(state), begin(state);
		assert_int_equal(go(words, &rows[i].max), rows[i].want);
		assert_int_equal(run.budget.turns, rows[i].turns);
		assert_string_equal(why.text, budget_sentence(run.spent));
		last_is(rows[i].word);
		// What a last turn calls is done, but for calls over theirs.
		assert_string_equal(
		    fake_get("c"), rows[i].max.calls != 0 ? "" : "x");
	}
}

/* The word at the end is asked for; without it the end is the same. */
static void
test_no_last_word(void **state)
{
	static const char *const words[] = {WRITE("a"), NULL};

	(void)state;
	err_set(&model_fault, ERR_MODEL, 0, "no more");
	assert_int_equal(
	    go(words, &(struct policy_budget){.calls = 1}), AGENT_EXIT_TURNS);
	end(state);
	begin(state);
	err_set(&model_fault, ERR_REPLAY, 0, "drifted");
	assert_int_equal(
	    go(words, &(struct policy_budget){.calls = 1}), AGENT_EXIT_MODEL);
}

/* The last turn did it, though nobody had the time to say so. */
static void
test_last_word(void **state)
{
	static const char *const words[] = {WRITE("fixed"), NULL};
	struct policy_budget one = {.turns = 1};

	(void)state;
	assert_int_equal(go(words, &one), AGENT_EXIT_DONE);
	assert_true(run.green);
}

static void
test_time(void **state)
{
	static const char *const words[] = {TEXT("x"), NULL};
	struct policy_budget none = {.time_ms = 1};

	(void)state;
	fake_capture.result.usage.wall_ms = 5;
	while (go(words, &none) != AGENT_EXIT_TIME)
		end(state), begin(state);
	assert_non_null(strstr(why.text, "time budget"));
}

static void
test_stopped(void **state)
{
	static const char *const words[] = {TEXT("x"), NULL};

	(void)state;
	stop = 1;
	assert_int_equal(go(words, NULL), AGENT_EXIT_INTERRUPTED);
}

static void
test_model_fails(void **state)
{
	static const char *const words[] = {WRITE("a"), NULL};

	(void)state;
	err_set(&model_fault, ERR_REPLAY, 0, "drifted");
	assert_int_equal(go(words, NULL), AGENT_EXIT_MODEL);
	assert_string_equal(why.text, "drifted");
}

static void
test_length_and_refusal(void **state)
{
	static const char *const words[] = {
	    TEXT("and so"), "[]", TEXT("no"), NULL};

	(void)state;
	stops[0] = MODEL_STOP_LENGTH;
	stops[2] = MODEL_STOP_REFUSAL;
	assert_int_equal(go(words, NULL), AGENT_EXIT_MODEL);
	assert_non_null(strstr(json_of(run.messages), prompt_cut));
	assert_non_null(strstr(json_of(run.messages), "(nothing)"));
	assert_non_null(strstr(why.text, "refused"));
}

/* Each call has its result, in order, whatever it was. */
static void
test_many_calls(void **state)
{
	static const char *const words[] = {
	    "[{\"type\":\"text\",\"text\":\"so\"}," CALL(
		"1", "nonsense", "{}") "," CALL("2", "bash",
		"{}") ","
		      "{\"type\":\"tool_use\",\"id\":\"3\",\"name\":\"bash\","
		      "\"input_error\":\"cut\",\"raw\":\"{\"}," CALL(
			  "4", "list_files", "{}") "]",
	    TEXT("x"), NULL};
	struct json_object *content, *v;
	char id[2] = "1";
	size_t i;

	(void)state;
	go(words, &(struct policy_budget){.turns = 2});
	json_object_object_get_ex(
	    json_object_array_get_idx(run.messages, 2), "content", &content);
	assert_int_equal(
	    json_object_array_length(content), 5); // the last: a warning
	for (i = 0; i < 4; i++, id[0]++) {
		json_object_object_get_ex(
		    json_object_array_get_idx(content, i), "tool_use_id", &v);
		assert_string_equal(json_object_get_string(v), id);
		json_object_object_get_ex(
		    json_object_array_get_idx(content, i), "is_error", &v);
		assert_int_equal(json_object_get_boolean(v), i < 3);
	}
}

static void
test_unverified(void **state)
{
	static const char *const words[] = {TEXT("done."), NULL};

	(void)state;
	config.no_test = true;
	assert_int_equal(go(words, NULL), AGENT_EXIT_DONE);
	assert_true(run.unverified);
	assert_false(run.green);
	assert_non_null(strstr(json_of(run.messages), "no test command"));
}

/* The session tells it all, to the end, and no secret. */
static void
test_session(void **state)
{
	static const char *const words[] = {
	    WRITE("fixed"), TEXT("sk-secret"), NULL};
	static const char *const types[] = {"test_run", "message", "request",
	    "response", "tool_call", "tool_result", "message", "request",
	    "response", "test_run", "test_run", "diff", "end"};
	struct json_object *all, *o, *v;
	struct err e;
	char path[200];
	size_t i;
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "%s/.git/the.diff", fake_root);
	config.diff_file = path;
	assert_int_equal(go(words, NULL), AGENT_EXIT_DONE);
	fd = open(run.session.path, O_RDONLY | O_CLOEXEC);
	all = session_load(fd, &e);
	close(fd);
	assert_non_null(all);
	assert_null(strstr(json_of(all), "sk-secret"));
	assert_int_equal(
	    json_object_array_length(all), sizeof(types) / sizeof(types[0]));
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		o = json_object_array_get_idx(all, i);
		json_object_object_get_ex(o, "type", &v);
		assert_string_equal(json_object_get_string(v), types[i]);
	}
	json_object_object_get_ex(o, "reason", &v);
	assert_string_equal(json_object_get_string(v), "green");
	json_object_object_get_ex(o, "gen_ai.usage.input_tokens", &v);
	assert_int_equal(json_object_get_int(v), 200);
	json_object_put(all);
	assert_string_equal(fake_get(".git/the.diff"),
	    "diff --git a/fixed b/fixed\nnew file mode 100644\n"
	    "--- /dev/null\n+++ b/fixed\n@@ -0,0 +1,1 @@\n+x\n"
	    "\\ No newline at end of file\n");
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_green),
	    T(test_green_by_tool),
	    T(test_flaky),
	    T(test_already_green),
	    T(test_claims),
	    T(test_circle),
	    T(test_budgets),
	    T(test_hand_over),
	    T(test_no_last_word),
	    T(test_last_word),
	    T(test_time),
	    T(test_stopped),
	    T(test_model_fails),
	    T(test_length_and_refusal),
	    T(test_many_calls),
	    T(test_unverified),
	    T(test_session),
	};

	return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
