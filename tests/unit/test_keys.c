// SPDX-License-Identifier: ISC
// keys: taken once, wiped where they were, and struck out of any text.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "src/model/keys.h"

#define KEY "sk-test-0123456789abcdef"

static void
test_variable(void **state)
{
	const char *key, *line;
	struct keys k;
	char *where;

	(void)state;
	assert_int_equal(keys_open(&k, NULL), 0);
	assert_int_equal(setenv("TEST_KEY", " " KEY "\n", 1), 0);
	where = getenv("TEST_KEY");
	assert_int_equal(keys_from_variable(&k, "TEST_KEY", &key, NULL), 0);
	assert_string_equal(key, KEY);
	assert_null(getenv("TEST_KEY"));
	assert_int_equal(*where, '\0');
	assert_int_equal(where[5], '\0');
	assert_int_equal(keys_line(&k, "x-api-key: ", key, &line, NULL), 0);
	assert_string_equal(line, "x-api-key: " KEY);
	assert_int_equal(keys_from_variable(&k, "TEST_KEY", &key, NULL), 0);
	assert_null(key);
	keys_close(&k);
}

static void
test_bad_variable(void **state)
{
	static const char *const bad[] = {"a key with blanks in it",
	    "a-key\r\nX-Evil: 1", "caf\xc3\xa9-caf\xc3\xa9-caf\xc3\xa9"};
	const char *key;
	struct keys k;
	struct err e;
	size_t i;

	(void)state;
	assert_int_equal(keys_open(&k, NULL), 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(setenv("TEST_KEY", bad[i], 1), 0);
		assert_int_equal(
		    keys_from_variable(&k, "TEST_KEY", &key, &e), -1);
		assert_non_null(strstr(e.text, "TEST_KEY: "));
		assert_null(strstr(e.text, bad[i]));
		assert_null(getenv("TEST_KEY"));
	}
	keys_close(&k);
}

static void
put_file(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fputs(text, f) >= 0, 1);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void
test_file(void **state)
{
	static const mode_t open_modes[] = {0640, 0604, 0620, 0602, 0644};
	char path[] = "test_keys.XXXXXX";
	int fd = mkstemp(path);
	const char *key;
	struct keys k;
	struct err e;
	size_t i;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(keys_open(&k, NULL), 0);
	put_file(path, KEY "\n", 0600);
	assert_int_equal(keys_from_file(&k, path, &key, &e), 0);
	assert_string_equal(key, KEY);
	for (i = 0; i < sizeof(open_modes) / sizeof(open_modes[0]); i++) {
		put_file(path, KEY "\n", open_modes[i]);
		assert_int_equal(keys_from_file(&k, path, &key, &e), -1);
		assert_non_null(strstr(e.text, "chmod 600"));
	}
	put_file(path, " \n", 0600);
	assert_int_equal(keys_from_file(&k, path, &key, &e), -1);
	assert_non_null(strstr(e.text, "is empty"));
	unlink(path);
	assert_int_equal(keys_from_file(&k, path, &key, &e), -1);
	assert_non_null(strstr(e.text, "No such file"));
	assert_int_equal(keys_from_file(&k, "/", &key, &e), -1);
	assert_int_equal(keys_from_file(&k, "/dev/zero", &key, &e), -1);
	keys_close(&k);
}

static void
test_redact(void **state)
{
	char text[] = KEY "a" KEY KEY ", sk-test-0123456789abcde";
	const char *key;
	struct keys k;

	(void)state;
	assert_int_equal(keys_open(&k, NULL), 0);
	assert_int_equal(keys_redact(&k, text, sizeof(text) - 1), 0);
	setenv("TEST_KEY", KEY, 1);
	assert_int_equal(keys_from_variable(&k, "TEST_KEY", &key, NULL), 0);
	assert_int_equal(keys_redact(&k, text, sizeof(text) - 1), 3);
	assert_null(strstr(text, KEY));
	assert_string_equal(
	    text + 3 * (sizeof(KEY) - 1) + 1, ", sk-test-0123456789abcde");
	assert_int_equal(text[sizeof(KEY) - 1], 'a');
	/* cut in its middle it is no key */
	assert_int_equal(keys_redact(&k, text, 0), 0);
	keys_close(&k);
}

/* What a server without keys is told is no secret. */
static void
test_short(void **state)
{
	char text[] = "EMPTY is empty";
	const char *key;
	struct keys k;

	(void)state;
	assert_int_equal(keys_open(&k, NULL), 0);
	setenv("TEST_KEY", "EMPTY", 1);
	assert_int_equal(keys_from_variable(&k, "TEST_KEY", &key, NULL), 0);
	assert_string_equal(key, "EMPTY");
	assert_int_equal(keys_redact(&k, text, sizeof(text) - 1), 0);
	assert_string_equal(text, "EMPTY is empty");
	keys_close(&k);
}

/* A child that runs commands has nothing to give away. */
static void
test_fork(void **state)
{
	const char *key;
	struct keys k;
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(keys_open(&k, NULL), 0);
	setenv("TEST_KEY", KEY, 1);
	assert_int_equal(keys_from_variable(&k, "TEST_KEY", &key, NULL), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(*key == '\0' ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_string_equal(key, KEY);
	keys_close(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_variable),
	    cmocka_unit_test(test_bad_variable),
	    cmocka_unit_test(test_file),
	    cmocka_unit_test(test_redact),
	    cmocka_unit_test(test_short),
	    cmocka_unit_test(test_fork),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
