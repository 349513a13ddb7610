// SPDX-License-Identifier: ISC
// policy_file: a fault names path, line and column; what cannot be read is
// an error; nothing half read gets into a policy.
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
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/cli/policy_file.h"

static char dir[] = "/tmp/stockade-test-policy.XXXXXX";
static char path[64];

static int
begin(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/p", dir);
	return 0;
}

static int
clear(void **state)
{
	(void)state;
	return unlink(path) == 0 || errno == ENOENT ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	return rmdir(dir);
}

static void
put(const char *text, size_t len)
{
	autoclose int fd =
	    open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, text, len), 0);
}

/* Reads the file; it must be refused, and *p must not have changed. */
static void
refused(struct err *e)
{
	struct policy p, was;

	memset(&p, 0, sizeof(p));
	policy_init(&p);
	memcpy(&was, &p, sizeof(p));
	memset(e, 0, sizeof(*e));
	assert_int_equal(policy_file_read(path, &p, e), -1);
	assert_int_equal(e->code, ERR_POLICY);
	assert_memory_equal(&p, &was, sizeof(p));
}

static void
test_good(void **state)
{
	static const struct {
		const char *text;
		uint64_t memory, pids, turns;
	} rows[] = {
	    {"", 4ull << 30, 1024, 40},
	    {"# nothing\n\n", 4ull << 30, 1024, 40},
	    {"limit memory 64M\n", 64u << 20, 1024, 40},
	    {"limit memory 64M", 64u << 20, 1024, 40},
	    {"limit pids none\nbudget turns 3\n", 4ull << 30, 0, 3},
	};
	struct policy p;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put(rows[i].text, strlen(rows[i].text));
		policy_init(&p);
		assert_int_equal(policy_file_read(path, &p, &e), 0);
		assert_int_equal(p.spec.limit[LIMIT_MEMORY], rows[i].memory);
		assert_int_equal(p.spec.limit[LIMIT_PIDS], rows[i].pids);
		assert_int_equal(p.budget.turns, rows[i].turns);
	}
}

static void
test_over_what_was(void **state)
{
	struct policy p;
	struct err e;

	(void)state;
	policy_init(&p);
	p.spec.limit[LIMIT_PIDS] = 7;
	put("limit time 2s\n", 14);
	assert_int_equal(policy_file_read(path, &p, &e), 0);
	assert_int_equal(p.spec.limit[LIMIT_TIME], 2000);
	assert_int_equal(p.spec.limit[LIMIT_PIDS], 7);
}

static void
test_faults(void **state)
{
	static const struct {
		const char *text;
		size_t len; // 0: a string
		const char *where, *what;
	} rows[] = {
	    {"limti time 1s\n", 0, ":1:1: ", "\"limit\""},
	    {"# one\nlimit time 1s\nlimit mem 1G\n", 0, ":3:7: ", "mem"},
	    {"limit time 1s\n  limit pids many\n", 0, ":2:14: ", "many"},
	    {"limit pids", 0, ":1:1: ", "NAME VALUE"},
	    {"limit time 1s\nmount rx /opt\n", 0, ":2:7: ", "rx"},
	    {"mount ro opt\n", 0, ":1:10: ", "opt"},
	    {"limit pids 12 13\n", 0, ":1:15: ", "13"},
	    {"limit time 1s\n\0limit pids 2\n", 29, ":2:1: ", ""},
	};
	char want[128];
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put(rows[i].text,
		    rows[i].len != 0 ? rows[i].len : strlen(rows[i].text));
		refused(&e);
		snprintf(want, sizeof(want), "%s%s", path, rows[i].where);
		assert_int_equal(e.sys_errno, 0);
		if (strncmp(e.text, want, strlen(want)) != 0)
			fail_msg("\"%s\", not at %s", e.text, want);
		if (strstr(e.text + strlen(want), rows[i].what) == NULL)
			fail_msg("\"%s\" lacks %s", e.text, rows[i].what);
	}
}

static void
test_size(void **state)
{
	char *text = malloc(POLICY_TEXT_MAX + 1);
	struct policy p;
	struct err e;

	(void)state;
	assert_non_null(text);
	memset(text, '\n', POLICY_TEXT_MAX + 1);
	memcpy(text + POLICY_TEXT_MAX - 12, "limit pids 5", 12);
	put(text, POLICY_TEXT_MAX);
	policy_init(&p);
	assert_int_equal(policy_file_read(path, &p, &e), 0);
	assert_int_equal(p.spec.limit[LIMIT_PIDS], 5);
	// One byte more is too much, not cut: the last line has to count.
	put(text, POLICY_TEXT_MAX + 1);
	refused(&e);
	assert_non_null(strstr(e.text, "longer than"));
	free(text);
}

static void
test_unreadable(void **state)
{
	struct err e;

	(void)state;
	refused(&e);
	assert_int_equal(e.sys_errno, ENOENT);
	assert_non_null(strstr(e.text, path));
	assert_int_equal(mkdir(path, 0700), 0);
	refused(&e);
	assert_int_equal(e.sys_errno, EISDIR);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(symlink(path, path), 0);
	refused(&e);
	assert_int_equal(e.sys_errno, ELOOP);
	assert_int_equal(unlink(path), 0);
	if (geteuid() == 0) // reads what it likes
		return;
	put("", 0);
	assert_int_equal(chmod(path, 0), 0);
	refused(&e);
	assert_int_equal(e.sys_errno, EACCES);
}

/* A long path must not crowd out what is wrong. */
static void
test_long_path(void **state)
{
	char longer[2048];
	struct policy p;
	struct err e;
	size_t n;

	(void)state;
	put("limti time 1s\n", 14);
	n = (size_t)snprintf(longer, sizeof(longer), "%s", dir);
	while (n < 1000)
		n += (size_t)snprintf(longer + n, sizeof(longer) - n, "/.");
	snprintf(longer + n, sizeof(longer) - n, "/p");
	policy_init(&p);
	assert_int_equal(policy_file_read(longer, &p, &e), -1);
	assert_memory_equal(e.text, "...", 3);
	assert_non_null(strstr(e.text, "/./p:1:1: "));
	assert_non_null(strstr(e.text, "\"limit\""));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(policy_file_read(longer, &p, &e), -1);
	assert_non_null(strstr(e.text, "/./p: No such file"));
}

/* <(...) of a shell: what comes late and in pieces is read to its end. */
static void
test_fifo(void **state)
{
	struct policy p;
	struct err e;
	int status, fd;
	pid_t pid;

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		alarm(20);
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd < 0 || fd_write_all(fd, "limit pi", 8) != 0)
			_exit(1);
		usleep(50000);
		_exit(fd_write_all(fd, "ds 9\n", 5) != 0);
	}
	policy_init(&p);
	assert_int_equal(policy_file_read(path, &p, &e), 0);
	assert_int_equal(p.spec.limit[LIMIT_PIDS], 9);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
test_limit(void **state)
{
	static const struct {
		const char *text;
		enum spec_limit limit;
		uint64_t value;
	} good[] = {
	    {"time=300ms", LIMIT_TIME, 300},
	    {"memory=1G", LIMIT_MEMORY, 1u << 30},
	    {"pids=none", LIMIT_PIDS, 0},
	    {"output=1", LIMIT_OUTPUT, 1},
	};
	static const char *const bad[] = {"", "=", "time", "time=", "=1s",
	    "time=1", "time=-1s", "tiem=1s", "memory=1s", "memory=1",
	    "pids=0x1", "pids=1 ", "pids=1=2", "nofile=99999999999999999999"};
	struct policy p, was;
	struct err e;
	size_t i;

	(void)state;
	memset(&p, 0, sizeof(p));
	policy_init(&p);
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(policy_file_limit(good[i].text, &p, &e), 0);
		assert_int_equal(p.spec.limit[good[i].limit], good[i].value);
	}
	memcpy(&was, &p, sizeof(p));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memset(&e, 0, sizeof(e));
		if (policy_file_limit(bad[i], &p, &e) != -1)
			fail_msg("--limit \"%s\" was taken", bad[i]);
		assert_int_equal(e.code, ERR_USAGE);
		assert_memory_equal(e.text, "--limit ", 8);
		assert_memory_equal(&p, &was, sizeof(p));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(test_good, clear),
	    cmocka_unit_test_teardown(test_over_what_was, clear),
	    cmocka_unit_test_teardown(test_faults, clear),
	    cmocka_unit_test_teardown(test_size, clear),
	    cmocka_unit_test_teardown(test_unreadable, clear),
	    cmocka_unit_test_teardown(test_long_path, clear),
	    cmocka_unit_test_teardown(test_fifo, clear),
	    cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests_name("policy_file", tests, begin, end);
}
