// SPDX-License-Identifier: ISC
// truncate and clean: what a reader gets of foreign bytes.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "src/agent/truncate.h"

#define BAD "\xef\xbf\xbd"

static void
test_clean(void **state)
{
	static const struct {
		enum clean_for what;
		const char *in, *want;
	} rows[] = {
	    {CLEAN_FILE, "a\033[1mb\r\n\x01", "a\033[1mb\r\n\x01"},
	    {CLEAN_FILE, "\xff\xc3(\xe2\x82", BAD BAD "(" BAD},
	    {CLEAN_FILE, "\xed\xa0\x80", BAD BAD BAD}, // a surrogate
	    {CLEAN_FILE, "\xc0\xaf\xf5\x80", BAD BAD BAD BAD},
	    {CLEAN_FILE, "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
	    {CLEAN_OUTPUT, "\033[31;1mred\033[0m.", "red."},
	    {CLEAN_OUTPUT, "\033]0;title\a.\033]8;;u\033\\.", ".."},
	    {CLEAN_OUTPUT, "\033(Bx\033cy\033", "xy"},
	    {CLEAN_OUTPUT, "10%\r20%\r\nend", "10%\n20%\nend"},
	    {CLEAN_OUTPUT, "\b\x7f\xc2\x9b", "\\x08\\x7f\\x9b"},
	    {CLEAN_OUTPUT, "\033]cut\nnext", "\nnext"},
	    {CLEAN_OUTPUT, "a\xe2\x80\xae", "a\xe2\x80\xae"},
	    {CLEAN_SCREEN,
		"a\xe2\x80\xae"
		"b\xef\xbb\xbf",
		"a\\u{202e}b\\u{feff}"},
	};
	struct text t = {0};
	struct clean c;
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		clean_all(rows[i].what, &t, rows[i].in, strlen(rows[i].in));
		assert_string_equal(text_of(&t), rows[i].want);
		text_free(&t);
		clean_begin(&c, rows[i].what); // and byte by byte
		for (j = 0; j < strlen(rows[i].in); j++)
			clean_add(&c, &t, rows[i].in + j, 1);
		clean_end(&c, &t);
		assert_string_equal(text_of(&t), rows[i].want);
		text_free(&t);
	}
}

static void
test_nul(void **state)
{
	struct text t = {0};

	(void)state;
	clean_all(CLEAN_OUTPUT, &t, "a\0b", 3);
	assert_string_equal(text_of(&t), "a\\x00b");
	text_free(&t);
}

static void
test_cut(void **state)
{
	static const struct {
		const char *in;
		size_t head, tail;
		const char *want;
	} rows[] = {
	    {"", 3, 3, ""},
	    {"abcdef", 3, 3, "abcdef"},
	    {"abcdefg", 3, 3, "abc\n[... 1 bytes cut ...]\nefg"},
	    {"ab\ncdefg", 3, 3, "ab\n[... 2 bytes cut ...]\nefg"},
	    {"a\xc3\xa9"
	     "bbbbb\xc3\xa9z",
		2, 2, "a\n[... 9 bytes cut ...]\nz"},
	    {"a\xc3\xa9"
	     "bbbbb\xc3\xa9z",
		3, 3, "a\xc3\xa9\n[... 5 bytes cut ...]\n\xc3\xa9z"},
	    {"abcdefg", 0, 3, "[... 4 bytes cut ...]\nefg"},
	    {"\x80\x80\x80\x80\x80\x80", 2, 1,
		BAD BAD "\n[... 4 bytes cut ...]\n"},
	};
	struct text t = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		truncate_text(&t, CLEAN_OUTPUT, rows[i].in, strlen(rows[i].in),
		    rows[i].head, rows[i].tail);
		assert_string_equal(text_of(&t), rows[i].want);
		text_free(&t);
	}
}

/* The ends meet in the middle of a character: nothing is lost. */
static void
test_ends_meet(void **state)
{
	struct truncate_ends e = {"a\xc3", "\xa9z", 2, 2, 4};
	struct text t = {0};

	(void)state;
	truncate_ends(&t, CLEAN_OUTPUT, &e);
	assert_string_equal(text_of(&t), "a\xc3\xa9z");
	text_free(&t);
	e.total = 1000000;
	truncate_ends(&t, CLEAN_OUTPUT, &e);
	assert_string_equal(text_of(&t), "a\n[... 999998 bytes cut ...]\nz");
	text_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_clean),
	    cmocka_unit_test(test_nul),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_ends_meet),
	};

	return cmocka_run_group_tests_name("truncate", tests, NULL, NULL);
}
