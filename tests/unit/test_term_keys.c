// SPDX-License-Identifier: ISC
// keys: sequences, characters and pastes, whole, cut and wrong.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "src/agent/text.h"
#include "src/term/keys.h"
#include "src/term/width.h"

// What comes of bytes: text as it is, other keys as <number>.
static const char *
read_as(const char *p, size_t len)
{
	static struct text out;
	struct keys k;
	enum key key;
	size_t i;

	out.len = 0;
	text_str(&out, "");
	keys_begin(&k);
	for (i = 0; i < len; i++) {
		key = keys_add(&k, (unsigned char)p[i]);
		if (key == KEY_TEXT || key == KEY_PASTE)
			text_add(&out, k.text, k.len);
		else if (key != KEY_NONE)
			text_printf(&out, "<%d>", key);
	}
	if (keys_pending(&k)) {
		key = keys_flush(&k);
		if (key != KEY_NONE)
			text_printf(&out, "<%d>", key);
	}
	return text_of(&out);
}

static void
one(const char *in, enum key key)
{
	char want[20];

	snprintf(want, sizeof(want), "<%d>", key);
	assert_string_equal(read_as(in, strlen(in)), want);
}

static void
sequences(void **state)
{
	(void)state;
	one("\033[A", KEY_UP);
	one("\033OA", KEY_UP);
	one("\033[D", KEY_LEFT);
	one("\033[1;5C", KEY_WORD_RIGHT);
	one("\033[3~", KEY_DELETE);
	one("\033b", KEY_WORD_LEFT);
	one("\033\r", KEY_NEWLINE);
	one("\n", KEY_NEWLINE);
	one("\r", KEY_ENTER);
	one("\x7f", KEY_BACKSPACE);
	one("\033\x7f", KEY_KILL_WORD);
	one("\x01", KEY_HOME);
	one("\x03", KEY_CANCEL);
	one("\033", KEY_ABORT);
	one("\033\033[A", KEY_UP);
	// Unknown, cut or endless: nothing, and what follows is read anew.
	assert_string_equal(read_as("\033[99;9Zx", 8), "x");
	assert_string_equal(read_as("\033Qx", 3), "x");
	assert_string_equal(read_as("\033[1;5", 5), "");
	assert_string_equal(
	    read_as("\033[1111111111111111111111111111111111111", 40),
	    "111111");
}

static void
characters(void **state)
{
	(void)state;
	assert_string_equal(read_as("ab", 2), "ab");
	assert_string_equal(
	    read_as("\xc3\xa9\xf0\x9f\x98\x80", 6), "\xc3\xa9\xf0\x9f\x98\x80");
	// No half of one ever comes out.
	assert_string_equal(read_as("\xc3x", 2), "x");
	assert_string_equal(read_as("\xff\xfex", 3), "x");
	assert_string_equal(read_as("\xe4\xb8\xe4\xb8\xad", 5), "\xe4\xb8\xad");
}

static void
pastes(void **state)
{
	static const char in[] =
	    "\033[200~a\r\nb\rc\n\x03\x04\033[Ad\033[201~\r";
	char want[40];

	(void)state;
	snprintf(want, sizeof(want), "a\nb\nc\nd<%d>", KEY_ENTER);
	assert_string_equal(read_as(in, sizeof(in) - 1), want);
	// What looks like its end and is not.
	assert_string_equal(read_as("\033[200~\033[201xy\033[201~", 20), "y");
}

// Whatever comes, no byte of a key's text is a control or half a character.
static void
anything(void **state)
{
	struct keys k;
	unsigned char b;
	uint32_t cp;
	int i;

	(void)state;
	srand(7);
	keys_begin(&k);
	for (i = 0; i < 300000; i++) {
		b = (unsigned char)(rand() % 3 ? rand()
					       : "\033[200~1;"[rand() % 8]);
		switch (keys_add(&k, b)) {
		case KEY_TEXT:
		case KEY_PASTE:
			assert_int_equal(
			    width_decode(k.text, k.len, &cp), k.len);
			assert_true(cp >= 0x20 || cp == '\n' || cp == '\t');
			break;
		default:
			break;
		}
		assert_true(k.nheld <= sizeof(k.held));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sequences),
	    cmocka_unit_test(characters),
	    cmocka_unit_test(pastes),
	    cmocka_unit_test(anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
