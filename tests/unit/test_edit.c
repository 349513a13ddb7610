// SPDX-License-Identifier: ISC
// edit: one match or none; every refusal says where to look.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
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

static uint64_t chance;

static unsigned
below(unsigned n)
{
	chance = chance * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(chance >> 33) % n;
}

/* An edit taken back gives the file as it was; where the string is there more
   often than once it is refused, and all of them are replaced if asked. */
static void
test_round_trip(void **state)
{
	char file[300], old[20], new[20];
	const char *p;
	unsigned i, k, n, at, len, once = 0;

	(void)state;
	for (i = 0; i < 20000; i++) {
		chance = i;
		n = 20 + below(250);
		for (k = 0; k < n; k++)
			file[k] = "ab\n c"[below(5)];
		file[n] = '\0';
		len = 1 + below(12);
		at = below(n - len);
		snprintf(old, sizeof(old), "%.*s", (int)len, file + at);
		len = 1 + below(12);
		for (k = 0; k < len; k++)
			new[k] = "XYZ"[below(3)];
		new[len] = '\0';
		for (n = 0, p = file; (p = strstr(p, old)) != NULL; n++)
			p += strlen(old);
		if (edit(file, old, new, true) != (long)n)
			fail_msg(
			    "[%s] in [%s]: %s", old, file, text_of(&complaint));
		if (n > 1) {
			assert_int_equal(edit(file, old, new, false), -1);
			continue;
		}
		// It may overlap itself, which makes it no single place.
		if (strstr(strstr(file, old) + 1, old) != NULL)
			continue;
		assert_int_equal(edit(file, old, new, false), 1);
		once++;
		assert_int_equal(
		    out.len, strlen(file) - strlen(old) + strlen(new));
		p = strstr(file, old);
		assert_memory_equal(out.p, file, (size_t)(p - file));
		assert_memory_equal(out.p + (p - file), new, strlen(new));
		assert_string_equal(
		    out.p + (p - file) + strlen(new), p + strlen(old));
	}
	assert_true(once > 5000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_large),
	    cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests_name("edit", tests, NULL, NULL);
}
