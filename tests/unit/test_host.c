// SPDX-License-Identifier: ISC
// host: releases, cgroup paths, subordinate ids and lists of words.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "src/doctor/host.h"

static void
test_release(void **state)
{
	static const struct {
		const char *release;
		int major, minor;
	} rows[] = {
	    {"6.1.0-18-amd64", 6, 1},
	    {"5.4", 5, 4},
	    {"5.15.153.1-microsoft-standard-WSL2", 5, 15},
	    {"6", 6, 0},
	    {"6.", 6, 0},
	    {"", 0, 0},
	    {"next-20261120", 0, 0},
	};
	struct host h;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(&h, 0, sizeof(h));
		host_parse_release(&h, rows[i].release);
		assert_int_equal(h.major, rows[i].major);
		assert_int_equal(h.minor, rows[i].minor);
	}
	host_parse_release(&h, "5.12.3");
	assert_true(host_at_least(&h, 5, 12));
	assert_true(host_at_least(&h, 4, 19));
	assert_false(host_at_least(&h, 5, 13));
	assert_false(host_at_least(&h, 6, 0));
}

static void
test_cgroup(void **state)
{
	static const struct {
		const char *text, *path; /* NULL: none */
	} rows[] = {
	    {"0::/\n", "/"},
	    {"0::/user.slice/user-1000.slice\n", "/user.slice/user-1000.slice"},
	    {"8:pids:/\n1:name=systemd:/x\n0::/init.scope\n", "/init.scope"},
	    {"0::/a", "/a"},
	    {"10::/no\n", NULL},
	    {"1:cpu:/\n", NULL},
	    {"0::\n", NULL},
	    {"", NULL},
	};
	char path[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    host_parse_cgroup(rows[i].text, path, sizeof(path)),
		    rows[i].path != NULL);
		if (rows[i].path != NULL)
			assert_string_equal(path, rows[i].path);
	}
	assert_true(host_parse_cgroup("0::/long/path\n", path, 4));
	assert_string_equal(path, "/lo");
}

static void
test_subid(void **state)
{
	const char *text = "bob:100000:65536\n1000:165536:65536\n:1:1\n";

	(void)state;
	assert_true(host_parse_subid(text, "bob", 7));
	assert_true(host_parse_subid(text, NULL, 1000));
	assert_true(host_parse_subid(text, "eve", 1000));
	assert_false(host_parse_subid(text, "bo", 100));
	assert_false(host_parse_subid(text, "bobby", 10000));
	assert_false(host_parse_subid(text, "", 7));
	assert_false(host_parse_subid("", "bob", 7));
	assert_false(host_parse_subid("bob", "bob", 7));
}

static void
test_words(void **state)
{
	(void)state;
	assert_true(host_has_word("cpu io memory pids", "memory"));
	assert_true(host_has_word("capability,landlock,yama", "landlock"));
	assert_true(host_has_word("memory", "memory"));
	assert_false(host_has_word("cpuset", "cpu"));
	assert_false(host_has_word("hugetlb.memory", "memory"));
	assert_false(host_has_word("", "memory"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_release),
	    cmocka_unit_test(test_cgroup),
	    cmocka_unit_test(test_subid),
	    cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
