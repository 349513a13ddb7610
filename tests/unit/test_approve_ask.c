// SPDX-License-Identifier: ISC
// approve_ask: what is on the terminal before anybody can say yes, and what is
// understood of the answer.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "src/agent/approve.h"

static int master;
static struct approve_tty t;
static struct approve_answer answer;
static struct err why;
static char seen[65536];

static int
begin(void **state)
{
	struct err ignored;
	struct winsize size = {.ws_row = 24, .ws_col = 40};

	(void)state;
	// There may be no terminal: the person is there all the same.
	(void)!approve_tty_open(&t, &ignored);
	approve_tty_close(&t);
	assert_return_code(
	    openpty(&master, &t.tty.fd, NULL, NULL, &size), errno);
	t.tty.out = t.tty.fd;
	seen[0] = '\0';
	return 0;
}

static int
end(void **state)
{
	(void)state;
	fd_close(&master);
	fd_close(&t.tty.fd);
	return 0;
}

static const struct approve_question command = {.category = "shell",
    .tool = "bash",
    .what = "run this command",
    .text = "rm -r x\ny",
    .len = 9,
    .rule = "no rule approves it: rm -r x",
    .session = "this very command",
    .always = true};

/*
 * Asks, with somebody who types each of `lines' once a question ends with ": "
 * and sends what was seen by then.
 */
static int
typed(const struct approve_question *q, const char *const *lines)
{
	int p[2], rc;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	assert_return_code(pipe(p), errno);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		for (; *lines != NULL; lines++) {
			do {
				got = read(
				    master, seen + n, sizeof(seen) - 1 - n);
				if (got <= 0)
					_exit(1);
				n += (size_t)got;
				seen[n] = '\0';
			} while (n < 2 || strcmp(seen + n - 2, ": ") != 0);
			if (fd_write_all(p[1], seen, n) != 0)
				_exit(1);
			n = 0;
			if (fd_write_all(master, *lines, strlen(*lines)) != 0)
				_exit(1);
		}
		_exit(0);
	}
	close(p[1]);
	rc = t.person.ask(t.person.arg, q, &answer, &why);
	for (n = 0; n < sizeof(seen) - 1; n += (size_t)got) {
		got = read(p[0], seen + n, sizeof(seen) - 1 - n);
		if (got <= 0)
			break;
	}
	seen[n] = '\0';
	close(p[0]);
	waitpid(pid, NULL, 0);
	return rc;
}

static void
test_answers(void **state)
{
	static const struct {
		const char *line;
		enum approve_said said;
		const char *reason;
	} rows[] = {
	    {"o\n", APPROVE_ONCE, ""},
	    {" Yes\n", APPROVE_ONCE, ""},
	    {"session\n", APPROVE_SESSION, ""},
	    {"a\n", APPROVE_ALWAYS, ""},
	    {"n\n", APPROVE_NO, ""},
	    {"no, use make\n", APPROVE_NO, "use make"},
	    {"n: because  I\n", APPROVE_NO, "because  I"},
	    {"deny\n", APPROVE_NO, ""},
	    {"\004", APPROVE_NOTHING, ""},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *const lines[] = {rows[i].line, NULL};

		assert_int_equal(typed(&command, lines), 0);
		assert_int_equal(answer.said, rows[i].said);
		assert_string_equal(answer.reason, rows[i].reason);
		end(state);
		begin(state);
	}
}

/* Nothing, and what means nothing, is no answer. */
static void
test_again(void **state)
{
	static const char *const lines[] = {
	    "\n", "maybe\n", "v\n", "o\n", NULL};
	struct approve_question q = command;

	(void)state;
	assert_int_equal(typed(&command, lines), 0);
	assert_int_equal(answer.said, APPROVE_ONCE);
	end(state);
	begin(state);
	// What is not offered is not taken.
	q.always = false;
	q.session = NULL;
	assert_int_equal(
	    typed(&q, (const char *const[]){"a\n", "s\n", "n\n", NULL}), 0);
	assert_int_equal(answer.said, APPROVE_NO);
	assert_null(strstr(seen, "[a]lways"));
	assert_null(strstr(seen, "[s]ession"));
}

static void
test_shown(void **state)
{
	static const char *const once[] = {"o\n", NULL};
	struct approve_question q = command;
	const char *row;

	(void)state;
	assert_int_equal(typed(&command, once), 0);
	assert_non_null(strstr(seen, "bash asks to run this command:\r"));
	assert_non_null(strstr(seen, "    | rm -r x\r"));
	assert_non_null(strstr(seen, "    | y\r"));
	assert_non_null(strstr(seen, "no rule approves it: rm -r x"));
	assert_non_null(strstr(seen, "this [s]ession (this very command)"));
	assert_non_null(strstr(seen, "[a]lways"));
	// Escapes do nothing, a long line begins no row of its own.
	q.what = "change \033[2Ja\nstockade: no";
	q.rule = "so says \033[2J";
	q.text = "echo \033[2J\342\200\256abc                          "
		 "stockade: yes";
	q.len = strlen(q.text);
	assert_int_equal(typed(&q, once), 0);
	assert_null(strchr(seen, '\033'));
	assert_null(strstr(seen, "\nstockade: no"));
	for (row = strstr(seen, "    | "); row != NULL;
	     row = strstr(row + 1, "    | "))
		assert_true(strcspn(row, "\r") <= 40); // columns
	assert_non_null(strstr(seen, "u{202e}"));
}

/* What a terminal would swallow or run over is there to be read. */
static void
test_exact(void **state)
{
	static const char *const once[] = {"o\n", NULL};
	struct approve_question q = command;
	const char *row;

	(void)state;
	q.text = "ls \033]; rm -rf a; \007 b\033[8m; c\rstockade: d\t\t\t\t\t"
		 "\tstockade: e\343\205\244";
	q.len = strlen(q.text);
	q.rule = "no rule approves it: f\033]g\007\rh";
	assert_int_equal(typed(&q, once), 0);
	assert_non_null(strstr(seen, "ls \\x1b]; rm -rf a; \\x07 b"));
	assert_null(strstr(seen, "\nstockade: d"));
	assert_null(strchr(seen, '\t'));
	for (row = strstr(seen, "    | "); row != NULL;
	     row = strstr(row + 1, "    | "))
		assert_true(strcspn(row, "\r") <= 40); // columns
	assert_non_null(strstr(seen, "u{3164}"));
	assert_non_null(strstr(seen, "f\\x1b]g"));
}

static void
test_long(void **state)
{
	static const char *const lines[] = {"v\n", "o\n", NULL};
	static const char *const early[] = {"o\n", "n\n", NULL};
	struct approve_question q = command;
	static char text[4000];
	size_t n = 0;
	char *parts;
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		n += (size_t)snprintf(
		    text + n, sizeof(text) - n, "+line %d\n", i);
	q.text = text;
	q.len = n;
	q.is_diff = true;
	assert_int_equal(typed(&q, lines), 0);
	assert_int_equal(answer.said, APPROVE_ONCE);
	parts = strstr(seen, "there is more");
	assert_non_null(parts);
	assert_non_null(strstr(seen, "[v]iew the rest"));
	assert_true(strstr(seen, "| +line 59\r") < parts);
	assert_true(strstr(seen, "| +line 60\r") > parts);
	assert_non_null(strstr(parts, "| +line 99\r"));
	// Who has not seen all of it can say no alone.
	end(state);
	begin(state);
	assert_int_equal(typed(&q, early), 0);
	assert_int_equal(answer.said, APPROVE_NO);
	assert_non_null(strstr(seen, "not all of it was seen"));
	// Of a command all is shown, however long.
	end(state);
	begin(state);
	q.is_diff = false;
	assert_int_equal(typed(&q, lines + 1), 0);
	assert_non_null(strstr(seen, "| +line 99\r"));
}

static void
test_typed_ahead(void **state)
{
	(void)state;
	assert_int_equal(write(master, "o\n", 2), 2);
	usleep(50000);
	t.deadline_ms = clock_ms() + 300;
	assert_int_equal(
	    t.person.ask(t.person.arg, &command, &answer, &why), -1);
	assert_int_equal(answer.said, APPROVE_NOTHING);
	assert_int_equal(why.sys_errno, ETIMEDOUT);
	t.deadline_ms = 0;
}

static bool
stop(void)
{
	return true;
}

static void
test_stopped(void **state)
{
	(void)state;
	t.tty.stopped = stop;
	assert_int_equal(
	    t.person.ask(t.person.arg, &command, &answer, &why), -1);
	assert_int_equal(why.code, ERR_INTERRUPTED);
	assert_int_equal(answer.said, APPROVE_NOTHING);
}

static int other[2];
static unsigned attended;

static bool
attend(void *arg)
{
	char c;

	(void)arg;
	attended++;
	assert_int_equal(read(other[0], &c, 1), 1);
	return true;
}

/* What must go on meanwhile does; then it is asked again. */
static void
test_attend(void **state)
{
	static const char *const lines[] = {"\n", "s\n", NULL};
	char *first;

	(void)state;
	assert_return_code(pipe(other), errno);
	assert_int_equal(write(other[1], "x", 1), 1);
	t.tty.also = other[0];
	t.tty.attend = attend;
	assert_int_equal(typed(&command, lines), 0);
	assert_int_equal(attended, 1);
	assert_int_equal(answer.said, APPROVE_SESSION);
	first = strstr(seen, "asks to run");
	assert_non_null(strstr(first + 1, "asks to run"));
	close(other[0]);
	close(other[1]);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_answers),
	    T(test_again),
	    T(test_shown),
	    T(test_exact),
	    T(test_long),
	    T(test_typed_ahead),
	    T(test_stopped),
	    T(test_attend),
	};

	return cmocka_run_group_tests_name("approve_ask", tests, NULL, NULL);
}
