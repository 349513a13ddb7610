// SPDX-License-Identifier: ISC
// cgroup files: what is written for each limit, to plain files of the same
// names, and what is read from what a kernel says.
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
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/cgroup.h"
#include "policy/spec.h"

#define ALL (CGROUP_MEMORY | CGROUP_PIDS | CGROUP_CPU | CGROUP_IO)

static char path[] = "/tmp/stockade-test-cgroup.XXXXXX";
static int dir = -1;
static const char *const names[] = {"memory.max", "memory.swap.max", "pids.max",
    "cpu.max", "cpu.weight", "io.max", "cpu.stat", "memory.peak",
    "memory.events", "pids.peak", "pids.events", "io.stat"};
#define NNAMES (sizeof(names) / sizeof(names[0]))

static void
put(const char *name, const char *text)
{
	autoclose int fd =
	    openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
}

/* What is in the file now, and nothing in it for the next time. */
static void
holds(const char *name, const char *want)
{
	char buf[256];

	assert_true(fd_read_text(dir, name, buf, sizeof(buf)) >= 0);
	assert_string_equal(buf, want);
	put(name, "");
}

static int
begin(void **state)
{
	size_t i;

	(void)state;
	if (mkdtemp(path) == NULL)
		return -1;
	dir = open(path, CGROUP_DIR_FLAGS);
	for (i = 0; i < NNAMES; i++)
		put(names[i], "");
	return dir < 0 ? -1 : 0;
}

static int
end(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < NNAMES; i++)
		unlinkat(dir, names[i], 0);
	close(dir);
	return rmdir(path);
}

static void
test_limits(void **state)
{
	const struct cgroup_limits l = {.memory = 1 << 30,
	    .pids = 20,
	    .cpu = 150,
	    .cpu_weight = 50,
	    .io_rate = 10485760,
	    .device = {8, 16}};
	struct err e;

	(void)state;
	assert_int_equal(cgroup_put_limits(ALL, dir, &l, &e), 0);
	holds("memory.max", "1073741824");
	holds("memory.swap.max", "0");
	holds("pids.max", "20");
	holds("cpu.max", "150000 100000");
	holds("cpu.weight", "50");
	holds("io.max", "8:16 rbps=10485760 wbps=10485760");
}

/* What was not asked for, or has no controller, is not touched. */
static void
test_not_set(void **state)
{
	const struct cgroup_limits none = {.cpu_weight = 100};
	const struct cgroup_limits all = {1, 1, 1, 1, 1, {1, 1}};
	struct err e;
	size_t i;

	(void)state;
	assert_int_equal(cgroup_put_limits(ALL, dir, &none, &e), 0);
	for (i = 0; i < NNAMES; i++)
		holds(names[i], "");
	assert_int_equal(cgroup_put_limits(0, dir, &all, &e), 0);
	for (i = 0; i < NNAMES; i++)
		holds(names[i], "");
}

/* The least and the greatest that a policy can ask for. */
static void
test_ends(void **state)
{
	struct cgroup_limits l = {.cpu = 1, .cpu_weight = 1};
	struct err e;

	(void)state;
	assert_int_equal(cgroup_put_limits(CGROUP_CPU, dir, &l, &e), 0);
	holds("cpu.max", "1000 100000"); // the kernel takes no less
	holds("cpu.weight", "1");
	l.cpu = spec_limit_info(LIMIT_CPU)->max;
	l.cpu_weight = spec_limit_info(LIMIT_CPU_WEIGHT)->max;
	assert_int_equal(cgroup_put_limits(CGROUP_CPU, dir, &l, &e), 0);
	holds("cpu.max", "409600000 100000");
	holds("cpu.weight", "10000");
}

static void
test_refused(void **state)
{
	const struct cgroup_limits l = {.memory = 1 << 30, .pids = 9};
	struct err e = {0};

	(void)state;
	assert_int_equal(unlinkat(dir, "pids.max", 0), 0);
	assert_int_equal(cgroup_put_limits(ALL, dir, &l, &e), -1);
	assert_int_equal(e.code, ERR_CGROUP);
	assert_int_equal(e.sys_errno, ENOENT);
	assert_non_null(strstr(e.text, "pids.max"));
	// There is no such file where there is no swap.
	put("pids.max", "");
	assert_int_equal(unlinkat(dir, "memory.swap.max", 0), 0);
	assert_int_equal(cgroup_put_limits(ALL, dir, &l, &e), 0);
	put("memory.swap.max", "");
	put("memory.max", "");
	put("pids.max", "");
}

static void
test_usage(void **state)
{
	struct cgroup_usage u;

	(void)state;
	put("cpu.stat", "usage_usec 900\nuser_usec 700\nsystem_usec 200\n"
			"core_sched.force_idle_usec 0\nnr_periods 0\n");
	put("memory.peak", "123456\n");
	put("memory.events", "low 0\nhigh 0\nmax 55\noom 2\noom_kill 3\n"
			     "oom_group_kill 1\n");
	put("pids.peak", "17\n");
	put("pids.events", "max 4\n");
	put("io.stat", "8:0 rbytes=100 wbytes=2000 rios=1 wios=2 dbytes=0\n"
		       "253:1 rbytes=11 wbytes=22 rios=1 wios=1\n");
	cgroup_read_usage(ALL, dir, &u);
	assert_int_equal(u.cpu_user_usec, 700);
	assert_int_equal(u.cpu_system_usec, 200);
	assert_int_equal(u.memory_peak, 123456);
	assert_int_equal(u.oom, 2);
	assert_int_equal(u.oom_killed, 3);
	assert_int_equal(u.pids_peak, 17);
	assert_int_equal(u.pids_refused, 4);
	assert_int_equal(u.io_read, 111);
	assert_int_equal(u.io_written, 2022);
	// cpu.stat needs no controller; what does is not read without.
	cgroup_read_usage(0, dir, &u);
	assert_int_equal(u.cpu_user_usec, 700);
	assert_int_equal(u.memory_peak, 0);
	assert_int_equal(u.pids_peak, 0);
	assert_int_equal(u.io_read, 0);
}

static void
test_numbers(void **state)
{
	(void)state;
	assert_int_equal(cgroup_number("", "oom"), 0);
	assert_int_equal(cgroup_number("oom_kill 3\noom 2\n", "oom"), 2);
	assert_int_equal(cgroup_number("oom 2", "oom"), 2);
	assert_int_equal(cgroup_number("oom", "oom"), 0);
	assert_int_equal(cgroup_number("xoom 2\n", "oom"), 0);
	assert_int_equal(cgroup_sum("", "rbytes"), 0);
	assert_int_equal(cgroup_sum("rbytes=5", "rbytes"), 0); // no device
	assert_int_equal(cgroup_sum("8:0 rbytes=5", "bytes"), 0);
	assert_int_equal(cgroup_sum("8:0 rbytes 5", "rbytes"), 0);
	assert_int_equal(cgroup_sum("8:0 rbytes=5 rbytes=6", "rbytes"), 11);
}

static void
test_words(void **state)
{
	static const char all[] = "cpuset cpu io memory hugetlb pids rdma\n";

	(void)state;
	assert_true(cgroup_has_word(all, "cpuset"));
	assert_true(cgroup_has_word(all, "cpu"));
	assert_true(cgroup_has_word(all, "rdma"));
	assert_false(cgroup_has_word(all, "mem"));
	assert_false(cgroup_has_word(all, "set"));
	assert_false(cgroup_has_word("cpuset", "cpu"));
	assert_true(cgroup_has_word("cpu", "cpu"));
	assert_false(cgroup_has_word("", "cpu"));
	assert_false(cgroup_has_word("\n", "cpu"));
}

/* A directory's disk; what is on none has none. */
static void
test_device(void **state)
{
	struct cgroup_device d = {0};
	autoclose int proc = open("/proc", CGROUP_DIR_FLAGS);

	(void)state;
	assert_int_equal(cgroup_device(proc, &d), -1);
	assert_int_equal(cgroup_device(-1, &d), -1);
	if (cgroup_device(dir, &d) == 0)
		assert_true(d.major != 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_not_set),
	    cmocka_unit_test(test_ends),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_usage),
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_words),
	    cmocka_unit_test(test_device),
	};

	return cmocka_run_group_tests_name("cgroup files", tests, begin, end);
}
