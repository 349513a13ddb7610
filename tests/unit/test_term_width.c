// SPDX-License-Identifier: ISC
// width: columns as the C library has them, and whole characters.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>
#include <string.h>
#include <wchar.h>
#include "src/term/width.h"

static void
decodes(void **state)
{
	static const struct {
		const char *in;
		size_t len, n;
		uint32_t cp;
	} rows[] = {
	    {"a", 1, 1, 'a'},
	    {"\xc3\xa9", 2, 2, 0xe9},
	    {"\xe4\xb8\xad", 3, 3, 0x4e2d},
	    {"\xf0\x9f\x98\x80", 4, 4, 0x1f600},
	    {"\xc3", 1, 1, 0xfffd},
	    {"\xc3(", 2, 1, 0xfffd},
	    {"\x80", 1, 1, 0xfffd},
	    {"\xc0\x80", 2, 1, 0xfffd},
	    {"\xe0\x80\x80", 3, 1, 0xfffd},
	    {"\xed\xa0\x80", 3, 1, 0xfffd},
	    {"\xf4\x90\x80\x80", 4, 1, 0xfffd},
	    {"\xff", 1, 1, 0xfffd},
	    {"\xe4\xb8", 2, 1, 0xfffd},
	};
	uint32_t cp;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    width_decode(rows[i].in, rows[i].len, &cp), rows[i].n);
		assert_int_equal(cp, rows[i].cp);
	}
}

// Whatever version of Unicode the C library has: few characters change.
static void
as_the_library(void **state)
{
	size_t differ = 0, known = 0;
	uint32_t cp;
	int w;

	(void)state;
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		skip();
	for (cp = 0xa0; cp < 0x110000; cp++) {
		if (cp >= 0xd800 && cp < 0xe000)
			continue;
		w = wcwidth((wchar_t)cp);
		if (w < 0)
			continue;
		known++;
		differ += (unsigned)w != width_of(cp);
	}
	assert_true(known > 100000);
	assert_true(differ < 1000);
}

static void
counts(void **state)
{
	(void)state;
	assert_int_equal(width_of('a'), 1);
	assert_int_equal(width_of('\n'), 0);
	assert_int_equal(width_of(0x7f), 0);
	assert_int_equal(width_of(0x301), 0);
	assert_int_equal(width_of(0x4e2d), 2);
	assert_int_equal(width_of(0x10ffff), 1);
	assert_int_equal(width_text("a\xe4\xb8\xad"
				    "e\xcc\x81",
			     7),
	    4);
	assert_int_equal(width_text("", 0), 0);
}

static void
steps(void **state)
{
	// a, e and an accent, a family of three joined, a line end, b
	static const char s[] = "a"
				"e\xcc\x81"
				"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7"
				"\n"
				"b";
	static const size_t at[] = {0, 1, 4, 15, 16, 17};
	size_t len = sizeof(s) - 1, i;

	(void)state;
	assert_int_equal(len, 17);
	for (i = 0; i + 1 < sizeof(at) / sizeof(at[0]); i++) {
		assert_int_equal(width_next(s, len, at[i]), at[i + 1]);
		assert_int_equal(width_prev(s, len, at[i + 1]), at[i]);
	}
	assert_int_equal(width_next(s, len, len), len);
	assert_int_equal(width_prev(s, len, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(decodes),
	    cmocka_unit_test(as_the_library),
	    cmocka_unit_test(counts),
	    cmocka_unit_test(steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
