// SPDX-License-Identifier: ISC
// The statements about commands and approvals, their options, and what is
// expected of commands.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "policy/policy.h"

static struct policy p;
static struct policy_fault f;
static struct command_answer a;

static void
rules(const char *text)
{
	policy_init(&p);
	if (policy_parse(text, strlen(text), &p, &f) != 0)
		fail_msg("%u:%u: %s", f.line, f.column, f.text);
}

static void
judge(const char *line)
{
	command_judge(&p.command, line, strlen(line), &a);
}

static void
test_options(void **state)
{
	(void)state;
	rules("approve shell deny\ncommand ask make");
	assert_int_equal(policy_parse_approve("shell=ask", &p, &f), 0);
	assert_int_equal(policy_parse_approve("install=auto", &p, &f), 0);
	assert_int_equal(p.command.approve[APPROVE_SHELL], APPROVE_ASK);
	assert_int_equal(p.command.approve[APPROVE_INSTALL], APPROVE_AUTO);
	assert_int_equal(policy_parse_command("frob  it", &p, &f), 0);
	judge("frob it now");
	assert_int_equal(a.verdict, APPROVE_AUTO);
	assert_string_equal(a.rule.pattern, "frob it");
	assert_int_equal(a.rule.origin, COMMAND_FROM_OPTION);
	assert_int_equal(policy_parse_command("make", &p, &f), 0);
	judge("make");
	assert_int_equal(a.verdict, APPROVE_ASK);
	assert_int_equal(policy_parse_approve("shell", &p, &f), -1);
	assert_string_equal(f.text, "\"shell\" has no =: write "
				    "CATEGORY=VERDICT, as in shell=ask");
	assert_int_equal(policy_parse_approve("shel=ask", &p, &f), -1);
	assert_string_equal(f.text, "unknown category \"shel\"; did you mean "
				    "\"shell\"?");
	assert_int_equal(policy_parse_command(" ", &p, &f), -1);
}

static void
test_faults(void **state)
{
	static const char *const rows[][2] = {
	    {"command ask a/b", "1:13: command: \"a/b\" must begin with a "
				"name, an absolute path, or ./"},
	    {"command ask \" \"", "1:13: command: \" \" is empty"},
	    {"command ask A=1", "1:13: command: \"A=1\" begins with an "
				"assignment, where a program belongs"},
	    {"command ask /a/../b",
		"1:13: command: \"/a/../b\" has a \"..\" component"},
	    {"command aks x", "1:9: unknown verdict \"aks\"; did you mean "
			      "\"ask\"?"},
	    {"command defaults all", "1:18: unknown word of \"command "
				     "defaults\" \"all\"; there are none"},
	    {"approve shell maybe", "1:15: unknown verdict \"maybe\"; there "
				    "are auto, notify, ask, deny"},
	    {"approve shell ask approve shell auto",
		"1:27: \"shell\" is set twice: first on line 1"},
	    {"approve shell", "1:1: \"approve\" lacks a word; the form is: "
			      "approve read|write|shell|network|install "
			      "auto|notify|ask|deny"},
	};
	char text[300];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		policy_init(&p);
		assert_int_equal(
		    policy_parse(rows[i][0], strlen(rows[i][0]), &p, &f), -1);
		snprintf(text, sizeof(text), "%u:%u: %s", (unsigned)f.line,
		    (unsigned)f.column, f.text);
		assert_string_equal(text, rows[i][1]);
	}
	policy_init_empty(&p);
	assert_int_equal(policy_parse("command ask x", 13, &p, &f), -1);
	assert_int_equal(policy_parse("approve read ask", 16, &p, &f), -1);
}

/* Expectations are asked apart from the parsing. */
static void
test_expect(void **state)
{
	static const char *const bad[][2] = {
	    {"expect allow command \"ls; pip install x\"",
		"1:22: \"pip install x\" is asked about, not allowed as "
		"expected: \"command install pip install\" of the shipped "},
	    {"command deny gdb\n expect ask command \"echo; gdb -p 1\"",
		"2:21: \"gdb -p 1\" is denied, not asked about as expected: "
		"\"command deny gdb\" (line 1) says so"},
	    {"expect deny command frob",
		"1:21: \"frob\" is asked about, not denied as expected: no "
		"rule approves it"},
	};
	char text[300];
	size_t i;

	(void)state;
	rules("command deny gdb approve install notify\n"
	      "expect allow command ls\n"
	      "expect allow command \"pip install x && ls\"\n"
	      "expect ask command \"frob | cat\"\n"
	      "expect deny command gdb\n");
	assert_int_equal(policy_expect_commands(&p, &f), 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		rules(bad[i][0]);
		assert_int_equal(policy_expect_commands(&p, &f), -1);
		snprintf(text, sizeof(text), "%u:%u: %s", (unsigned)f.line,
		    (unsigned)f.column, f.text);
		assert_memory_equal(text, bad[i][1], strlen(bad[i][1]));
	}
	policy_init(&p);
	assert_int_equal(
	    policy_parse("expect ask command \"\"", 21, &p, &f), -1);
	assert_string_equal(f.text, "\"\" is empty");
	assert_int_equal(policy_parse("expect ask cmd x", 16, &p, &f), -1);
	assert_string_equal(f.text, "unknown thing to expect of \"cmd\"; "
				    "there are net, command");
	policy_init_empty(&p);
	assert_int_equal(policy_parse("expect ask command x", 20, &p, &f), -1);
}

static void
test_many(void **state)
{
	char text[COMMAND_RULES_MAX * 20 + 32] = "";
	size_t i, n = 0;

	(void)state;
	for (i = 0; i < COMMAND_RULES_MAX; i++)
		n += (size_t)snprintf(
		    text + n, sizeof(text) - n, "command ask x%zu\n", i);
	rules(text);
	assert_int_equal(p.command.n, COMMAND_RULES_MAX);
	memcpy(text + n, "command ask x", 14);
	policy_init(&p);
	assert_int_equal(policy_parse(text, n + 13, &p, &f), -1);
	assert_string_equal(f.text, "more than 256 rules of commands");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_options),
	    cmocka_unit_test(test_faults),
	    cmocka_unit_test(test_expect),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
