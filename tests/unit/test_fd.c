// SPDX-License-Identifier: ISC
// fd: what is owned is closed once, what is written is written whole.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"

enum {
	MUCH = 1 << 20
};

static int
is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static int
null(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static void
test_close(void **state)
{
	int fd = null(), was = fd;

	(void)state;
	fd_close(&fd);
	assert_int_equal(fd, -1);
	assert_false(is_open(was));
	// Twice does not close whoever has that number now.
	was = null();
	fd_close(&fd);
	assert_true(is_open(was));
	close(was);
}

static void
test_scope(void **state)
{
	int inner, taken;

	(void)state;
	{
		autoclose int fd = null();
		autoclose int none = -1;

		inner = fd;
		assert_int_equal(none, -1);
	}
	assert_false(is_open(inner));
	{
		autoclose int fd = null();

		taken = take_fd(&fd);
		assert_int_equal(fd, -1);
	}
	assert_true(is_open(taken));
	close(taken);
}

static void
test_scope_of_memory(void **state)
{
	int fd;

	(void)state;
	{
		// A leak of either is for a sanitizer to see.
		autofree char *p = malloc(10);
		autofree char *none = NULL;
		autoclosedir DIR *d = opendir("/");
		autoclosedir DIR *no_dir = NULL;

		assert_non_null(p);
		assert_null(none);
		assert_non_null(d);
		assert_null(no_dir);
		fd = dirfd(d);
	}
	assert_false(is_open(fd));
}

static void
on_alarm(int signo)
{
	(void)signo;
}

// Reads all of it, slowly; exits 0 if it was what it should be.
static void
read_slowly(int fd)
{
	static char buf[MUCH];
	size_t n = 0, i;
	ssize_t r;

	while ((r = read(fd, buf + n, 7001 < MUCH - n ? 7001 : MUCH - n)) > 0) {
		n += (size_t)r;
		usleep(100);
	}
	for (i = 0; i < n; i++)
		if (buf[i] != (char)(i * 31))
			_exit(1);
	_exit(n == MUCH ? 0 : 2);
}

static void
test_write_through_signals(void **state)
{
	static char buf[MUCH];
	struct sigaction sa = {.sa_handler = on_alarm}, old;
	struct itimerval often = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
	int p[2], status, rc;
	size_t i;
	pid_t pid;

	(void)state;
	for (i = 0; i < MUCH; i++)
		buf[i] = (char)(i * 31);
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(p[1]);
		read_slowly(p[0]);
	}
	close(p[0]);
	// No SA_RESTART: a full pipe answers EINTR.
	assert_int_equal(sigaction(SIGALRM, &sa, &old), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
	rc = fd_write_all(p[1], buf, sizeof(buf));
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &old, NULL);
	close(p[1]);
	assert_int_equal(rc, 0);
	while (waitpid(pid, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	assert_int_equal(status, 0);
}

static void
test_write_fails(void **state)
{
	int p[2];

	(void)state;
	assert_int_equal(fd_write_all(-1, "", 0), 0);
	assert_int_equal(fd_write_all(-1, "a", 1), -1);
	assert_int_equal(errno, EBADF);
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	close(p[0]);
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(fd_write_all(p[1], "a", 1), -1);
	assert_int_equal(errno, EPIPE);
	signal(SIGPIPE, SIG_DFL);
	close(p[1]);
}

// In a child: what it closes may be anybody's.
static void
in_child(void (*run)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		run();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
must(int so, int line)
{
	if (!so)
		_exit(line & 127);
}

static void
closes(void)
{
	int i;

	for (i = 20; i < 620; i++)
		must(dup2(2, i) == i, __LINE__);
	must(fd_close_range(30, 39, false) == 0, __LINE__);
	for (i = 20; i < 620; i++)
		must(is_open(i) == (i < 30 || i > 39), __LINE__);
	must(fd_close_range(500, ~0U, false) == 0, __LINE__);
	for (i = 20; i < 620; i++)
		must(is_open(i) == (i < 30 || (i > 39 && i < 500)), __LINE__);
	must(fd_close_range(3, 2, false) == 0 && is_open(2), __LINE__);
	must(fd_close_range(3, ~0U, false) == 0, __LINE__);
	for (i = 0; i < 620; i++)
		must(is_open(i) == (i < 3), __LINE__);
}

static void
on_exec(void)
{
	int i;

	for (i = 20; i < 40; i++)
		must(dup2(2, i) == i, __LINE__);
	must(fd_close_range(25, 29, true) == 0, __LINE__);
	for (i = 20; i < 40; i++)
		must(fcntl(i, F_GETFD) == (i >= 25 && i <= 29 ? FD_CLOEXEC : 0),
		    __LINE__);
}

// With close_range(2) and (under tests/lib/enosys) without.
static void
test_close_range(void **state)
{
	(void)state;
	in_child(closes);
	in_child(on_exec);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_close),
	    cmocka_unit_test(test_scope),
	    cmocka_unit_test(test_scope_of_memory),
	    cmocka_unit_test(test_write_through_signals),
	    cmocka_unit_test(test_write_fails),
	    cmocka_unit_test(test_close_range),
	};

	return cmocka_run_group_tests_name("fd", tests, NULL, NULL);
}
