// SPDX-License-Identifier: ISC
// walk: leads where openat2 without magic links leads, by any path.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/openat2.h>
#include "jail/inside/inside.h"

static char dir[] = "/tmp/stockade-test.XXXXXX";

static void
write_file(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	close(fd);
}

static void
link_to(const char *name, const char *text)
{
	assert_int_equal(symlink(text, name), 0);
}

static int
set_up(void **state)
{
	char path[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	assert_int_equal(mkdir("a", 0755), 0);
	assert_int_equal(mkdir("a/b", 0755), 0);
	write_file("f");
	write_file("a/b/g");
	link_to("to-f", "f");
	link_to("to-b", "a/b");
	link_to("to-b-slash", "a/b/");
	link_to("a/up", "../to-b");
	link_to("loop", "loop");
	link_to("nowhere", "a/none");
	link_to("root", "/");
	snprintf(path, sizeof(path), "%s/a/b/g", dir);
	link_to("absolute", path);
	link_to("dots", "a/../a/./b/../b/g");
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const names[] = {"dots", "absolute", "root",
	    "nowhere", "loop", "a/up", "to-b-slash", "to-b", "to-f", "a/b/g",
	    "f"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(names[i]);
	unlink("a/none");
	rmdir("a/b");
	rmdir("a");
	return chdir("/") != 0 || rmdir(dir) != 0;
}

static int
by_kernel(const char *path, uint64_t flags)
{
	struct open_how how = {
	    .flags = flags | O_CLOEXEC,
	    .mode = (flags & O_CREAT) != 0 ? 0644 : 0,
	    .resolve = RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
}

static void
compare(const char *path, uint64_t flags)
{
	int want, want_errno, got, got_errno;
	struct stat a, b;

	errno = 0;
	want = by_kernel(path, flags);
	want_errno = errno;
	if (want >= 0 && (flags & O_CREAT) != 0)
		unlink("a/none");
	errno = 0;
	got = walk_open(path, flags | O_CLOEXEC, 0644);
	got_errno = errno;
	if ((want >= 0) != (got >= 0) || (want < 0 && want_errno != got_errno))
		fail_msg("%s, flags %#lx: %d %s, not %d %s", path,
		    (unsigned long)flags, got, strerror(got_errno), want,
		    strerror(want_errno));
	if (want < 0)
		return;
	assert_int_equal(fstat(want, &a), 0);
	assert_int_equal(fstat(got, &b), 0);
	if ((flags & O_CREAT) == 0)
		assert_true(a.st_dev == b.st_dev && a.st_ino == b.st_ino);
	close(want);
	close(got);
	unlink("a/none");
}

static const char *const paths[] = {"f", "./f", "a", "a/", "a//b///g", "a/b",
    "a/b/", "a/b/g", "a/b/g/", "f/", "f/x", "to-f", "to-f/", "to-b", "to-b/",
    "to-b/g", "to-b-slash", "to-b-slash/g", "a/up", "a/up/", "a/up/g", "loop",
    "loop/x", "loop/", "nowhere", "nowhere/", "nowhere/x", "none", "none/",
    "none/x", "a/none", "absolute", "absolute/", "dots", "dots/", ".", "..",
    "./", "../", "/", "//", "/.", "/..", "root", "root/", "root/tmp", "/tmp/",
    "a/..", "a/../f", "to-b/..", "to-b/../b/g", "", "/proc/self/status",
    "/proc/mounts", "/proc/thread-self/comm", "/proc/self/exe",
    "/proc/self/exe/", "/proc/self/cwd/f", "/proc/self/root",
    "/proc/self/root/tmp", "/proc/1/ns/pid", "/proc/self/ns/pid",
    "/proc/self/fd", "/proc/self/fd/0", "/proc/net/dev"};

#define NPATHS (sizeof(paths) / sizeof(paths[0]))

static void
compare_all(uint64_t flags)
{
	size_t i;

	for (i = 0; i < NPATHS; i++)
		compare(paths[i], flags);
}

static void
test_read(void **state)
{
	(void)state;
	compare_all(O_RDONLY);
	compare_all(O_RDONLY | O_NOFOLLOW);
	compare_all(O_RDONLY | O_DIRECTORY);
	compare_all(O_PATH | O_DIRECTORY);
}

static void
test_create(void **state)
{
	static const char *const names[] = {"f", "a/none", "nowhere", "to-f",
	    "a/none/x", "loop", "to-b/g", "absolute", "a/none/"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		compare(names[i], O_WRONLY | O_CREAT);
		compare(names[i], O_WRONLY | O_CREAT | O_EXCL);
		compare(names[i], O_WRONLY | O_CREAT | O_NOFOLLOW);
	}
}

static void
test_long(void **state)
{
	static char path[WIRE_PATH_MAX + 8];
	size_t i;

	(void)state;
	for (i = 0; i + 1 < WIRE_PATH_MAX - 2; i += 2)
		memcpy(path + i, "./", 2);
	memcpy(path + i, "f", 2);
	compare(path, O_RDONLY);
	memset(path, '/', WIRE_PATH_MAX);
	assert_int_equal(walk_open(path, O_RDONLY | O_CLOEXEC, 0), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	memset(path, 'x', 300);
	path[300] = '\0';
	compare(path, O_RDONLY);
}

// The one thing it is for: an object that has no name cannot be meant.
static void
test_magic(void **state)
{
	char path[64];
	int fds[2], fd;

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0]);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(fd >= 0); // the control
	close(fd);
	assert_true(walk_open(path, O_RDONLY | O_NONBLOCK, 0) < 0);
	assert_int_equal(errno, ELOOP);
	close(fds[0]);
	close(fds[1]);
	// A file that is there no more.
	fd = open("gone", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(unlink("gone"), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_true(walk_open(path, O_RDONLY, 0) < 0);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_read),
	    cmocka_unit_test(test_create),
	    cmocka_unit_test(test_long),
	    cmocka_unit_test(test_magic),
	};

	umask(022);
	return cmocka_run_group_tests_name("walk", tests, set_up, tear_down);
}
