// SPDX-License-Identifier: ISC
// log: nothing a peer says reaches a terminal raw, or fills a disk.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/base/log.h"

static void
test_escape(void **state)
{
	static const struct {
		const char *src, *want;
	} rows[] = {
	    {"", ""},
	    {"plain ~!", "plain ~!"},
	    {"a\nb", "a\\x0ab"},
	    {"\033[2J", "\\x1b[2J"},
	    {"back\\slash", "back\\x5cslash"},
	    {"\x7f", "\\x7f"},
	    {"\xc3\xa9", "\\xc3\\xa9"},
	    {"\xff\x01", "\\xff\\x01"},
	};
	char out[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		log_escape(out, sizeof(out), rows[i].src);
		assert_string_equal(out, rows[i].want);
	}
}

// Whatever the room: terminated, within it, and no escape cut in two.
static void
test_escape_cut(void **state)
{
	char out[80], src[32];
	size_t size, n;
	int fill;

	(void)state;
	for (fill = 0; fill < 2; fill++) {
		memset(src, fill ? '\001' : 'x', sizeof(src) - 1);
		src[sizeof(src) - 1] = '\0';
		for (size = 1; size < 64; size++) {
			memset(out, 'Z', sizeof(out));
			log_escape(out, size, src);
			n = strnlen(out, size);
			assert_true(n < size);
			assert_true(!fill || n % 4 == 0);
			assert_true(out[size] == 'Z');
		}
	}
}

// The log of a child that gives up to n errors, as this process hears it.
static size_t
log_many(const struct err *e, int n, char *buf, size_t size)
{
	size_t got = 0;
	ssize_t r;
	pid_t pid;
	int p[2], status;

	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(p[1], STDERR_FILENO);
		close(p[0]);
		while (n-- > 0)
			log_error(e);
		_exit(0);
	}
	close(p[1]);
	while ((r = read(p[0], buf + got, size - got)) > 0)
		got += (size_t)r;
	close(p[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return got;
}

static void
test_line(void **state)
{
	char buf[4096];
	struct err e;
	size_t n;

	(void)state;
	err_set(&e, ERR_PROTOCOL, 0, "a\n\033b");
	n = log_many(&e, 1, buf, sizeof(buf) - 1);
	buf[n] = '\0';
	assert_string_equal(buf, "stockade-jail: protocol: a\\x0a\\x1bb\n");
	memset(e.text, '\001', sizeof(e.text) - 1);
	e.text[sizeof(e.text) - 1] = '\0';
	n = log_many(&e, 1, buf, sizeof(buf) - 1);
	assert_true(n > 900 && n < 1100);
	assert_int_equal(buf[n - 1], '\n');
}

static void
test_budget(void **state)
{
	static char buf[1 << 20];
	struct err e;
	size_t n;

	(void)state;
	err_set(&e, ERR_PROTOCOL, 0, "%0200d", 1);
	n = log_many(&e, 2000, buf, sizeof(buf));
	assert_true(n > 60 * 1024);
	assert_true(n <= 64 * 1024);
	// What is left out is left out by the line.
	assert_int_equal(buf[n - 1], '\n');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_escape),
	    cmocka_unit_test(test_escape_cut),
	    cmocka_unit_test(test_line),
	    cmocka_unit_test(test_budget),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
