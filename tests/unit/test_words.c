// SPDX-License-Identifier: ISC
// words: where each word stands, and every way in which a line is broken.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "policy/words.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/*
 * All words as "LINE:COLUMN:word " and, after a fault, "LINE:COLUMN!text".
 * The text is read from a buffer of exactly its length.
 */
static void
split(const char *text, size_t len, char *out, size_t size)
{
	char *copy = malloc(len > 0 ? len : 1);
	struct policy_fault f;
	struct words w;
	struct word one;
	size_t n = 0;
	int r;

	assert_non_null(copy);
	memcpy(copy, text, len);
	out[0] = '\0';
	words_begin(&w, copy, len);
	while ((r = words_next(&w, &one, &f)) == 1) {
		n += (size_t)snprintf(out + n, size - n, "%u:%u:%s%.*s ",
		    one.line, one.column, one.quoted ? "\"" : "", (int)one.len,
		    one.s);
		assert_true(n < size);
	}
	if (r == -1)
		snprintf(
		    out + n, size - n, "%u:%u!%s", f.line, f.column, f.text);
	free(copy);
}

static void
test_split(void **state)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
	    {"", ""},
	    {"\n\n  \t\n", ""},
	    {"a", "1:1:a "},
	    {"a b\n", "1:1:a 1:3:b "},
	    {"\ta  b\t\n\nc", "1:2:a 1:5:b 3:1:c "},
	    {"a\r\nb\r\n", "1:1:a 2:1:b "},
	    {"a\r", "1:1:a "},
	    {"# x\na # y\n#", "2:1:a "},
	    {"a#b c#", "1:1:a#b 1:5:c# "},
	    {"\"a b\" c", "1:1:\"a b 1:7:c "},
	    {"\"\"", "1:1:\" "},
	    {"\"a # b\"\t# c", "1:1:\"a # b "},
	    {"\"a\\\"", "1:1:\"a\\ "},
	    {"\xc3\xa4 \xff", "1:1:\xc3\xa4 1:4:\xff "},
	    {"a \"b", "1:1:a 1:3!the quote does not end"},
	    {"\"", "1:1!the quote does not end"},
	    {"\"a\nb\"", "1:1!the quote does not end"},
	    {"a\"b\"", "1:2!a quote must stand at the start of a word"},
	    {"\"a\"b", "1:4!a blank must follow the quote that ends a word"},
	    {"\"a\"\"b\"",
		"1:4!a blank must follow the quote that ends a word"},
	    {"a\nb\x01", "1:1:a 2:2!control character 0x01"},
	    {"# \x1b[2J", "1:3!control character 0x1b"},
	    {"a\rb", "1:2!control character 0x0d"},
	    {"a\r\r\n", "1:2!control character 0x0d"},
	    {"a\x7f", "1:2!control character 0x7f"},
	    {"a\v", "1:2!control character 0x0b"},
	    {"\xef\xbb\xbf"
	     "a",
		"1:1!byte order mark: save the file without one"},
	    {"a\n\xef\xbb\xbf", "1:1:a 2:1:\xef\xbb\xbf "},
	};
	char out[500];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		split(rows[i].text, strlen(rows[i].text), out, sizeof(out));
		assert_string_equal(out, rows[i].words);
	}
	split("a\0b", 3, out, sizeof(out));
	assert_string_equal(out, "1:2!NUL byte: not a text file");
	split("a\n\0", 3, out, sizeof(out));
	assert_string_equal(out, "1:1:a 2:1!NUL byte: not a text file");
}

static void
test_long_line(void **state)
{
	static char text[2 * WORDS_LINE_MAX], out[2 * WORDS_LINE_MAX];

	(void)state;
	memset(text, ' ', sizeof(text));
	text[WORDS_LINE_MAX - 1] = 'x';
	split(text, WORDS_LINE_MAX, out, sizeof(out));
	assert_string_equal(out, "1:4096:x ");
	// The line's end does not count.
	memcpy(text + WORDS_LINE_MAX, "\r\ny", 3);
	split(text, WORDS_LINE_MAX + 3, out, sizeof(out));
	assert_string_equal(out, "1:4096:x 2:1:y ");
	text[WORDS_LINE_MAX] = ' ';
	split(text, WORDS_LINE_MAX + 1, out, sizeof(out));
	assert_string_equal(out, "1:4097!the line is longer than 4096 bytes");
}

static void
test_show(void **state)
{
	struct word w = {.s = "abc", .len = 3};
	char buf[WORDS_SHOW_MAX], big[100];

	(void)state;
	assert_string_equal(words_show(&w, buf), "\"abc\"");
	w.len = 0;
	assert_string_equal(words_show(&w, buf), "\"\"");
	w = (struct word){.s = "\x1b[m\xc3\xa4\x7f", .len = 6};
	assert_string_equal(words_show(&w, buf), "\"?[m???\"");
	memset(big, 'x', sizeof(big));
	w = (struct word){.s = big, .len = 42};
	assert_int_equal(strlen(words_show(&w, buf)), 44);
	assert_null(strchr(buf, '.'));
	w.len = 43;
	assert_int_equal(strlen(words_show(&w, buf)), WORDS_SHOW_MAX - 1);
	assert_string_equal(buf + WORDS_SHOW_MAX - 5, "...\"");
}

static void
test_is(void **state)
{
	struct word w = {.s = "rowing", .len = 2};

	(void)state;
	assert_true(words_is(&w, "ro"));
	assert_false(words_is(&w, "row"));
	assert_false(words_is(&w, "r"));
	assert_false(words_is(&w, "rw"));
	assert_false(words_is(&w, ""));
}

static void
test_fault(void **state)
{
	struct word w = {.s = "x", .len = 1, .line = 3, .column = 9};
	struct policy_fault f;
	char big[500];

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	assert_int_equal(words_fault(&f, &w, "%s", big), -1);
	assert_int_equal(f.line, 3);
	assert_int_equal(f.column, 9);
	assert_int_equal(strlen(f.text), sizeof(f.text) - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_split),
	    cmocka_unit_test(test_long_line),
	    cmocka_unit_test(test_show),
	    cmocka_unit_test(test_is),
	    cmocka_unit_test(test_fault),
	};

	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
