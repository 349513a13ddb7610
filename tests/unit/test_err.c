// SPDX-License-Identifier: ISC
// err: texts are whole, prefixes come first, nothing overflows.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include "jail/base/err.h"

static void
test_set(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(err_set(&e, ERR_MOUNT, ENOENT, "bind %s", "/x"), -1);
	assert_int_equal(e.code, ERR_MOUNT);
	assert_int_equal(e.sys_errno, ENOENT);
	assert_string_equal(e.text, "bind /x: No such file or directory");
	assert_int_equal(err_set(&e, ERR_MOUNT, 0, "plain"), -1);
	assert_string_equal(e.text, "plain");
	assert_int_equal(err_set(NULL, ERR_MOUNT, 0, "nobody asks"), -1);
}

static void
test_prefix(void **state)
{
	struct err e;

	(void)state;
	err_set(&e, ERR_SYSTEM, EPERM, "open");
	assert_int_equal(err_prefix(&e, "policy %s", "a"), -1);
	assert_string_equal(e.text, "policy a: open: Operation not permitted");
	assert_int_equal(e.code, ERR_SYSTEM);
	assert_int_equal(e.sys_errno, EPERM);
}

static void
test_too_long(void **state)
{
	char big[1000];
	struct err e;
	int i;

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	err_set(&e, ERR_SYSTEM, EPERM, "%s", big);
	assert_int_equal(strlen(e.text), sizeof(e.text) - 1);
	for (i = 0; i < 5; i++)
		err_prefix(&e, "again");
	assert_int_equal(strlen(e.text), sizeof(e.text) - 1);
	assert_memory_equal(e.text, "again: again: ", 14);
}

static void
test_names(void **state)
{
	(void)state;
	assert_string_equal(err_name(ERR_MOUNT), "mount");
	assert_string_equal(err_name(ERR_INTERRUPTED), "interrupted");
	assert_string_equal(err_name(9999), "unknown");
	assert_non_null(strstr(err_sentence(ERR_POLICY), "named line"));
	assert_non_null(err_sentence(9999));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_set),
	    cmocka_unit_test(test_prefix),
	    cmocka_unit_test(test_too_long),
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
