// SPDX-License-Identifier: ISC
// store: where records go, who may read them, and which are kept.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/box/state.h"
#include "src/egress/store.h"

static char state[64];

static int
setup(void **unused)
{
	(void)unused;
	snprintf(state, sizeof(state), "/tmp/test-store-XXXXXX");
	if (mkdtemp(state) == NULL)
		return -1;
	return setenv("XDG_STATE_HOME", state, 1);
}

static int
gone(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int
teardown(void **unused)
{
	(void)unused;
	return nftw(state, gone, 8, FTW_DEPTH | FTW_PHYS);
}

static void
name_of(char *run, unsigned i)
{
	snprintf(run, STORE_RUN_MAX, "20260101-000000-000-%08x", i);
}

static bool
there(unsigned i)
{
	char dir[STORE_PATH_MAX], path[STORE_PATH_MAX], run[STORE_RUN_MAX];
	struct err e;

	name_of(run, i);
	assert_int_equal(state_dir("egress", dir, &e), 0);
	assert_int_equal(store_path(dir, run, path, &e), 0);
	return access(path, F_OK) == 0;
}

static void
test_modes(void **unused)
{
	char dir[STORE_PATH_MAX], run[STORE_RUN_MAX];
	struct store s;
	struct stat st;
	struct err e;

	(void)unused;
	umask(0);
	assert_int_equal(state_run_name(run, &e), 0);
	assert_int_equal(store_open(&s, run, &e), 0);
	assert_return_code(fstat(s.fd, &st), errno);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(
	    fcntl(s.fd, F_GETFL) & (O_ACCMODE | O_APPEND), O_RDWR | O_APPEND);
	assert_int_equal(state_dir("egress", dir, &e), 0);
	assert_return_code(stat(dir, &st), errno);
	assert_int_equal(st.st_mode & 0777, 0700);
	store_close(&s);
	// Never into a file that is there.
	assert_int_equal(store_open(&s, run, &e), -1);
	assert_int_equal(e.sys_errno, EEXIST);
	assert_int_equal(store_last(dir, run, &e), 0);
	unlink(s.path);
	assert_int_equal(store_last(dir, run, &e), -1);
}

static void
test_names(void **unused)
{
	static const char *const bad[] = {
	    "", ".", "..", "../x", "/etc/passwd", ".x", "a/b"};
	char path[STORE_PATH_MAX], one[STORE_RUN_MAX], two[STORE_RUN_MAX];
	struct err e;
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(store_path("/d", bad[i], path, &e), -1);
	assert_int_equal(state_run_name(one, &e), 0);
	usleep(2000);
	assert_int_equal(state_run_name(two, &e), 0);
	assert_true(strcmp(one, two) < 0);
	assert_int_equal(store_path("/d", one, path, &e), 0);
}

static void
test_kept(void **unused)
{
	char run[STORE_RUN_MAX];
	struct store held, s;
	struct err e;
	unsigned i;

	(void)unused;
	name_of(run, 0);
	assert_int_equal(store_open(&held, run, &e), 0);
	for (i = 1; i <= STORE_RUNS + 20; i++) {
		name_of(run, i);
		assert_int_equal(store_open(&s, run, &e), 0);
		store_close(&s);
	}
	assert_true(there(0)); // still open
	for (i = 1; i <= 20; i++)
		assert_false(there(i));
	for (; i <= STORE_RUNS + 20; i++)
		assert_true(there(i));
	// Large ones make room, but for the one that is begun.
	assert_return_code(ftruncate(held.fd, STORE_BYTES), errno);
	store_close(&held);
	name_of(run, i);
	assert_int_equal(store_open(&s, run, &e), 0);
	assert_false(there(0));
	assert_true(there(i - 1));
	assert_return_code(ftruncate(s.fd, STORE_BYTES + 1), errno);
	store_close(&s);
	name_of(run, i + 1);
	assert_int_equal(store_open(&s, run, &e), 0);
	assert_false(there(i));
	assert_false(there(i - 1));
	assert_true(there(i + 1));
	store_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_modes),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_kept),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
