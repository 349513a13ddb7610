// SPDX-License-Identifier: ISC
// prompt: what is there is told, what is not is not, and nothing overflows.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "src/agent/prompt.h"
#include "tests/unit/fake_box.h"

static char *
first(const char *task, const char *test, const char *output)
{
	struct tool_env env = {.test = test};
	struct text t = {0};
	struct err e;

	assert_int_equal(prompt_first(&env, task, output, &t, &e), 0);
	return text_take(&t);
}

static void
gives(const char *task, const char *test, const char *output, const char *want)
{
	char *got = first(task, test, output);

	assert_string_equal(got, want);
	free(got);
}

#define NO_TEST "\nThere is no test command for this task.\n"
#define GUIDE	"\n# AGENTS.md of the project\n\n"

static void
test_first(void **state)
{
	(void)state;
	gives("do it", NULL, NULL, "# Task\n\ndo it\n" NO_TEST);
	gives("", NULL, NULL, "# Task\n\n\n" NO_TEST);
	gives("bad \xff", NULL, NULL, "# Task\n\nbad \xef\xbf\xbd\n" NO_TEST);
	gives("do it", "make check", "2 of 3 failed",
	    "# Task\n\ndo it\n\n# Tests\n\nThe test command is: make check\n"
	    "It fails now:\n\n2 of 3 failed\n");
	// A format is text like any other.
	gives("%s%n", "%s", "%s",
	    "# Task\n\n%s%n\n\n# Tests\n\nThe test command is: %s\n"
	    "It fails now:\n\n%s\n");
}

static void
test_policy(void **state)
{
	static struct spec spec;
	struct tool_env env = {.spec = &spec};
	struct text t = {0};
	struct err e;

	(void)state;
	spec_init(&spec);
	assert_int_equal(prompt_first(&env, "t", NULL, &t, &e), 0);
	assert_string_equal(t.p, "# Task\n\nt\n" NO_TEST);
	text_free(&t);
	spec.net.n = 1;
	spec.net.rule[0] = (struct spec_net_rule){.verdict = NET_ALLOW,
	    .kind = NET_NAME,
	    .port_first = 443,
	    .port_last = 443,
	    .host = "a.example"};
	spec.list[LIST_COMMAND].n = 1;
	memcpy(spec.list[LIST_COMMAND].item[0], "make", 5);
	spec.choice[CHOICE_EXEC] = EXEC_NO;
	assert_int_equal(prompt_first(&env, "t", NULL, &t, &e), 0);
	assert_non_null(strstr(t.p, "\nnet allow a.example:443\n"));
	assert_non_null(strstr(t.p, "can be executed: make\n"));
	assert_non_null(strstr(t.p, "No file of the workspace"));
	text_free(&t);
}

static void
test_guide(void **state)
{
	(void)state;
	fake_put("AGENTS.md", "Use tabs.\n");
	gives("t", NULL, NULL, "# Task\n\nt\n" GUIDE "Use tabs.\n" NO_TEST);
	fake_put("AGENTS.md", "Use tabs.");
	gives("t", NULL, NULL, "# Task\n\nt\n" GUIDE "Use tabs.\n" NO_TEST);
	fake_put("AGENTS.md", "");
	gives("t", NULL, NULL, "# Task\n\nt\n" NO_TEST);
}

// One that is there and cannot be read is told of.
static void
left_out(void)
{
	char *got = first("t", NULL, NULL);

	assert_non_null(strstr(got, "\nAGENTS.md was left out: "));
	assert_null(strstr(got, GUIDE));
	free(got);
}

static void
test_no_guide(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/AGENTS.md", fake_root);
	unlink(path);
	gives("t", NULL, NULL, "# Task\n\nt\n" NO_TEST);
	assert_int_equal(mkdir(path, 0700), 0);
	left_out();
	assert_int_equal(rmdir(path), 0);
	// Nor does a FIFO keep us waiting.
	assert_int_equal(mkfifo(path, 0600), 0);
	left_out();
	assert_int_equal(unlink(path), 0);
}

static void
test_long_guide(void **state)
{
	char *text = calloc(1, (256 << 10) + 2), *got;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', 256 << 10);
	memcpy(text, "HEAD", 4);
	memcpy(text + (256 << 10) - 4, "TAIL", 4);
	fake_put("AGENTS.md", text);
	got = first("t", NULL, NULL);
	assert_non_null(strstr(got, GUIDE "HEAD"));
	assert_non_null(strstr(got, "TAIL\n"));
	assert_non_null(strstr(got, "bytes cut"));
	assert_in_range(strlen(got), 16000, 16300);
	free(got);
	// One byte more is not read at all, which is said.
	text[256 << 10] = 'y';
	fake_put("AGENTS.md", text);
	left_out();
	free(text);
}

static void
test_still_red(void **state)
{
	struct text t = {0};

	(void)state;
	prompt_still_red(&t, "1 failed %d");
	assert_non_null(strstr(text_of(&t), "\n\n1 failed %d\n\n"));
	text_free(&t);
}

static void
test_tested(void **state)
{
	struct tool_result r = {.green = true};
	struct text t = {0};
	char *long_text = calloc(1, 5000);

	(void)state;
	prompt_tested(&t, &r);
	assert_non_null(strstr(t.p, "and pass."));
	t.len = 0;
	r.green = false;
	text_str(&r.summary, "exit status 1");
	text_str(&r.content, "BEGIN");
	memset(long_text, 'x', 4999);
	text_str(&r.content, long_text);
	text_str(&r.content, "END");
	prompt_tested(&t, &r);
	assert_non_null(strstr(t.p, "and fail: exit status 1. "));
	assert_non_null(strstr(t.p, "xEND"));
	assert_null(strstr(t.p, "BEGIN"));
	assert_in_range(t.len, 1200, 1500);
	// What is known of them comes first.
	r.tests = (struct testlog){.runner = "pytest", .failed = 2, .names = 1};
	r.tests.name[0] = mem_dup("test_a");
	t.len = 0;
	prompt_tested(&t, &r);
	assert_non_null(strstr(t.p, "and fail: pytest: 2 failed"));
	tool_result_free(&r);
	text_free(&t);
	free(long_text);
}

static void
test_step_back(void **state)
{
	struct text t = {0};

	(void)state;
	prompt_step_back(&t, "so it is", "- one %d\n- two\n");
	assert_non_null(strstr(t.p, "You go in circles: so it is."));
	assert_non_null(strstr(t.p, "\n\n- one %d\n- two\n\nStep back: "));
	text_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_first),
	    cmocka_unit_test(test_policy),
	    cmocka_unit_test(test_guide),
	    cmocka_unit_test(test_no_guide),
	    cmocka_unit_test(test_long_guide),
	    cmocka_unit_test(test_still_red),
	    cmocka_unit_test(test_tested),
	    cmocka_unit_test(test_step_back),
	};

	return cmocka_run_group_tests_name(
	    "prompt", tests, fake_begin, fake_end);
}
