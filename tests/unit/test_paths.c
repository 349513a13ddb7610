// SPDX-License-Identifier: ISC
// paths: clean or not, beneath or not, fit to be mounted on or not.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "policy/paths.h"
#include "policy/spec.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
test_clean(void **state)
{
	static const char *const good[] = {"/", "/a", "/a/b", "/a.b/..c", "/.a",
	    "/...", "/a b", "/a\"b", "/\xc3\xa4"};
	static const char *const bad[] = {"", "a", "a/b", ".", "..", "~/x",
	    "//", "/a/", "/a//b", "//a", "/.", "/..", "/./a", "/a/.", "/a/./b",
	    "/a/../b", "/a/..", "/a\nb", "/a\x7f", "/\x01"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++)
		assert_true(paths_clean(good[i]));
	for (i = 0; i < COUNT(bad); i++)
		if (paths_clean(bad[i]))
			fail_msg("\"%s\" is not clean", bad[i]);
	// The length given counts, not a terminator.
	assert_null(paths_fault("/a//", 2));
	assert_non_null(paths_fault("/a\0b", 4));
}

static void
test_length(void **state)
{
	char path[SPEC_PATH_MAX + 1];

	(void)state;
	memset(path, 'x', sizeof(path));
	path[0] = '/';
	assert_null(paths_fault(path, SPEC_PATH_MAX - 1));
	assert_non_null(paths_fault(path, SPEC_PATH_MAX));
	path[SPEC_PATH_MAX - 1] = '\0';
	assert_true(paths_clean(path));
	path[SPEC_PATH_MAX - 1] = 'x'; // no terminator within bounds
	assert_false(paths_clean(path));
}

static void
test_beneath(void **state)
{
	(void)state;
	assert_true(paths_beneath("/", "/"));
	assert_true(paths_beneath("/", "/a"));
	assert_true(paths_beneath("/a", "/a"));
	assert_true(paths_beneath("/a", "/a/b"));
	assert_true(paths_beneath("/a/b", "/a/b/c/d"));
	assert_false(paths_beneath("/a", "/"));
	assert_false(paths_beneath("/a", "/ab"));
	assert_false(paths_beneath("/a/b", "/a"));
	assert_false(paths_beneath("/a/b", "/a/bc"));
	assert_false(paths_beneath("/b", "/a/b"));
}

static void
test_mount(void **state)
{
	static const char *const good[] = {"/opt", "/opt/x", "/mnt/x", "/srv",
	    "/home/me/.cache", "/var/cache/pip", "/run/x", "/root", "/data",
	    "/usrlocal", "/process", "/library", "/tmpx", "/workspaces"};
	static const char *const bad[] = {"/", "/proc", "/proc/sys", "/sys",
	    "/sys/fs/cgroup", "/dev", "/dev/shm", "/etc", "/etc/passwd", "/usr",
	    "/usr/local", "/bin", "/bin/sh", "/sbin", "/lib", "/lib/x",
	    "/lib32", "/lib64", "/libx32", "/tmp", "/tmp/x", "/workspace",
	    "/workspace/.git"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++)
		if (paths_mount_fault(good[i]) != NULL)
			fail_msg("%s must be allowed", good[i]);
	for (i = 0; i < COUNT(bad); i++)
		if (paths_mount_fault(bad[i]) == NULL)
			fail_msg("%s must be refused", bad[i]);
	assert_string_equal(
	    paths_mount_fault("/usr/local"), "is the read-only system");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_clean),
	    cmocka_unit_test(test_length),
	    cmocka_unit_test(test_beneath),
	    cmocka_unit_test(test_mount),
	};

	return cmocka_run_group_tests_name("paths", tests, NULL, NULL);
}
