// SPDX-License-Identifier: ISC
// session: what was appended is read back, a cut line is tolerated, a broken
// one is not; the file is nobody else's.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/session/session.h"
#include "tests/unit/fake_box.h"

static struct session s;

static int
begin(void **state)
{
	struct err e;
	char dir[200];

	if (fake_begin(state) < 0)
		return -1;
	snprintf(dir, sizeof(dir), "%s/state/deep", fake_root);
	return session_open(&s, dir, &e);
}

static int
end(void **state)
{
	session_close(&s);
	return fake_end(state);
}

static void
append(const char *line)
{
	struct err e;

	assert_int_equal(session_append(&s, line, strlen(line), &e), 0);
}

static struct json_object *
load(struct err *e)
{
	autoclose int fd = open(s.path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	return session_load(fd, e);
}

static void
raw(const char *bytes)
{
	autoclose int fd = open(s.path, O_WRONLY | O_APPEND | O_CLOEXEC);

	assert_int_equal(fd_write_all(fd, bytes, strlen(bytes)), 0);
}

static void
test_modes(void **state)
{
	struct stat st;
	char dir[300];

	(void)state;
	assert_int_equal(stat(s.path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	snprintf(dir, sizeof(dir), "%s/state/deep", fake_root);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(strlen(s.id), strlen("20261120-134501-042-5f0c9a1e"));
}

static void
test_round_trip(void **state)
{
	struct json_object *all, *v;
	struct err e;

	(void)state;
	append("{\"n\":1}");
	append("{\"n\":2}");
	all = load(&e);
	assert_non_null(all);
	assert_int_equal(json_object_array_length(all), 2);
	json_object_object_get_ex(json_object_array_get_idx(all, 1), "n", &v);
	assert_int_equal(json_object_get_int(v), 2);
	json_object_put(all);
}

static void
test_cut(void **state)
{
	struct json_object *all;
	struct err e;

	(void)state;
	append("{\"n\":1}");
	raw("{\"n\":2,\"text\":\"kill -9 came he");
	all = load(&e);
	assert_non_null(all);
	assert_int_equal(json_object_array_length(all), 1);
	json_object_put(all);
}

static void
test_broken(void **state)
{
	static const char *const bad[] = {"rubbish\n", "[1]\n", "\n"};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(truncate(s.path, 0), 0);
		append("{\"n\":1}");
		raw(bad[i]);
		append("{\"n\":3}");
		assert_null(load(&e));
		assert_int_equal(e.code, ERR_SESSION);
		assert_non_null(strstr(e.text, "line 2"));
	}
}

/* The disk is full in the middle of a line: the file ends before it. */
static void
test_full(void **state)
{
	struct rlimit was, small = {0, 0};
	struct json_object *all;
	char line[4000];
	struct err e;

	(void)state;
	append("{\"n\":1}");
	memset(line, 'x', sizeof(line));
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	small.rlim_cur = 1000;
	small.rlim_max = was.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(session_append(&s, line, sizeof(line), &e), -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(e.code, ERR_SESSION);
	append("{\"n\":2}");
	all = load(&e);
	assert_non_null(all);
	assert_int_equal(json_object_array_length(all), 2);
	json_object_put(all);
}

static void
test_places(void **state)
{
	struct err e;
	char *dir;

	(void)state;
	setenv("HOME", "/h", 1);
	setenv("XDG_STATE_HOME", "/x", 1);
	dir = session_dir(NULL, &e);
	assert_string_equal(dir, "/x/stockade/sessions");
	free(dir);
	setenv("XDG_STATE_HOME", "relative", 1); // to be ignored, says XDG
	dir = session_dir(NULL, &e);
	assert_string_equal(dir, "/h/.local/state/stockade/sessions");
	free(dir);
	dir = session_dir("given", &e);
	assert_string_equal(dir, "given");
	free(dir);
	setenv("HOME", "/proc/1", 1); // root's: ours is another
	dir = session_dir(NULL, &e);
	if (geteuid() != 0 && dir != NULL)
		assert_null(strstr(dir, "/proc/1"));
	free(dir);
}

/* To go on: what was cut is gone, and nobody else may write meanwhile. */
static void
test_reopen(void **state)
{
	struct session again;
	struct json_object *all;
	struct err e;
	char path[300];
	bool torn;

	(void)state;
	append("{\"n\":1}");
	raw("{\"n\":2,\"te");
	snprintf(path, sizeof(path), "%s", s.path);
	assert_int_equal(session_reopen(&again, path, &torn, &e), -1);
	assert_non_null(strstr(e.text, "still writes it"));
	assert_true(session_busy(again.fd = open(path, O_RDONLY | O_CLOEXEC)));
	close(again.fd);
	session_close(&s);
	assert_int_equal(session_reopen(&s, path, &torn, &e), 0);
	assert_true(torn);
	assert_int_equal(strlen(s.id), strlen("20261120-134501-042-5f0c9a1e"));
	append("{\"n\":3}");
	all = load(&e);
	assert_non_null(all);
	assert_int_equal(json_object_array_length(all), 2);
	json_object_put(all);
	session_close(&s);
	assert_int_equal(session_reopen(&s, path, &torn, &e), 0);
	assert_false(torn);
}

static void
test_fork(void **state)
{
	struct session other;
	struct json_object *all;
	char dir[200];
	struct err e;
	int fd;

	(void)state;
	append("{\"n\":1}");
	raw("{\"n\":2,\"te");
	snprintf(dir, sizeof(dir), "%s/state/deep", fake_root);
	assert_int_equal(session_fork(&other, dir, s.path, &e), 0);
	assert_int_equal(session_append(&other, "{\"n\":9}", 7, &e), 0);
	assert_int_equal(truncate(s.path, 0), 0);
	fd = open(other.path, O_RDONLY | O_CLOEXEC);
	all = session_load(fd, &e);
	close(fd);
	assert_non_null(all);
	assert_string_equal(
	    json_object_to_json_string_ext(all, JSON_C_TO_STRING_PLAIN),
	    "[{\"n\":1},{\"n\":9}]");
	json_object_put(all);
	session_close(&other);
	assert_int_equal(session_fork(&other, dir, "/none", &e), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_modes, begin, end),
	    cmocka_unit_test_setup_teardown(test_round_trip, begin, end),
	    cmocka_unit_test_setup_teardown(test_cut, begin, end),
	    cmocka_unit_test_setup_teardown(test_broken, begin, end),
	    cmocka_unit_test_setup_teardown(test_full, begin, end),
	    cmocka_unit_test_setup_teardown(test_reopen, begin, end),
	    cmocka_unit_test_setup_teardown(test_fork, begin, end),
	    cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
