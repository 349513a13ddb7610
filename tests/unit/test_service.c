// SPDX-License-Identifier: ISC
// service: what a ceiling says of the service, and which workspaces it admits.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "policy/policy.h"

static struct policy p;
static struct policy_fault f;
static struct policy_refusal r;

static void
good(const char *text)
{
	if (policy_parse(text, strlen(text), &p, &f) != 0)
		fail_msg("%s: %u:%u: %s", text, f.line, f.column, f.text);
}

static void
bad(const char *text, const char *fault)
{
	char got[300];

	policy_init_empty(&p);
	assert_int_equal(policy_parse(text, strlen(text), &p, &f), -1);
	snprintf(got, sizeof(got), "%u:%u: %s", f.line, f.column, f.text);
	assert_string_equal(got, fault);
	assert_int_equal(p.service.boxes, 0);
	assert_int_equal(p.service.nworkspaces, 0);
}

static void
test_boxes(void **state)
{
	(void)state;
	policy_init_empty(&p);
	assert_int_equal(p.service.boxes, 0);
	good("service boxes 1");
	assert_int_equal(p.service.boxes, 1);
	// A second text over the first, as a group's file is.
	good("limit pids 5\nservice boxes 4096");
	assert_int_equal(p.service.boxes, 4096);
	bad("service boxes 0", "1:15: boxes: \"0\" is out of range: 1 to 4096");
	bad("service boxes 4097",
	    "1:15: boxes: \"4097\" is out of range: 1 to 4096");
	bad("service boxes none",
	    "1:15: boxes: \"none\" is out of range: 1 to 4096");
	bad("service boxes 1\nservice boxes 1",
	    "2:15: \"boxes\" is set twice: first on line 1");
	bad("service boxes", "1:1: \"service\" lacks a word; the form is: "
			     "service boxes COUNT, or: service directory "
			     "PATH");
	bad("service boxen 3",
	    "1:9: unknown setting of the service \"boxen\"; did you mean "
	    "\"boxes\"?");
	bad("service directory srv",
	    "1:19: \"srv\" is not an absolute path: it must start with /");
}

static void
test_not_in_a_policy(void **state)
{
	const char *text = "service boxes 3";

	(void)state;
	policy_init(&p);
	assert_int_equal(policy_parse(text, strlen(text), &p, &f), -1);
	assert_string_equal(
	    f.text, "what the service allows is for a ceiling to say");
}

static void
test_workspaces(void **state)
{
	char text[POLICY_WORKSPACES_MAX * 32 + 64] = "";
	size_t n = 0;
	int i;

	(void)state;
	policy_init_empty(&p);
	assert_true(policy_admit_workspace(&p, "/", &r));
	good("service directory /srv/build\nservice directory \"/a b\"");
	assert_true(policy_admit_workspace(&p, "/srv/build", &r));
	assert_true(policy_admit_workspace(&p, "/srv/build/x", &r));
	assert_true(policy_admit_workspace(&p, "/a b/c", &r));
	assert_false(policy_admit_workspace(&p, "/srv/builder", &r));
	assert_string_equal(r.item, "workspace");
	assert_non_null(strstr(r.reason, "/srv/build"));
	assert_false(policy_admit_workspace(&p, "/srv", &r));
	assert_false(policy_admit_workspace(&p, "/", &r));
	// What the kernel calls a thing that has no path here.
	assert_false(policy_admit_workspace(&p, "", &r));
	assert_false(policy_admit_workspace(&p, "srv/build", &r));
	assert_false(policy_admit_workspace(&p, "/srv/build/../x", &r));
	for (i = 0; i <= POLICY_WORKSPACES_MAX; i++)
		n += (size_t)snprintf(
		    text + n, sizeof(text) - n, "service directory /w%d\n", i);
	policy_init_empty(&p);
	assert_int_equal(policy_parse(text, strlen(text), &p, &f), -1);
	assert_string_equal(f.text, "more than 16 workspaces");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_boxes),
	    cmocka_unit_test(test_not_in_a_policy),
	    cmocka_unit_test(test_workspaces),
	};

	return cmocka_run_group_tests_name("service", tests, NULL, NULL);
}
