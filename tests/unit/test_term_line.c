// SPDX-License-Identifier: ISC
// line: each key's work, on texts of one line and of several.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "src/term/line.h"
#include "src/term/width.h"

// Texts are written with | where the cursor is.
static void
put(struct line *l, const char *with)
{
	const char *bar = strchr(with, '|');

	line_set(l, with, (size_t)(bar - with));
	line_insert(l, bar + 1, strlen(bar + 1));
	l->at = (size_t)(bar - with);
}

static const char *
seen(const struct line *l)
{
	static struct text t;

	t.len = 0;
	text_add(&t, text_of(&l->text), l->at);
	text_char(&t, '|');
	text_str(&t, text_of(&l->text) + l->at);
	return text_of(&t);
}

static void
keys_work(void **state)
{
	static const struct {
		const char *before;
		enum key key;
		const char *after;
	} rows[] = {
	    {"ab|c", KEY_LEFT, "a|bc"},
	    {"|abc", KEY_LEFT, "|abc"},
	    {"ab|c", KEY_RIGHT, "abc|"},
	    {"e\xcc\x81|", KEY_LEFT, "|e\xcc\x81"},
	    {"a\nb|c", KEY_HOME, "a\n|bc"},
	    {"a|x\nbc", KEY_END, "ax|\nbc"},
	    {"a\nb|c", KEY_FIRST, "|a\nbc"},
	    {"a|\nbc", KEY_LAST, "a\nbc|"},
	    {"one two|", KEY_WORD_LEFT, "one |two"},
	    {"one| two", KEY_WORD_RIGHT, "one two|"},
	    {"abc\ndef|g", KEY_UP, "abc|\ndefg"},
	    {"ab\n\xe4\xb8\xad\xe4\xb8\xad|", KEY_UP,
		"ab|\n\xe4\xb8\xad\xe4\xb8\xad"},
	    {"abc|\n\xe4\xb8\xad\xe4\xb8\xad", KEY_DOWN,
		"abc\n\xe4\xb8\xad|\xe4\xb8\xad"},
	    {"ab|c", KEY_BACKSPACE, "a|c"},
	    {"e\xcc\x81|", KEY_BACKSPACE, "|"},
	    {"|abc", KEY_BACKSPACE, "|abc"},
	    {"a|bc", KEY_DELETE, "a|c"},
	    {"abc|", KEY_DELETE, "abc|"},
	    {"a|bc\nd", KEY_KILL_END, "a|\nd"},
	    {"a|\nd", KEY_KILL_END, "a|d"},
	    {"x\nab|c", KEY_KILL_START, "x\n|c"},
	    {"make -j2|", KEY_KILL_WORD, "make |"},
	    {"a-b| c", KEY_KILL_NEXT, "a-b|"},
	    {"ab|", KEY_SWAP, "ba|"},
	    {"a|b", KEY_SWAP, "ba|"},
	    {"|ab", KEY_SWAP, "|ab"},
	    {"a|b", KEY_NEWLINE, "a\n|b"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct line l = {0};

		put(&l, rows[i].before);
		line_key(&l, rows[i].key);
		assert_string_equal(seen(&l), rows[i].after);
		line_free(&l);
	}
}

static void
yanks(void **state)
{
	struct line l = {0};

	(void)state;
	put(&l, "one two three|");
	line_key(&l, KEY_KILL_WORD);
	line_key(&l, KEY_KILL_WORD);
	assert_string_equal(seen(&l), "one |");
	line_key(&l, KEY_YANK);
	assert_string_equal(seen(&l), "one two three|");
	line_key(&l, KEY_HOME);
	line_key(&l, KEY_KILL_END);
	line_key(&l, KEY_YANK);
	line_key(&l, KEY_YANK);
	assert_string_equal(seen(&l), "one two threeone two three|");
	line_free(&l);
}

static void
says_no(void **state)
{
	struct line l = {0};

	(void)state;
	put(&l, "one|");
	assert_false(line_key(&l, KEY_UP));
	assert_false(line_key(&l, KEY_DOWN));
	assert_false(line_key(&l, KEY_ENTER));
	put(&l, "|");
	assert_false(line_key(&l, KEY_UP));
	assert_false(line_key(&l, KEY_DOWN));
	line_free(&l);
}

static void
bounded(void **state)
{
	struct line l = {0};
	char *much = malloc(LINE_MAX_BYTES);

	(void)state;
	memset(much, 'x', LINE_MAX_BYTES);
	assert_true(line_insert(&l, much, LINE_MAX_BYTES));
	assert_false(line_insert(&l, "y", 1));
	assert_int_equal(l.text.len, LINE_MAX_BYTES);
	free(much);
	line_free(&l);
}

// Whatever is pressed, the cursor stands between characters.
static void
anything(void **state)
{
	static const char *const pieces[] = {
	    "a", " ", "\n", "\xe4\xb8\xad", "e\xcc\x81", "\t", "x_1"};
	struct line l = {0};
	size_t at;
	int i;

	(void)state;
	srand(11);
	for (i = 0; i < 20000; i++) {
		const char *p = pieces[rand() % 7];

		if (rand() % 2)
			line_insert(&l, p, strlen(p));
		else
			line_key(&l, (enum key)(KEY_BACKSPACE + rand() % 18));
		assert_true(l.at <= l.text.len);
		assert_int_equal(strlen(text_of(&l.text)), l.text.len);
		for (at = 0; at < l.at;)
			at = width_next(l.text.p, l.text.len, at);
		assert_int_equal(at, l.at);
		if (l.text.len > 300)
			line_set(&l, "", 0);
	}
	line_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keys_work),
	    cmocka_unit_test(yanks),
	    cmocka_unit_test(says_no),
	    cmocka_unit_test(bounded),
	    cmocka_unit_test(anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
