// SPDX-License-Identifier: ISC
// cgroup: made, filled, killed and removed in the machine's own v2 tree,
// where this user may; everything below one directory that goes at the end.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/cgroup.h"

static struct cgroup c;
static const struct cgroup_limits no_limits;

// Makes the cgroup of a command without limits; its cgroup.procs.
static int
command(uint32_t cmd, struct err *e)
{
	const struct cgroup_limits none = {0};
	int fds[4];

	if (cgroup_command(&c, cmd, &none, fds, e) != 0)
		return -1;
	close(fds[0]);
	close(fds[2]);
	close(fds[3]);
	return fds[1];
}

static int
setup(void **state)
{
	struct err e;

	(void)state;
	cgroup_init(&c);
	cgroup_find(&c, geteuid() == 0);
	if (c.base < 0)
		return 0;
	return cgroup_make(&c, &no_limits.device, &e) != 0
		   ? -1
		   : cgroup_bound(&c, &no_limits, &e);
}

static int
teardown(void **state)
{
	(void)state;
	assert_int_equal(cgroup_destroy(&c), 0);
	cgroup_close(&c);
	return 0;
}

// cmocka's own skip() is a failed point to a TAP reader.
static int
no_cgroups(void)
{
	if (c.base < 0)
		print_message("# not run: no writable v2 tree here\n");
	return c.base < 0;
}

static int
there(int at, const char *name)
{
	struct stat st;

	return fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

// Sits in the cgroup whose procs is given, with n descendants that hear
// nothing: own sessions, orphaned, every signal blocked.
static pid_t
family(int procs, int n)
{
	char byte;
	int p[2], i;
	pid_t pid;

	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		sigset_t all;

		sigfillset(&all);
		sigprocmask(SIG_SETMASK, &all, NULL);
		if (write(procs, "0", 1) != 1)
			_exit(1);
		for (i = 0; i < n; i++)
			if (fork() == 0)
				setsid();
		if (write(p[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(p[1]);
	assert_int_equal(read(p[0], &byte, 1), 1);
	close(p[0]);
	return pid;
}

static void
killed(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void
test_life(void **state)
{
	struct cgroup_usage u;
	struct err e;
	int procs;
	pid_t pid;

	(void)state;
	if (no_cgroups())
		return;
	assert_true(there(c.base, c.name));
	// A place of its own for pid 1 beside controllers alone.
	assert_int_equal(there(c.box, "init"), c.has != 0);
	assert_int_equal(c.init >= 0, c.has != 0);
	procs = command(7, &e);
	assert_true(procs >= 0);
	assert_int_equal(fcntl(procs, F_GETFD), FD_CLOEXEC);
	assert_true(there(c.box, "c7"));
	pid = family(procs, 4);
	assert_int_equal(cgroup_kill(&c, 7, &e), 0);
	killed(pid);
	// Empty now; again is no fault, and it can be used anew.
	assert_int_equal(cgroup_kill(&c, 7, &e), 0);
	pid = family(procs, 1);
	close(procs);
	assert_int_equal(cgroup_finish(&c, 7, &u, &e), 0);
	assert_int_equal(cgroup_remove(&c, 7), 0);
	killed(pid);
	assert_false(there(c.box, "c7"));
}

static void
test_side_by_side(void **state)
{
	struct cgroup_usage u;
	struct err e;
	int one, two;
	pid_t a, b;

	(void)state;
	if (no_cgroups())
		return;
	one = command(1, &e);
	two = command(11, &e);
	assert_true(one >= 0 && two >= 0);
	a = family(one, 2);
	b = family(two, 2);
	assert_int_equal(cgroup_finish(&c, 1, &u, &e), 0);
	assert_int_equal(cgroup_remove(&c, 1), 0);
	killed(a);
	assert_int_equal(waitpid(b, NULL, WNOHANG), 0);
	assert_int_equal(cgroup_destroy(&c), 0);
	killed(b);
	assert_false(there(c.base, c.name));
	close(one);
	close(two);
}

static void
test_faults(void **state)
{
	struct cgroup_usage u;
	struct err e = {0};
	int procs;

	(void)state;
	if (no_cgroups())
		return;
	assert_int_equal(cgroup_kill(&c, 1, &e), -1);
	assert_int_equal(e.code, ERR_CGROUP);
	assert_int_equal(cgroup_finish(&c, 1, &u, &e), -1);
	assert_int_equal(e.sys_errno, ENOENT);
	procs = command(UINT32_MAX, &e);
	assert_true(procs >= 0);
	assert_int_equal(command(UINT32_MAX, &e), -1);
	assert_int_equal(e.sys_errno, EEXIST);
	close(procs);
	assert_int_equal(cgroup_finish(&c, UINT32_MAX, &u, &e), 0);
	assert_int_equal(cgroup_remove(&c, UINT32_MAX), 0);
	assert_int_equal(u.oom_killed, 0);
}

static void
test_usage(void **state)
{
	struct timespec ts;
	struct cgroup_usage u;
	struct err e;
	int procs;
	pid_t pid;

	(void)state;
	if (no_cgroups())
		return;
	procs = command(2, &e);
	assert_true(procs >= 0);
	pid = fork();
	if (pid == 0) {
		if (write(procs, "0", 1) != 1)
			_exit(1);
		do
			clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
		while (ts.tv_sec == 0 && ts.tv_nsec < 60000000);
		_exit(0);
	}
	close(procs);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(cgroup_finish(&c, 2, &u, &e), 0);
	assert_int_equal(cgroup_remove(&c, 2), 0);
	assert_true(u.cpu_user_usec + u.cpu_system_usec >= 30000);
	if ((c.has & CGROUP_MEMORY) != 0)
		assert_true(u.memory_peak > 0);
}

// A box whose helper died: its number is that of a process that is gone.
// However many stand beside us.
static void
sweep_all(void)
{
	unsigned first;

	for (first = 0; first < 4096; first += CGROUP_LOOKS)
		cgroup_sweep(&c, first);
}

static void
test_sweep(void **state)
{
	char dead[64], alive[64], other[64], inner[80];
	const char *ns;
	int procs;
	pid_t pid, gone;

	(void)state;
	if (no_cgroups())
		return;
	ns = strrchr(c.name, '-') + 1;
	gone = fork();
	if (gone == 0)
		_exit(0);
	assert_int_equal(waitpid(gone, NULL, 0), gone);
	snprintf(dead, sizeof(dead), "stockade-%d-0-%s", (int)gone, ns);
	snprintf(alive, sizeof(alive), "stockade-%d-0-%s", (int)getpid(), ns);
	// Dead here, but that number is of another pid namespace.
	snprintf(other, sizeof(other), "stockade-%d-0-1%s", (int)gone, ns);
	snprintf(inner, sizeof(inner), "%s/c1", dead);
	assert_int_equal(mkdirat(c.base, dead, 0755), 0);
	assert_int_equal(mkdirat(c.base, inner, 0755), 0);
	assert_int_equal(mkdirat(c.base, alive, 0755), 0);
	assert_int_equal(mkdirat(c.base, other, 0755), 0);
	snprintf(inner, sizeof(inner), "%s/c1/cgroup.procs", dead);
	procs = openat(c.base, inner, O_WRONLY | O_CLOEXEC);
	assert_true(procs >= 0);
	pid = family(procs, 3);
	close(procs);
	sweep_all();
	killed(pid);
	assert_false(there(c.base, dead));
	assert_true(there(c.base, alive) && there(c.base, c.name));
	assert_int_equal(unlinkat(c.base, alive, AT_REMOVEDIR), 0);
	assert_int_equal(unlinkat(c.base, other, AT_REMOVEDIR), 0);
}

// Of many some, each time others.
static void
test_sweep_in_turn(void **state)
{
	enum {
		DEAD = CGROUP_LOOKS + 6,
	};
	char dead[64];
	int i, left = 0;
	pid_t gone;

	(void)state;
	if (no_cgroups())
		return;
	gone = fork();
	if (gone == 0)
		_exit(0);
	assert_int_equal(waitpid(gone, NULL, 0), gone);
	for (i = 0; i < DEAD; i++) {
		snprintf(dead, sizeof(dead), "stockade-%d-%d-%s", (int)gone, i,
		    strrchr(c.name, '-') + 1);
		assert_int_equal(mkdirat(c.base, dead, 0755), 0);
	}
	cgroup_sweep(&c, 3);
	for (i = 0; i < DEAD; i++) {
		snprintf(dead, sizeof(dead), "stockade-%d-%d-%s", (int)gone, i,
		    strrchr(c.name, '-') + 1);
		left += there(c.base, dead);
	}
	assert_true(left >= DEAD - CGROUP_LOOKS);
	sweep_all();
	for (i = 0; i < DEAD; i++) {
		snprintf(dead, sizeof(dead), "stockade-%d-%d-%s", (int)gone, i,
		    strrchr(c.name, '-') + 1);
		assert_false(there(c.base, dead));
	}
}

static void
test_nowhere(void **state)
{
	struct cgroup none;
	struct err e;

	(void)state;
	cgroup_init(&none);
	assert_int_equal(none.base, -1);
	assert_int_equal(cgroup_make(&none, &no_limits.device, &e), 0);
	assert_int_equal(cgroup_destroy(&none), 0);
	cgroup_close(&none);
	// A place where no directory can be made is no place.
	cgroup_init(&none);
	none.base = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	snprintf(none.name, sizeof(none.name), "stockade-nowhere");
	assert_int_equal(cgroup_make(&none, &no_limits.device, &e), 0);
	assert_int_equal(none.base, -1);
	assert_int_equal(none.init, -1);
	assert_int_equal(cgroup_bound(&none, &no_limits, &e), 0);
}

int
main(void)
{
#define IN_TREE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    IN_TREE(test_life),
	    IN_TREE(test_side_by_side),
	    IN_TREE(test_faults),
	    IN_TREE(test_usage),
	    IN_TREE(test_sweep),
	    IN_TREE(test_sweep_in_turn),
	    cmocka_unit_test(test_nowhere),
	};

	return cmocka_run_group_tests_name("cgroup", tests, NULL, NULL);
}
