// SPDX-License-Identifier: ISC
// confine: what the broker's processes can do no more.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/egress/confine.h"

// The exit status of a child that is confined and does it.
static int
confined(int (*confine)(struct err *e), bool (*works)(int fd))
{
	char path[] = "./test_confine.XXXXXX";
	int fd = mkstemp(path), status = -1;
	struct err e;
	pid_t pid;

	assert_return_code(fd, errno);
	unlink(path);
	assert_return_code(fcntl(fd, F_SETFL, O_APPEND), errno);
	pid = fork();
	if (pid == 0)
		_exit(confine(&e) != 0 ? 3 : works(fd) ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(fd);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static bool
still(int fd)
{
	int on = 1;

	return ioctl(fd, FIONBIO, &on) == 0 && write(fd, "x", 1) == 1 &&
	       (fcntl(fd, F_GETFL) & O_APPEND) != 0;
}

static bool
write_over(int fd)
{
	return fcntl(fd, F_SETFL, 0) == 0 || ftruncate(fd, 0) == 0 ||
	       syscall(SYS_pwrite64, fd, "x", 1, 0) == 1;
}

static void
test_records(void **state)
{
	(void)state;
	assert_int_equal(confined(confine_worker, still), 0);
	assert_int_equal(confined(confine_worker, write_over), 1);
}

static bool
forks(int fd)
{
	pid_t pid = fork();

	(void)fd;
	if (pid == 0)
		_exit(0);
	return pid > 0;
}

static bool namespace(int fd)
{
	pid_t pid = (pid_t)syscall(
	    SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, 0);

	(void)fd;
	if (pid == 0)
		_exit(0);
	return pid > 0;
}

static bool
queue(int fd)
{
	siginfo_t info = {.si_code = SI_QUEUE};

	(void)fd;
	return syscall(SYS_rt_sigqueueinfo, getpid(), 0, &info) == 0;
}

static void
test_lookup(void **state)
{
	(void)state;
	assert_int_equal(confined(confine_lookup, forks), 0);
	assert_int_equal(confined(confine_lookup, namespace), 1);
	assert_int_equal(confined(confine_lookup, queue), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_records),
	    cmocka_unit_test(test_lookup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
