// SPDX-License-Identifier: ISC
// undo: backwards, once each, and again from empty.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/undo.h"

static char said[64];
static struct undo ledger;

static void
say(void *arg)
{
	size_t n = strlen(said);

	said[n] = *(const char *)arg;
	said[n + 1] = '\0';
}

// A step that itself pushes one: done too, and at once.
static void
push_more(void *arg)
{
	say(arg);
	undo_push(&ledger, say, (char[]){'m'});
	undo_run(&ledger);
}

static void
test_backwards(void **state)
{
	char text[] = "abc";
	int i;

	(void)state;
	memset(&ledger, 0, sizeof(ledger));
	memset(said, 0, sizeof(said));
	undo_run(&ledger);
	assert_string_equal(said, "");
	for (i = 0; i < 3; i++)
		undo_push(&ledger, say, &text[i]);
	undo_run(&ledger);
	assert_string_equal(said, "cba");
	undo_run(&ledger);
	assert_string_equal(said, "cba");
	undo_push(&ledger, say, &text[0]);
	undo_run(&ledger);
	assert_string_equal(said, "cbaa");
}

static void
test_nested(void **state)
{
	char text[] = "xy";

	(void)state;
	memset(&ledger, 0, sizeof(ledger));
	memset(said, 0, sizeof(said));
	undo_push(&ledger, say, &text[0]);
	undo_push(&ledger, push_more, &text[1]);
	undo_run(&ledger);
	assert_string_equal(said, "ymx");
	assert_int_equal(ledger.n, 0);
}

static void
test_full(void **state)
{
	char text[] = "z";
	int i, status;
	pid_t pid;

	(void)state;
	memset(&ledger, 0, sizeof(ledger));
	memset(said, 0, sizeof(said));
	for (i = 0; i < UNDO_MAX; i++)
		undo_push(&ledger, say, text);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		signal(SIGABRT, SIG_DFL);
		undo_push(&ledger, say, text);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	undo_run(&ledger);
	assert_int_equal(strlen(said), UNDO_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_backwards),
	    cmocka_unit_test(test_nested),
	    cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests_name("undo", tests, NULL, NULL);
}
