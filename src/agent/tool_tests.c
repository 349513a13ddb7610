// SPDX-License-Identifier: ISC
// run_tests: the oracle, run by us and by nobody else.
#include "src/agent/command.h"

static const struct tool_arg args[] = {{0}};

static int
run(struct tool_env *env, struct json_object *input, struct tool_result *r,
    struct err *e)
{
	autotext struct text said = {0};
	struct testlog_reader *log = testlog_begin();
	const struct command_options o = {.log = log};
	int rc;

	(void)input;
	rc = command_run_with(env, env->test, 0, &o, r, e);
	testlog_end(log, &r->tests);
	if (rc < 0)
		return -1;
	if (r->cut && r->tests.trace != NULL)
		text_printf(
		    &r->content, "\n[the first failure:]\n%s", r->tests.trace);
	testlog_say(&r->tests, &said);
	if (said.len > 0)
		text_printf(&r->content, "\n[%s]", said.p);
	r->tested = true;
	r->green = !r->is_error;
	return 0;
}

const struct tool tool_run_tests = {"run_tests",
    "Runs the test command of this task and returns its output. The task is "
    "done when, and only when, it exits 0.",
    args, NULL, TOOL_TEST, run};
