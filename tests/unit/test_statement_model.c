// SPDX-License-Identifier: ISC
// statement_model: model and provider lines of a policy, good and bad.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "policy/policy.h"

static struct policy p, copy;
static struct policy_fault f;

static void
test_good(void **state)
{
	static const char text[] = "model vendor/some-model.v2:7b # mine\n"
				   "provider openai-responses budget turns 3\n";

	(void)state;
	policy_init(&p);
	assert_string_equal(p.model, "");
	assert_string_equal(p.provider, "");
	assert_int_equal(policy_parse(text, sizeof(text) - 1, &p, &f), 0);
	assert_string_equal(p.model, "vendor/some-model.v2:7b");
	assert_string_equal(p.provider, "openai-responses");
	assert_int_equal(p.budget.turns, 3);
	policy_init(&copy);
	policy_copy(&copy, &p);
	assert_string_equal(copy.model, p.model);
	assert_string_equal(copy.provider, p.provider);
	// The word is no directive where a name has to stand.
	assert_int_equal(policy_parse("model root", 10, &p, &f), 0);
	assert_string_equal(p.model, "root");
}

static void
test_bad(void **state)
{
	static const struct {
		const char *text, *fault;
	} t[] = {
	    {"model", "1:1: \"model\" lacks a word"},
	    {"model a b", "1:9: unexpected \"b\""},
	    {"model \"a b\"", "1:7: \"a b\" is not a model's name"},
	    {"model \"\"", "1:7: \"\" is not a model's name"},
	    {"model a\nmodel b",
		"2:1: \"model\" is set twice: first on line 1"},
	    {"provider openai\nprovider openai", "2:1: \"provider\" is set"},
	    {"provider opnai", "1:10: unknown provider \"opnai\"; did you mean "
			       "\"openai\"?"},
	    {"provider replay:x", "1:10: unknown provider \"replay:x\""},
	    {"modell a", "1:1: unknown directive \"modell\"; did you mean"},
	};
	char long_name[160] = "model ", got[300];
	size_t i;

	(void)state;
	policy_init(&p);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		if (policy_parse(t[i].text, strlen(t[i].text), &p, &f) != -1)
			fail_msg("taken: %s", t[i].text);
		snprintf(
		    got, sizeof(got), "%u:%u: %s", f.line, f.column, f.text);
		if (strncmp(got, t[i].fault, strlen(t[i].fault)) != 0)
			fail_msg("%s\nnot %s", got, t[i].fault);
		assert_string_equal(p.model, "");
	}
	memset(long_name + 6, 'm', POLICY_MODEL_MAX - 1);
	assert_int_equal(policy_parse(long_name, strlen(long_name), &p, &f), 0);
	long_name[6 + POLICY_MODEL_MAX - 1] = 'm';
	assert_int_equal(
	    policy_parse(long_name, strlen(long_name), &p, &f), -1);
	assert_non_null(strstr(f.text, "is longer than 127 bytes"));
}

/* Neither a ceiling nor a text that others wrote picks who gets the code. */
static void
test_place(void **state)
{
	(void)state;
	policy_init_empty(&p);
	assert_int_equal(policy_parse("model m", 7, &p, &f), -1);
	assert_non_null(strstr(f.text, "a ceiling has no model"));
	policy_init(&p);
	assert_int_equal(policy_parse_rules("model m", 7, NULL, &p, &f), -1);
	assert_non_null(strstr(f.text, "cannot stand in an included text"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_place),
	};

	return cmocka_run_group_tests_name(
	    "statement_model", tests, NULL, NULL);
}
