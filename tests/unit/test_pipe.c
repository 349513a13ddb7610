// SPDX-License-Identifier: ISC
// pipe: ours may be opened by a box of other ids; nothing else is touched.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/box/pipe.h"

static mode_t
mode_of(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	return st.st_mode & 07777;
}

static void
test_make(void **state)
{
	char path[64], c;
	int p[2], again;

	(void)state;
	assert_int_equal(pipe_make(p), 0);
	assert_int_equal(fcntl(p[0], F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(p[1], F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(p[0], F_GETFL) & O_NONBLOCK, 0);
	assert_int_equal(fcntl(p[1], F_GETFL) & O_NONBLOCK, 0);
	assert_int_equal(mode_of(p[0]), 0666);
	assert_int_equal(mode_of(p[1]), 0666);
	// What the mode is for: the same pipe, by its name.
	snprintf(path, sizeof(path), "/proc/self/fd/%d", p[1]);
	again = open(path, O_WRONLY | O_CLOEXEC);
	assert_true(again >= 0);
	assert_int_equal(write(again, "x", 1), 1);
	assert_int_equal(read(p[0], &c, 1), 1);
	assert_int_equal(c, 'x');
	close(again);
	close(p[0]);
	close(p[1]);
}

static void
test_no_room(void **state)
{
	struct rlimit was, none;
	int p[2] = {-1, -1};

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	none = (struct rlimit){0, was.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	errno = 0;
	assert_int_equal(pipe_make(p), -1);
	assert_int_equal(errno, EMFILE);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	assert_int_equal(p[0], -1);
}

static void
test_for_box(void **state)
{
	int p[2];

	(void)state;
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	assert_int_equal(mode_of(p[0]), 0600);
	pipe_for_box(p[1]);
	assert_int_equal(mode_of(p[0]), 0666);
	close(p[0]);
	close(p[1]);
	pipe_for_box(-1);
}

/* fd keeps its mode, 0600. */
static void
untouched(int fd)
{
	assert_true(fd >= 0);
	assert_int_equal(mode_of(fd), 0600);
	pipe_for_box(fd);
	assert_int_equal(mode_of(fd), 0600);
	close(fd);
}

static void
test_untouched(void **state)
{
	char dir[] = "/tmp/stockade-test-pipe.XXXXXX", path[64];
	int s[2], fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/f", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	untouched(open(path, O_RDWR | O_CLOEXEC));
	assert_int_equal(unlink(path), 0);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	untouched(fd);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s), 0);
	fd = (int)mode_of(s[0]);
	pipe_for_box(s[0]);
	assert_int_equal(mode_of(s[0]), fd);
	close(s[0]);
	close(s[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_make),
	    cmocka_unit_test(test_no_room),
	    cmocka_unit_test(test_for_box),
	    cmocka_unit_test(test_untouched),
	};

	return cmocka_run_group_tests_name("pipe", tests, NULL, NULL);
}
