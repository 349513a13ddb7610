// SPDX-License-Identifier: ISC
// approve_keep: what was said yes to for always, by workspace and exact text.
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
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/agent/approve.h"
#include "tests/unit/fake_box.h"

static char root[64], state_dir[128], work[128], file[256];

static int
begin(void **state)
{
	assert_int_equal(fake_begin(state), 0);
	snprintf(root, sizeof(root), "%s", fake_root);
	snprintf(state_dir, sizeof(state_dir), "%s/state", root);
	snprintf(work, sizeof(work), "%s/work", root);
	snprintf(file, sizeof(file), "%s/stockade/approvals/always.jsonl",
	    state_dir);
	assert_return_code(mkdir(state_dir, 0700), errno);
	assert_return_code(mkdir(work, 0700), errno);
	return setenv("XDG_STATE_HOME", state_dir, 1);
}

static bool
kept_in(const char *workspace, const char *command)
{
	struct approve_keep k;
	bool is;

	approve_keep_open(&k, workspace);
	is = approve_is_kept(&k, APPROVE_COMMAND, command);
	approve_keep_close(&k);
	return is;
}

static void
keep(const char *command)
{
	struct approve_keep k;
	struct err e;

	approve_keep_open(&k, work);
	if (approve_write_always(&k, command, &e) != 0)
		fail_msg("%s", e.text);
	assert_true(approve_is_kept(&k, APPROVE_COMMAND, command));
	approve_keep_close(&k);
}

static void
test_always(void **state)
{
	struct stat st;

	(void)state;
	assert_false(kept_in(work, "make x"));
	keep("make x");
	keep("printf 'a\nb' # \"q\" \303\251 \\");
	assert_true(kept_in(work, "make x"));
	assert_true(kept_in(work, "printf 'a\nb' # \"q\" \303\251 \\"));
	// Nothing that is wider, or elsewhere.
	assert_false(kept_in(work, "make x y"));
	assert_false(kept_in(work, "make"));
	assert_false(kept_in(root, "make x"));
	assert_return_code(stat(file, &st), errno);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void
append(const char *text)
{
	autoclose int fd = open(file, O_WRONLY | O_APPEND | O_CLOEXEC);

	assert_return_code(fd, errno);
	assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
}

static void
test_torn(void **state)
{
	(void)state;
	keep("make x");
	append("nonsense\n{\"workspace\":3}\n[]\n{\"workspace\":\"");
	assert_true(kept_in(work, "make x"));
	keep("make y"); // begins a line of its own
	assert_true(kept_in(work, "make x"));
	assert_true(kept_in(work, "make y"));
	append("{\"workspace\":\"");
	append(work);
	append("\",\"command\":\"make z\\u0000 w\"}\n");
	assert_false(kept_in(work, "make z"));
}

/* What others could have written was not said by this user. */
static void
test_foreign(void **state)
{
	char other[256];
	struct approve_keep k;
	struct err e;

	(void)state;
	keep("make x");
	assert_return_code(chmod(file, 0620), errno);
	assert_false(kept_in(work, "make x"));
	approve_keep_open(&k, work);
	assert_int_equal(approve_write_always(&k, "make y", &e), -1);
	assert_non_null(strstr(e.text, "only you can write"));
	approve_keep_close(&k);
	assert_return_code(chmod(file, 0600), errno);
	assert_true(kept_in(work, "make x"));
	snprintf(other, sizeof(other), "%s/other", root);
	assert_return_code(rename(file, other), errno);
	assert_return_code(symlink(other, file), errno);
	assert_false(kept_in(work, "make x"));
	approve_keep_open(&k, work);
	assert_int_equal(approve_write_always(&k, "make y", &e), -1);
	approve_keep_close(&k);
}

/* In the workspace a command could write it. */
static void
test_inside(void **state)
{
	struct approve_keep k;
	struct err e;
	char inside[256];
	char *dir = approve_dir(work);

	(void)state;
	assert_non_null(dir);
	free(dir);
	keep("make x");
	assert_null(approve_dir(root));
	assert_null(approve_dir("/"));
	approve_keep_open(&k, root);
	assert_null(k.path);
	assert_int_equal(approve_write_always(&k, "make y", &e), -1);
	approve_keep_close(&k);
	// by a link, and where it is not made yet
	snprintf(inside, sizeof(inside), "%s/link", root);
	assert_return_code(symlink(work, inside), errno);
	snprintf(inside, sizeof(inside), "%s/link/not/yet", root);
	assert_return_code(setenv("XDG_STATE_HOME", inside, 1), errno);
	assert_null(approve_dir(work));
	assert_int_equal(setenv("XDG_STATE_HOME", state_dir, 1), 0);
	assert_null(approve_dir("/nonexistent"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, fake_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_always),
	    T(test_torn),
	    T(test_foreign),
	    T(test_inside),
	};

	return cmocka_run_group_tests_name("approve_keep", tests, NULL, NULL);
}
