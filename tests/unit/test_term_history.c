// SPDX-License-Identifier: ISC
// history: what is kept, found, written down, and what is not read.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "src/term/history.h"

static char dir[] = "/tmp/stockade-history.XXXXXX";
static struct history h;
static struct err e;

static const char *
path(void)
{
	static char p[100];

	snprintf(p, sizeof(p), "%s/h", dir);
	return p;
}

static void
put_file(const char *text)
{
	int fd = open(path(), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static int
begin(void **state)
{
	(void)state;
	unlink(path());
	return 0;
}

static void
comes_back(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(history_open(&h, dir, "h", &e), 0);
	assert_int_equal(h.n, 0);
	history_add(&h, "one");
	history_add(&h, "two\nlines and a \\n");
	history_add(&h, "two\nlines and a \\n");
	history_add(&h, " not kept");
	history_add(&h, "");
	history_close(&h);
	assert_int_equal(stat(path(), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(history_open(&h, dir, "h", &e), 0);
	assert_int_equal(h.n, 2);
	assert_string_equal(h.entry[0], "one");
	assert_string_equal(h.entry[1], "two\nlines and a \\n");
	history_close(&h);
}

static void
is_found(void **state)
{
	(void)state;
	put_file("make test\nls\nmake all\n");
	assert_int_equal(history_open(&h, dir, "h", &e), 0);
	assert_int_equal(history_find(&h, "make", h.n), 2);
	assert_int_equal(history_find(&h, "make", 2), 0);
	assert_int_equal(history_find(&h, "make", 0), h.n);
	assert_int_equal(history_find(&h, "gone", h.n), h.n);
	history_close(&h);
}

static void
stays_short(void **state)
{
	char line[32];
	FILE *f = fopen(path(), "w");
	struct stat st;
	int i;

	(void)state;
	for (i = 0; i < 3 * HISTORY_MAX; i++)
		fprintf(f, "line %d\n", i);
	fclose(f);
	assert_int_equal(history_open(&h, dir, "h", &e), 0);
	assert_int_equal(h.n, HISTORY_MAX);
	snprintf(line, sizeof(line), "line %d", 3 * HISTORY_MAX - 1);
	assert_string_equal(h.entry[HISTORY_MAX - 1], line);
	history_add(&h, "one more");
	assert_int_equal(h.n, HISTORY_MAX);
	history_close(&h);
	assert_int_equal(stat(path(), &st), 0);
	assert_true(st.st_size < 11 * HISTORY_MAX);
	assert_int_equal(history_open(&h, dir, "h", &e), 0);
	assert_string_equal(h.entry[HISTORY_MAX - 1], "one more");
	history_close(&h);
}

// Nothing that could block, or is somebody else's, is read or written.
static void
is_ours(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(path(), 0600), 0);
	assert_int_equal(history_open(&h, dir, "h", &e), -1);
	assert_int_equal(h.dir, -1);
	history_add(&h, "in memory alone");
	assert_int_equal(h.n, 1);
	history_close(&h);
	unlink(path());
	assert_int_equal(symlink("/etc/passwd", path()), 0);
	assert_int_equal(history_open(&h, dir, "h", &e), -1);
	assert_int_equal(h.n, 0);
	history_close(&h);
	assert_int_equal(history_open(&h, "/nowhere", "h", &e), -1);
	assert_int_equal(e.code, ERR_FILE);
	history_close(&h);
}

static void
any_bytes(void **state)
{
	(void)state;
	put_file("a\\\n\\n\\\\\n\n\xff\xfe\nlast");
	assert_int_equal(history_open(&h, dir, "h", &e), 0);
	assert_int_equal(h.n, 4);
	assert_string_equal(h.entry[0], "a\\");
	assert_string_equal(h.entry[1], "\n\\");
	assert_string_equal(h.entry[3], "last");
	history_close(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(comes_back, begin),
	    cmocka_unit_test_setup(is_found, begin),
	    cmocka_unit_test_setup(stays_short, begin),
	    cmocka_unit_test_setup(is_ours, begin),
	    cmocka_unit_test_setup(any_bytes, begin),
	};
	int failed;

	if (mkdtemp(dir) == NULL)
		return 99;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path());
	rmdir(dir);
	return failed;
}
