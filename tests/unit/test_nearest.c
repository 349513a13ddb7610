// SPDX-License-Identifier: ISC
// nearest: edits are counted right, and a far word is not suggested.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "policy/nearest.h"

static void
test_distance(void **state)
{
	static const struct {
		const char *s, *word;
		size_t d;
	} rows[] = {
	    {"", "", 0},
	    {"a", "", 1},
	    {"", "ab", 2},
	    {"limit", "limit", 0},
	    {"limt", "limit", 1},
	    {"limiit", "limit", 1},
	    {"lamit", "limit", 1},
	    {"ilmit", "limit", 1},
	    {"memroy", "memory", 1},
	    {"kitten", "sitting", 3},
	};
	char big[40];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(nearest_distance(rows[i].s, strlen(rows[i].s),
				     rows[i].word),
		    rows[i].d);
	// Too long to compare: as far as can be, and no table overrun.
	memset(big, 'x', sizeof(big));
	assert_int_equal(nearest_distance(big, 31, "x"), 30);
	assert_int_equal(nearest_distance(big, 32, "x"), 33);
	big[39] = '\0';
	assert_int_equal(nearest_distance("x", 1, big), 40);
	// Exact length: the terminator is not needed.
	assert_int_equal(nearest_distance("limits", 5, "limit"), 0);
}

static void
test_word(void **state)
{
	static const char *const words[] = {
	    "time", NULL, "memory", "pids", "ro"};
	size_t n = sizeof(words) / sizeof(words[0]);

	(void)state;
	assert_string_equal(nearest_word("memroy", 6, words, n), "memory");
	assert_string_equal(nearest_word("mem0ri", 6, words, n), "memory");
	assert_string_equal(nearest_word("pid", 3, words, n), "pids");
	assert_string_equal(nearest_word("rw", 2, words, n), "ro");
	assert_null(nearest_word("xy", 2, words, n));
	assert_null(nearest_word("cpu", 3, words, n));
	assert_null(nearest_word("", 0, words, n));
	assert_null(nearest_word("time", 4, words, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_distance),
	    cmocka_unit_test(test_word),
	};

	return cmocka_run_group_tests_name("nearest", tests, NULL, NULL);
}
