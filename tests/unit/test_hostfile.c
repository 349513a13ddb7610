// SPDX-License-Identifier: ISC
// hostfile: files, lines and settings of the host, and what its programs say.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "src/egress/hostfile.h"

static char dir[256];

static char *
below(const char *name)
{
	static char path[300];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void
test_read(void **state)
{
	FILE *f = fopen(below("f"), "w");
	char *text;
	size_t n;

	(void)state;
	assert_non_null(f);
	fwrite("a\0b", 1, 3, f);
	fclose(f);
	text = hostfile_read(below("f"), &n);
	assert_non_null(text);
	assert_int_equal(n, 3);
	assert_memory_equal(text, "a\0b", 4);
	free(text);
	assert_null(hostfile_read(below("none"), &n));
	assert_int_equal(errno, ENOENT);
	assert_null(hostfile_read(dir, &n));
	assert_int_equal(errno, EINVAL);
	// Nobody writes to it: who waited would wait for ever.
	assert_int_equal(mkfifo(below("fifo"), 0600), 0);
	assert_null(hostfile_read(below("fifo"), &n));
	assert_int_equal(truncate(below("f"), HOSTFILE_MAX), 0);
	text = hostfile_read(below("f"), &n);
	assert_non_null(text);
	assert_int_equal(n, HOSTFILE_MAX);
	free(text);
	assert_int_equal(truncate(below("f"), HOSTFILE_MAX + 1), 0);
	assert_null(hostfile_read(below("f"), &n));
	assert_int_equal(errno, EFBIG);
}

static void
test_lines(void **state)
{
	static const struct {
		const char *s;
		unsigned number;
		bool indented;
	} want[] = {{"a b", 1, false}, {"", 2, false}, {"c", 3, true},
	    {"", 4, true}, {"d", 5, false}};
	struct hostfile_line l = {0};
	size_t i;

	(void)state;
	for (i = 0; hostfile_line(&l, "a b \r\n\n\t c\n  \nd"); i++) {
		assert_true(i < 5);
		assert_int_equal(l.len, strlen(want[i].s));
		assert_memory_equal(l.s, want[i].s, l.len);
		assert_int_equal(l.number, want[i].number);
		assert_int_equal(l.indented, want[i].indented);
	}
	assert_int_equal(i, 5);
	memset(&l, 0, sizeof(l));
	assert_false(hostfile_line(&l, ""));
}

static void
test_settings(void **state)
{
	static const struct {
		const char *line, *key, *value; /* key NULL: is none */
	} rows[] = {
	    {"a=b", "a", "b"},
	    {" a\t=  b c ", "a", "b c"},
	    {"a = \"b = c\"", "a", "b = c"},
	    {"a = 'b'", "a", "b"},
	    {"\"a\" = \"", "a", "\""},
	    {"a=", "a", ""},
	    {"=", "", ""},
	    {"a", NULL, NULL},
	    {"", NULL, NULL},
	    {"# a=b", NULL, NULL},
	    {"; a=b", NULL, NULL},
	};
	struct hostfile_setting s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool is = hostfile_setting(
		    rows[i].line, strlen(rows[i].line), '=', &s);

		assert_int_equal(is, rows[i].key != NULL);
		if (!is)
			continue;
		assert_true(hostfile_key_is(&s, rows[i].key));
		assert_int_equal(s.value_len, strlen(rows[i].value));
		assert_memory_equal(s.value, rows[i].value, s.value_len);
	}
}

static void
test_ask(void **state)
{
	static char *const says[] = {"sh", "-c", "pwd; echo $HOME", NULL};
	static char *const fails[] = {"sh", "-c", "echo x; exit 1", NULL};
	static char *const none[] = {"no-such-program-here", NULL};
	char want[300];
	size_t n;
	char *text = hostfile_ask(says, &n);

	(void)state;
	assert_non_null(text);
	snprintf(want, sizeof(want), "/\n%s\n", dir);
	assert_string_equal(text, want);
	free(text);
	assert_null(hostfile_ask(fails, &n));
	assert_null(hostfile_ask(none, &n));
}

static void
test_places(void **state)
{
	char want[300];
	char *path;

	(void)state;
	assert_string_equal(hostfile_home(), dir);
	path = hostfile_path("TEST_VARIABLE", ".config", "x");
	snprintf(want, sizeof(want), "%s/.config/x", dir);
	assert_string_equal(path, want);
	free(path);
	setenv("TEST_VARIABLE", "/abs", 1);
	path = hostfile_path("TEST_VARIABLE", ".config", "x");
	assert_string_equal(path, "/abs/x");
	free(path);
	// A relative one is nobody's: as XDG has it.
	setenv("TEST_VARIABLE", "rel", 1);
	path = hostfile_path("TEST_VARIABLE", ".config", "x");
	assert_string_equal(path, want);
	free(path);
	setenv("HOME", "relative", 1);
	assert_true(hostfile_home() == NULL || hostfile_home()[0] == '/');
	setenv("HOME", dir, 1);
}

static int
setup(void **state)
{
	const char *top = getenv("TMPDIR");

	(void)state;
	snprintf(
	    dir, sizeof(dir), "%s/hostfile-XXXXXX", top != NULL ? top : "/tmp");
	return mkdtemp(dir) == NULL || setenv("HOME", dir, 1) != 0;
}

static int
teardown(void **state)
{
	(void)state;
	return unlink(below("f")) != 0 || unlink(below("fifo")) != 0 ||
	       rmdir(dir) != 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_read),
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_settings),
	    cmocka_unit_test(test_ask),
	    cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests_name("hostfile", tests, setup, teardown);
}
