// SPDX-License-Identifier: ISC
// tree: what is written is read again, and nothing else is a tree.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "src/keep/tree.h"

#define D "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char sample[] = "d 755 4096 7 1 2 - dir\0"
			     "f 644 5 8 3 4 " D " dir/a file\n\x80\0"
			     "l 777 1 9 5 6 - dir/link\0../x\0"
			     "p 600 0 10 7 8 - pipe\0"
			     "f 7755 5 11 9 18446744073709551615 - big\0"
			     "l 777 1 12 5 6 - empty\0\0";

static void
load(struct keep_tree *t)
{
	const char *p = sample, *end = sample + sizeof(sample) - 1;
	ptrdiff_t n;
	char type;

	*t = (struct keep_tree){0};
	for (; p < end; p += n) {
		n = tree_parse(t, p, (size_t)(end - p), &type);
		assert_true(n > 0);
	}
	tree_sort(t);
}

static void
test_round(void **state)
{
	struct keep_tree t, again;
	struct keep_entry *en;
	struct err e;
	size_t len, i;
	char *text;

	(void)state;
	load(&t);
	t.taken = 42;
	text = tree_write(&t, &len);
	assert_non_null(text);
	assert_int_equal(tree_read(&again, text, len, &e), 0);
	assert_int_equal(again.n, 6);
	assert_int_equal(again.taken, 42);
	for (i = 0; i < t.n; i++) {
		en = tree_find(&again, t.v[i].path);
		assert_non_null(en);
		assert_true(tree_same(en, &t.v[i]));
		assert_true(tree_untouched(en, &t.v[i], UINT64_MAX) ||
			    en->ctime == UINT64_MAX);
	}
	assert_string_equal(tree_find(&again, "dir/link")->target, "../x");
	assert_true(tree_find(&again, "dir/a file\n\x80")->kept);
	assert_null(tree_find(&again, "dir/"));
	// Not one byte less is one.
	for (i = 0; i < len - 1; i++) {
		tree_free(&again);
		if (tree_read(&again, text, i, &e) == 0)
			assert_true(text[i - 1] == '\0');
	}
	tree_free(&again);
	tree_free(&t);
	free(text);
}

static void
test_bad(void **state)
{
	static const char *const bad[] = {
	    "x 755 1 1 1 1 - dir",
	    "",
	    "f",
	    "f  755 1 1 1 1 - a",
	    "f 888 1 1 1 1 - a",
	    "f 10000 1 1 1 1 - a",
	    "f 644 -1 1 1 1 - a",
	    "f 644 99999999999999999999 1 1 1 - a",
	    "f 644 1 1 1 1 a",
	    "f 644 1 1 1 1 " D "0 a",
	    "f 644 1 1 1 1 0123 a",
	    "d 644 1 1 1 1 " D " a",
	    "f 644 1 1 1 1 - ",
	    "f 644 1 1 1 1 - /etc/passwd",
	    "f 644 1 1 1 1 - a//b",
	    "f 644 1 1 1 1 - a/",
	    "f 644 1 1 1 1 - ../a",
	    "f 644 1 1 1 1 - a/../b",
	    "f 644 1 1 1 1 - a/..",
	    "f 644 1 1 1 1 - ./a",
	    ". 0 0 0 0 0 - a",
	};
	struct keep_tree t = {0};
	size_t i;
	char type;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
		    tree_parse(&t, bad[i], strlen(bad[i]) + 1, &type), -1);
	// Not whole yet: the NUL, or a link's target, is to come.
	assert_int_equal(tree_parse(&t, "f 644 1 1 1 1 - a", 17, &type), 0);
	assert_int_equal(tree_parse(&t, "l 777 1 1 1 1 - a\0b", 19, &type), 0);
	assert_int_equal(tree_parse(&t, ". 0 0 0 0 0 - ", 15, &type), 15);
	assert_int_equal(type, KEEP_END);
	assert_int_equal(t.n, 0);
	tree_free(&t);
}

static void
test_untouched(void **state)
{
	const uint64_t s = 1000000000;
	struct keep_entry a = {.type = KEEP_FILE, .ctime = 5 * s}, b = a;

	(void)state;
	assert_true(tree_untouched(&a, &b, 7 * s));
	// Looked at within the clock's tick: nobody can know.
	assert_false(tree_untouched(&a, &b, 5 * s + s / 2));
	b.size = 1;
	assert_false(tree_untouched(&a, &b, 7 * s));
	b = a;
	b.ctime++;
	assert_false(tree_untouched(&a, &b, 7 * s));
	b = a;
	b.ino++;
	assert_false(tree_untouched(&a, &b, 7 * s));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_round),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_untouched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
