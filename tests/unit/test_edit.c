// SPDX-License-Identifier: ISC
// edit: one match or none; every refusal says where to look.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "src/agent/edit.h"

static struct text out, complaint;

static long
edit(const char *data, const char *old, const char *new, bool all)
{
	struct edit e = {
	    data, strlen(data), old, new, strlen(old), strlen(new), all};

	text_free(&out);
	text_free(&complaint);
	return edit_apply(&e, &out, &complaint);
}

static void
test_good(void **state)
{
	static const struct {
		const char *data, *old, *new;
		bool all;
		long n;
		const char *want;
	} rows[] = {
	    {"abc", "b", "X", false, 1, "aXc"},
	    {"abc", "abc", "", false, 1, ""},
	    {"a b a", "a", "X", true, 2, "X b X"},
	    {"aaaa", "aa", "b", true, 2, "bb"},
	    {"x\r\ny\r\nz\r\n", "x\ny", "1\n2\n3", false, 1,
		"1\r\n2\r\n3\r\nz\r\n"},
	    {"x\r\ny", "x\r\ny", "1\r\n2", false, 1, "1\r\n2"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    edit(rows[i].data, rows[i].old, rows[i].new, rows[i].all),
		    rows[i].n);
		assert_string_equal(text_of(&out), rows[i].want);
	}
}

static void
test_bad(void **state)
{
	static const struct {
		const char *data, *old, *new;
		const char *want;
	} rows[] = {
	    {"abc", "", "x", "old_string is empty"},
	    {"abc", "b", "b", "are the same"},
	    {"a\na\nb\na\n", "a", "x", "3 times (lines 1, 2, 4)"},
	    {"", "x", "y", "No line is like it"},
	    {"f(x):\n    return 1\n", "\treturn 1\n", "y",
		"is there, perhaps with other white space; the file has:\n"
		"     2\t    return 1\n"},
	    {"one\nreturn total / count\nthree\n", "return total/counts\nthree",
		"y",
		"is most like this place:\n     2\treturn total / count\n"
		"     3\tthree\n"},
	    {"one\ntwo\n", "qqqqqqqqqq", "y", "No line is like it"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    edit(rows[i].data, rows[i].old, rows[i].new, false), -1);
		assert_non_null(strstr(text_of(&complaint), rows[i].want));
		assert_string_equal(text_of(&out), "");
	}
}

/* A great file and a great string that is not in it: soon answered. */
static void
test_large(void **state)
{
	struct text big = {0}, old = {0};
	int i;

	(void)state;
	for (i = 0; i < 100000; i++)
		text_printf(&big, "line %d of many\n", i);
	for (i = 0; i < 50000; i++)
		text_printf(&old, "lime %d of many\n", i + 7);
	assert_int_equal(edit(big.p, old.p, "", false), -1);
	assert_non_null(strstr(complaint.p, "most like"));
	assert_true(complaint.len < 5000);
	text_free(&big);
	text_free(&old);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests_name("edit", tests, NULL, NULL);
}
