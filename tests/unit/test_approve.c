// SPDX-License-Identifier: ISC
// approve: what the policy says of a call, what a person is asked, and what
// model and session are told of the answer.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "jail/base/fd.h"
#include "src/agent/run.h"
#include "tests/unit/fake_box.h"

static struct config config;
static struct run run;
static struct tool_result result;
static char *events;
static size_t events_len;

/* The person: what was asked, and what is answered. */
static struct approve_answer answer;
static unsigned asked;
static char question[4096];
static int answers_with;

static int
person_asks(void *arg, const struct approve_question *q,
    struct approve_answer *a, struct err *e)
{
	assert_ptr_equal(arg, &asked);
	asked++;
	snprintf(question, sizeof(question), "%s|%s|%s|%.*s|%s|%s|%d",
	    q->category, q->tool, q->what, (int)q->len, q->text, q->rule,
	    q->session != NULL ? q->session : "", q->always);
	*a = answer;
	if (answers_with < 0)
		return err_set(e, ERR_INTERRUPTED, 0, "a signal came");
	return 0;
}

static const struct approve_person person = {person_asks, &asked};

static int
begin(void **state)
{
	memset(&run, 0, sizeof(run));
	memset(&result, 0, sizeof(result));
	memset(&answer, 0, sizeof(answer));
	asked = 0;
	answers_with = 0;
	question[0] = '\0';
	run.config = &config;
	run.session.fd = -1;
	run.events.json = open_memstream(&events, &events_len);
	policy_init(&run.policy);
	run.env.spec = &run.policy.spec;
	run.env.command_ms = 1000;
	run.approve.gate =
	    (struct tool_gate){approve_call, approve_write, NULL, &run};
	run.approve.person = &person;
	run.env.gate = &run.approve.gate;
	fake_output = "";
	memset(&fake_capture, 0, sizeof(fake_capture));
	return fake_begin(state);
}

static int
end(void **state)
{
	tool_result_free(&result);
	approve_keep_close(&run.approve.keep);
	fclose(run.events.json);
	free(events);
	return fake_end(state);
}

static void
policy(const char *text)
{
	struct policy_fault f;

	policy_init(&run.policy);
	if (policy_parse(text, strlen(text), &run.policy, &f) != 0)
		fail_msg("%s", f.text);
}

static int
try(const char *name, const char *input)
{
	struct json_object *b = json_object_new_object();
	struct err e = {0};
	int rc;

	tool_result_free(&result);
	memset(&result, 0, sizeof(result));
	fake_command[0] = '\0';
	json_object_object_add(b, "name", json_object_new_string(name));
	json_object_object_add(b, "input", json_tokener_parse(input));
	rc = tool_call(&run.env, b, &result, &e);
	json_object_put(b);
	return rc;
}

static const char *
call(const char *name, const char *input)
{
	assert_int_equal(try(name, input), 0);
	return text_of(&result.content);
}

static bool
told(const char *what)
{
	fflush(run.events.json);
	return strstr(events, what) != NULL;
}

#define BASH(command) "bash", "{\"command\":\"" command "\"}"

static void
test_unasked(void **state)
{
	(void)state;
	call(BASH("ls -l"));
	assert_string_equal(fake_command, "bash -c ls -l");
	call("write_file", "{\"path\":\"a\",\"content\":\"x\"}");
	assert_string_equal(fake_get("a"), "x");
	call("read_file", "{\"path\":\"a\"}");
	assert_false(result.is_error);
	assert_int_equal(asked, 0);
	assert_false(told("approval"));
}

static void
test_once(void **state)
{
	(void)state;
	answer.said = APPROVE_ONCE;
	call(BASH("frobnicate x"));
	assert_string_equal(fake_command, "bash -c frobnicate x");
	assert_int_equal(asked, 1);
	assert_non_null(strstr(question,
	    "shell|bash|run this command|frobnicate x|no rule approves it: "));
	assert_non_null(strstr(question, "|this very command|0"));
	assert_true(told("\"type\":\"approval\""));
	assert_true(told("\"what\":\"shell\""));
	assert_true(told("\"command\":\"frobnicate x\""));
	assert_true(told("\"answer\":\"once\",\"by\":\"person\""));
	call(BASH("frobnicate x"));
	assert_int_equal(asked, 2); // once is once
	call("background_start", "{\"command\":\"frobnicate x\"}");
	assert_int_equal(asked, 3);
	assert_non_null(strstr(question, "|start this command|"));
}

static void
test_session(void **state)
{
	(void)state;
	answer.said = APPROVE_SESSION;
	call(BASH("frobnicate x"));
	call(BASH("frobnicate x"));
	assert_int_equal(asked, 1);
	assert_true(told("\"by\":\"kept\""));
	// not wider than what was shown
	call(BASH("frobnicate x y"));
	assert_int_equal(asked, 2);
	call(BASH("frobnicate"));
	assert_int_equal(asked, 3);
	// what is denied is not asked, whoever said yes once
	policy("command deny frobnicate");
	call(BASH("frobnicate x"));
	assert_int_equal(asked, 3);
	assert_string_equal(fake_command, "");
}

/* The same words in another directory are another command. */
static void
test_elsewhere(void **state)
{
	static const char there[] =
	    "{\"command\":\"frobnicate x\",\"keep_cwd\":true}";

	(void)state;
	answer.said = APPROVE_SESSION;
	call(BASH("frobnicate x"));
	free(run.env.cwd);
	run.env.cwd = strdup("/workspace/sub");
	call("bash", there);
	assert_int_equal(asked, 2);
	assert_non_null(
	    strstr(question, "run this command in /workspace/sub|"));
	assert_null(strstr(question, "this very command"));
	free(run.env.cwd);
	run.env.cwd = strdup("/workspace");
	call("bash", there);
	free(run.env.cwd);
	run.env.cwd = NULL;
	assert_int_equal(asked, 2);
}

static void
test_no(void **state)
{
	(void)state;
	answer.said = APPROVE_NO;
	snprintf(answer.reason, sizeof(answer.reason), "use make instead");
	assert_non_null(strstr(call(BASH("frobnicate x")),
	    "Not done: the user said no: use make instead. Do not try"));
	assert_true(result.is_error);
	assert_false(result.changes);
	assert_string_equal(fake_command, "");
	assert_true(told("\"answer\":\"deny\",\"by\":\"person\","
			 "\"reason\":\"use make instead\""));
	// A person who was there knows why the run ended red.
	assert_int_equal(run.approve.denied, 0);
	assert_int_equal(run.approve.refused, 1);
}

static void
test_interrupted(void **state)
{
	(void)state;
	answers_with = -1;
	answer.said = APPROVE_NOTHING;
	assert_int_equal(try(BASH("frobnicate x")), -1);
	assert_string_equal(fake_command, "");
	assert_true(told("\"answer\":\"none\""));
}

static void
test_nobody(void **state)
{
	const char *s;

	(void)state;
	run.approve.person = NULL;
	s = call(BASH("frobnicate x"));
	assert_non_null(strstr(s, "nobody is there to be asked"));
	assert_non_null(
	    strstr(s, "by --allow-command 'frobnicate x', or --approve "
		      "shell=auto."));
	assert_string_equal(fake_command, "");
	assert_true(told("\"answer\":\"none\",\"by\":\"nobody\""));
	assert_int_equal(run.approve.denied, 1);
	// one who does not answer is nobody
	run.approve.person = &person;
	answer.said = APPROVE_NOTHING;
	assert_non_null(strstr(call(BASH("frobnicate x")), "nobody is there"));
	assert_int_equal(run.approve.denied, 2);
}

/* What is told to allow it, does. */
static void
test_way(void **state)
{
	struct policy_fault f;

	(void)state;
	run.approve.person = NULL;
	assert_int_equal(
	    policy_parse_command("frobnicate x", &run.policy, &f), 0);
	call(BASH("frobnicate x"));
	assert_string_equal(fake_command, "bash -c frobnicate x");
	call(BASH("frobnicate y"));
	assert_string_equal(fake_command, "");
	assert_int_equal(
	    policy_parse_approve("shell=auto", &run.policy, &f), 0);
	call(BASH("frobnicate y"));
	assert_string_equal(fake_command, "bash -c frobnicate y");
}

static void
test_categories(void **state)
{
	(void)state;
	run.approve.person = NULL;
	assert_non_null(
	    strstr(call(BASH("pip install x")), "--approve install=auto"));
	assert_true(told("\"what\":\"install\""));
	// The network's own rules decide, when it is reached.
	call(BASH("curl http://127.0.0.1:8000/"));
	assert_string_equal(
	    fake_command, "bash -c curl http://127.0.0.1:8000/");
	// Which is no way past the other parts.
	call(BASH("curl http://127.0.0.1:8000/ | frobnicate"));
	assert_string_equal(fake_command, "");
	policy("command ask curl");
	call(BASH("curl http://127.0.0.1:8000/"));
	assert_string_equal(fake_command, "");
	policy("approve network deny");
	assert_non_null(strstr(call(BASH("curl http://127.0.0.1:8000/")),
	    "the user's policy denies it"));
	policy("approve shell deny");
	assert_non_null(
	    strstr(call(BASH("frobnicate x")), "the user's policy denies it"));
	assert_true(told("\"verdict\":\"deny\""));
	assert_true(told("\"by\":\"policy\""));
	policy("approve read deny");
	assert_non_null(
	    strstr(call("list_files", "{}"), "\"approve read deny\" says so"));
	policy("approve read ask");
	run.approve.person = &person;
	call("list_files", "{\"path\":\"sub\"}");
	assert_non_null(strstr(
	    question, "read|list_files|look at this|{\"path\":\"sub\"}|"));
	// What was approved when it was started, and the user's own.
	policy("approve shell deny approve write deny approve read deny");
	call("background_write", "{\"id\":1,\"text\":\"x\"}");
	assert_non_null(strstr(text_of(&result.content), "no background"));
	call("plan", "{\"steps\":\"[ ] one\"}");
	assert_false(result.is_error);
	run.env.test = "true";
	call("run_tests", "{}");
	assert_string_equal(fake_command, "bash -c true");
}

static void
test_write(void **state)
{
	(void)state;
	policy("approve write ask");
	fake_put("a", "one\ntwo\n");
	answer.said = APPROVE_ONCE;
	call("edit_file",
	    "{\"path\":\"a\",\"old_string\":\"two\",\"new_string\":\"2\"}");
	assert_string_equal(fake_get("a"), "one\n2\n");
	assert_non_null(
	    strstr(question, "write|edit_file|change a|diff --git"));
	assert_non_null(strstr(question, "-two\n+2\n"));
	assert_non_null(strstr(
	    question, "|\"approve write ask\" says so|changes to this file|0"));
	assert_true(told("\"files\":[\"a\"]"));
	// An edit that does not apply is no question.
	call("edit_file",
	    "{\"path\":\"a\",\"old_string\":\"two\",\"new_string\":\"2\"}");
	assert_int_equal(asked, 1);
	answer.said = APPROVE_NO;
	assert_non_null(
	    strstr(call("write_file", "{\"path\":\"a\",\"content\":\"x\\n\"}"),
		"the user said no"));
	assert_non_null(strstr(question, "-one\n-2\n+x\n"));
	assert_string_equal(fake_get("a"), "one\n2\n");
	call("apply_patch",
	    "{\"patch\":\"--- a/a\\n+++ b/a\\n@@ -1,2 +1,1 @@\\n one\\n-2\\n"
	    "--- /dev/null\\n+++ b/n\\n@@ -0,0 +1 @@\\n+new\\n\"}");
	assert_non_null(strstr(question, "change 2 files"));
	assert_non_null(strstr(question, "-2\n"));
	assert_non_null(strstr(question, "+new\n"));
	assert_string_equal(fake_get("a"), "one\n2\n");
	assert_string_equal(fake_get("n"), "");
	answer.said = APPROVE_SESSION;
	call("write_file", "{\"path\":\"a\",\"content\":\"x\"}");
	asked = 0;
	call("write_file", "{\"path\":\"a\",\"content\":\"y\"}");
	assert_int_equal(asked, 0); // the same file
	call("write_file", "{\"path\":\"b\",\"content\":\"y\"}");
	assert_int_equal(asked, 1); // another one
	policy("approve write deny");
	call("write_file", "{\"path\":\"a\",\"content\":\"z\"}");
	assert_string_equal(fake_get("a"), "y");
	assert_int_equal(asked, 1);
}

static void
test_binary(void **state)
{
	(void)state;
	policy("approve write ask");
	answer.said = APPROVE_ONCE;
	call("write_file", "{\"path\":\"a\",\"content\":\"x\\u0000y\"}");
	assert_non_null(strstr(question, "3 bytes that are no text"));
	call("write_file", "{\"path\":\"a\",\"content\":\"x\\n\"}");
	assert_non_null(strstr(question, "a is there: no text"));
	assert_non_null(strstr(question, "+x\n"));
}

static void
test_sizes(void **state)
{
	(void)state;
	policy("edit file-size 8 edit patch-size 100");
	call("write_file", "{\"path\":\"a\",\"content\":\"12345678\"}");
	assert_string_equal(fake_get("a"), "12345678");
	assert_non_null(strstr(
	    call("write_file", "{\"path\":\"a\",\"content\":\"123456789\"}"),
	    "it would have 9 bytes, and \"edit file-size 8\""));
	assert_non_null(
	    strstr(call("edit_file", "{\"path\":\"a\",\"old_string\":\"1\","
				     "\"new_string\":\"11\"}"),
		"it would have 9 bytes"));
	assert_string_equal(fake_get("a"), "12345678");
	assert_non_null(strstr(
	    call("apply_patch",
		"{\"patch\":\"--- a/a\\n+++ b/a\\n@@ -1 +1 @@\\n-12345678\\n"
		"\\\\ No newline at end of file\\n+1\\n"
		"                                                         "
		"\"}"),
	    "\"edit patch-size 100\" allows no more"));
	assert_string_equal(fake_get("a"), "12345678");
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_unasked),
	    T(test_once),
	    T(test_session),
	    T(test_elsewhere),
	    T(test_no),
	    T(test_interrupted),
	    T(test_nobody),
	    T(test_way),
	    T(test_categories),
	    T(test_write),
	    T(test_binary),
	    T(test_sizes),
	};

	return cmocka_run_group_tests_name("approve", tests, NULL, NULL);
}
