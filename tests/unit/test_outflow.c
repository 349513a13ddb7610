// SPDX-License-Identifier: ISC
// outflow: a long output is cut, and whole in a file inside; the first failure
// of a long test run is told; a shell's directory lasts for who asks.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <sys/stat.h>
#include <unistd.h>
#include "src/agent/tool.h"
#include "tests/unit/fake_box.h"

static struct spec spec;
static struct tool_env env = {
    .spec = &spec, .test = "make check", .command_ms = 600000};
static struct tool_result result;

/* Calls a tool with arguments as JSON; the result is in `result`. */
static const char *
call(const char *name, const char *input)
{
	struct json_object *b = json_object_new_object();
	struct err e = {0};

	tool_result_free(&result);
	json_object_object_add(b, "name", json_object_new_string(name));
	json_object_object_add(b, "input", json_tokener_parse(input));
	if (tool_call(&env, b, &result, &e) < 0)
		fail_msg("%s", e.text);
	json_object_put(b);
	return text_of(&result.content);
}

/* What is too long to be told is in a file inside, secrets struck out before
   anything is cut. */
static void
test_long_output(void **state)
{
	autotext struct text out = {0};
	const char *answer;
	int i;

	(void)state;
	memset(&fake_capture, 0, sizeof(fake_capture));
	fake_put("tmp/x", "");
	// The cut comes amid the password, at 6000 bytes.
	for (i = 0; out.len < 5950; i++)
		text_printf(&out, "line %d\n", i);
	text_printf(&out, "%*s\n", 6010 - (int)out.len,
	    "https://bob:tr0ub4dor-and-3-and-4-and-5-and-6-and-7@h.example/");
	for (; out.len < 39000; i++)
		text_printf(&out, "line %d\n", i);
	fake_output = out.p;
	answer = call("bash", "{\"command\":\"x\"}");
	assert_non_null(strstr(answer, "bytes cut ...]"));
	assert_non_null(strstr(answer,
	    "\n[all of it in /tmp/output-1.txt, for read_file or grep]\n"
	    "[exit status 0]"));
	assert_null(strstr(answer, "tr0ub"));
	answer = fake_get("tmp/output-1.txt");
	assert_null(strstr(answer, "tr0ub"));
	assert_non_null(strstr(answer, "bob:[redacted: password]@h.example"));
	assert_int_equal(strncmp(answer, "line 0\nline 1\n", 14), 0);
	assert_non_null(strstr(answer, out.p + out.len - 20));
	for (i = 0; i < 4; i++)
		call("bash", "{\"command\":\"x\"}");
	assert_string_equal(fake_get("tmp/output-1.txt"), "");
	assert_string_not_equal(fake_get("tmp/output-2.txt"), "");
	assert_string_not_equal(fake_get("tmp/output-5.txt"), "");
	// A place to write it to may be lacking: then there are the two ends.
	fake_put("tmp/output-6.txt/in-the-way", "");
	answer = call("bash", "{\"command\":\"x\"}");
	assert_null(strstr(answer, "all of it"));
	assert_non_null(strstr(answer, "bytes cut ...]"));
	fake_output = "";
}

static void
test_keep_cwd(void **state)
{
	(void)state;
	memset(&fake_capture, 0, sizeof(fake_capture));
	fake_put("sub/x", "");
	fake_put("tmp/.stockade-cwd", "/workspace/sub\n");
	assert_non_null(
	    strstr(call("bash", "{\"command\":\"cd sub\",\"keep_cwd\":true}"),
		"[exit status 0; directory /workspace/sub]"));
	assert_non_null(strstr(fake_command, "EXIT; cd sub"));
	assert_string_equal(fake_cwd, "");
	call("bash", "{\"command\":\"x\",\"keep_cwd\":true}");
	assert_string_equal(fake_cwd, "/workspace/sub");
	assert_string_equal(
	    fake_command, "bash -c trap 'pwd -P >|/tmp/.stockade-cwd' EXIT; x");
	// It lasts, but does not leak into those that do not ask for it.
	call("bash", "{\"command\":\"x\"}");
	assert_string_equal(fake_cwd, "");
	assert_string_equal(fake_command, "bash -c x");
	call("bash", "{\"command\":\"x\",\"keep_cwd\":true}");
	assert_string_equal(fake_cwd, "/workspace/sub");
	// What is no path is left aside, and what is gone is told.
	fake_put("tmp/.stockade-cwd", "nonsense");
	call("bash", "{\"command\":\"x\",\"keep_cwd\":true}");
	assert_string_equal(env.cwd, "/workspace/sub");
	fake_put("tmp/.stockade-cwd", "/workspace/none\n");
	call("bash", "{\"command\":\"x\",\"keep_cwd\":true}");
	assert_non_null(
	    strstr(call("bash", "{\"command\":\"x\",\"keep_cwd\":true}"),
		"[/workspace/none is no more; this ran in /workspace]\n"));
	assert_string_equal(fake_cwd, "");
	tool_env_free(&env);
}

/* A long test run: the first failure is told, also if the cut takes it. */
static void
test_long_tests(void **state)
{
	autotext struct text out = {0};
	const char *answer;
	int i;

	(void)state;
	memset(&fake_capture, 0, sizeof(fake_capture));
	fake_capture.result.exit_code = 1;
	for (i = 0; i < 1000; i++)
		text_printf(&out, "collecting %d\n", i);
	text_str(&out, "____ test_a ____\nE   assert 1\n____ test_b ____\n");
	for (i = 0; i < 2000; i++)
		text_printf(&out, "E  more %d\n", i);
	text_str(&out, "== 2 failed, 3 passed in 1.0s ==\n");
	fake_output = out.p;
	answer = call("run_tests", "{}");
	assert_non_null(strstr(answer,
	    "\n[exit status 1]\n[the first failure:]\n____ test_a ____\nE   "
	    "assert 1\n[pytest: 2 failed, 3 passed]"));
	fake_output =
	    "____ test_a ____\nE   assert 1\n== 1 failed in 1.0s ==\n";
	assert_null(strstr(call("run_tests", "{}"), "first failure"));
	memset(&fake_capture, 0, sizeof(fake_capture));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_long_output),
	    cmocka_unit_test(test_keep_cwd),
	    cmocka_unit_test(test_long_tests),
	};

	return cmocka_run_group_tests_name(
	    "outflow", tests, fake_begin, fake_end);
}
