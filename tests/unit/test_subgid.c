// SPDX-License-Identifier: ISC
// subgid: who has subordinate ids, by tables that may hold anything.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "jail/subgid.h"

static void
test_name(void **state)
{
	static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
				     "::7:7:nameless:/:\n"
				     "broken\n"
				     "a:x:10:10::/:/bin/sh\n"
				     "last:x:100:1::/:";
	char buf[8];

	(void)state;
	assert_string_equal(subgid_name(passwd, 0, buf, sizeof(buf)), "root");
	assert_string_equal(subgid_name(passwd, 10, buf, sizeof(buf)), "a");
	assert_string_equal(subgid_name(passwd, 100, buf, sizeof(buf)), "last");
	assert_null(subgid_name(passwd, 1, buf, sizeof(buf)));
	assert_null(subgid_name(passwd, 7, buf, sizeof(buf)));
	assert_null(subgid_name("", 0, buf, sizeof(buf)));
	// A name that does not fit is none, rather than somebody else's.
	assert_null(subgid_name("muchtoolong:x:5:", 5, buf, sizeof(buf)));
}

static void
test_find(void **state)
{
	(void)state;
	assert_int_equal(subgid_find("a:100000:65536\n", "a", 5), 100000);
	assert_int_equal(subgid_find("5:100000:65536", "a", 5), 100000);
	assert_int_equal(subgid_find("5:100000:65536", NULL, 5), 100000);
	assert_int_equal(subgid_find("b:1:1\n\na:\na:x:1\na:7:9", "a", 5), 7);
	assert_int_equal(subgid_find("ab:1:1\nb:2:2\n", "a", 5), 0);
	assert_int_equal(subgid_find("a:9:0\n", "a", 5), 0);
	assert_int_equal(subgid_find("a:0:10\n", "a", 5), 0);
	assert_int_equal(subgid_find("a:4294967295:1\n", "a", 5), 0);
	assert_int_equal(subgid_find("a:12", "a", 5), 12);
	assert_int_equal(subgid_find("", "a", 5), 0);
	// A nameless user does not match a nameless line.
	assert_int_equal(subgid_find(":1:1\n", NULL, 5), 0);
	assert_int_equal(subgid_find(":1:1\n", "", 5), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_name),
	    cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests_name("subgid", tests, NULL, NULL);
}
