// SPDX-License-Identifier: ISC
// utf8: every way to be broken, and one mark for each broken piece.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "src/model/utf8.h"

#define MARK "\xef\xbf\xbd"

static const struct {
	const char *in, *out;
} table[] = {
    {"", ""},
    {"plain", "plain"},
    {"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
	"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"},
    {"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf",
	"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf"},
    /* alone, or cut: one mark for what could have begun a character */
    {"\x80", MARK},
    {"a\xbfz", "a" MARK "z"},
    {"\xc3", MARK},
    {"\xe2\x82", MARK},
    {"\xf0\x9f\x98", MARK},
    {"\xf0\x9f\x98z", MARK "z"},
    {"\xe2\x82\xe2\x82\xac", MARK "\xe2\x82\xac"},
    /* overlong, surrogates, beyond: no byte of them could */
    {"\xc0\xaf", MARK MARK},
    {"\xc1\xbf", MARK MARK},
    {"\xe0\x80\xaf", MARK MARK MARK},
    {"\xf0\x80\x80\xaf", MARK MARK MARK MARK},
    {"\xed\xa0\x80", MARK MARK MARK},
    {"\xf4\x90\x80\x80", MARK MARK MARK MARK},
    {"\xf5\x80", MARK MARK},
    {"\xff\xfe", MARK MARK},
};

static void
test_repair(void **state)
{
	size_t i, n, len;
	char *out;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		n = strlen(table[i].in);
		out = utf8_repair(table[i].in, n, &len);
		assert_non_null(out);
		assert_int_equal(len, strlen(table[i].out));
		assert_string_equal(out, table[i].out);
		assert_true(utf8_valid(out, len));
		assert_int_equal(utf8_valid(table[i].in, n),
		    strcmp(table[i].in, table[i].out) == 0);
		free(out);
	}
}

static void
test_prefix(void **state)
{
	(void)state;
	assert_int_equal(utf8_prefix("ab\xe2\x82\xac", 5), 5);
	assert_int_equal(utf8_prefix("ab\xe2\x82\xac", 4), 2);
	assert_int_equal(utf8_prefix("ab\xff", 3), 2);
	assert_int_equal(utf8_prefix("", 0), 0);
}

static void
test_nul(void **state)
{
	size_t len;
	char *out;

	(void)state;
	assert_true(utf8_valid("a\0b", 3));
	out = utf8_repair("a\0\xff", 3, &len);
	assert_int_equal(len, 5);
	assert_memory_equal(out, "a\0" MARK, 6);
	free(out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_repair),
	    cmocka_unit_test(test_prefix),
	    cmocka_unit_test(test_nul),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
