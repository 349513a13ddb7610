// SPDX-License-Identifier: ISC
// spec: the table of limits is sound, and a spec starts as it says.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "policy/spec.h"

static void
test_table(void **state)
{
	const struct spec_limit_info *l;
	int i;

	(void)state;
	for (i = 0; i < LIMIT__COUNT; i++) {
		l = spec_limit_info((enum spec_limit)i);
		assert_int_equal(spec_limit_find(l->name), i);
		assert_true(l->min >= 1 && l->min <= l->max);
		assert_true(spec_limit_valid((enum spec_limit)i, l->def));
		assert_true(strlen(l->what) > 0);
	}
	assert_int_equal(spec_limit_find("memroy"), -1);
	assert_int_equal(spec_limit_find("mem"), -1);
	assert_int_equal(spec_limit_find("memoryx"), -1);
	assert_int_equal(spec_limit_find(""), -1);
}

static void
test_valid(void **state)
{
	(void)state;
	assert_true(spec_limit_valid(LIMIT_NOFILE, 0));
	assert_false(spec_limit_valid(LIMIT_NOFILE, 15));
	assert_true(spec_limit_valid(LIMIT_NOFILE, 16));
	assert_true(spec_limit_valid(LIMIT_NOFILE, 1048576));
	assert_false(spec_limit_valid(LIMIT_NOFILE, 1048577));
	assert_false(spec_limit_valid(LIMIT_NOFILE, UINT64_MAX));
}

static void
test_init(void **state)
{
	static struct spec a, zero;
	int i;

	(void)state;
	memset(&a, 0xff, sizeof(a));
	spec_init_empty(&a);
	assert_memory_equal(a.limit, zero.limit, sizeof(a.limit));
	assert_memory_equal(a.choice, zero.choice, sizeof(a.choice));
	for (i = 0; i < LIST__COUNT; i++) {
		assert_int_equal(a.list[i].n, 0);
		// Memory that nobody asked for is not touched.
		assert_int_equal(a.list[i].item[0][0], (char)0xff);
	}
	assert_string_equal(a.root, "");
	assert_int_equal(a.nmounts, 0);
	assert_int_equal(a.mount[0].src[0], (char)0xff);
	memset(&a, 0xff, sizeof(a));
	spec_init(&a);
	for (i = 0; i < LIMIT__COUNT; i++)
		assert_true(
		    a.limit[i] == spec_limit_info((enum spec_limit)i)->def);
	assert_int_equal(a.nmounts, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_table),
	    cmocka_unit_test(test_valid),
	    cmocka_unit_test(test_init),
	};

	return cmocka_run_group_tests_name("spec", tests, NULL, NULL);
}
