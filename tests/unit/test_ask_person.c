// SPDX-License-Identifier: ISC
// ask (of src/cli): a question on a terminal, what is typed before it, and
// who has a socket open.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/cli/ask.h"

struct both {
	int master;
	struct ask_terminal t;
};

static int
setup(void **state)
{
	static struct both b;

	assert_return_code(
	    openpty(&b.master, &b.t.tty.fd, NULL, NULL, NULL), errno);
	b.t.tty.out = b.t.tty.fd;
	b.t.always = true;
	b.t.tty.stopped = NULL;
	*state = &b;
	return 0;
}

static int
teardown(void **state)
{
	struct both *b = *state;

	fd_close(&b->master);
	fd_close(&b->t.tty.fd);
	return 0;
}

static const struct wire_ask question = {
    .id = 1, .port = 22, .host = "git.example.org"};

/* What a person said who types text once the question is there. */
static enum ask_said
typed(struct both *b, const char *text)
{
	char seen[4096];
	enum ask_said said;
	pid_t pid = fork();
	ssize_t n;

	assert_true(pid >= 0);
	if (pid == 0) {
		n = 0;
		do {
			ssize_t got = read(
			    b->master, seen + n, sizeof(seen) - 1 - (size_t)n);

			if (got <= 0)
				_exit(1);
			n += got;
			seen[n] = '\0';
		} while (strstr(seen, "denied) ") == NULL);
		_exit(fd_write_all(b->master, text, strlen(text)) != 0);
	}
	said = ask_person(&b->t, &question, "/usr/bin/ssh", 5000);
	return said;
}

static void
test_answers(void **state)
{
	static const struct {
		const char *text;
		enum ask_said said;
	} rows[] = {
	    {"o\n", ASK_SAID_ONCE},
	    {"once\n", ASK_SAID_ONCE},
	    {"  S\n", ASK_SAID_SESSION},
	    {"always\n", ASK_SAID_ALWAYS},
	    {"d\n", ASK_SAID_DENY},
	    {"no\n", ASK_SAID_DENY},
	    {"\n", ASK_SAID_NOTHING}, // asked again, and then the end
	    {"yes\n", ASK_SAID_NOTHING},
	    {"\004", ASK_SAID_NOTHING},
	};
	struct both *b = *state;
	char text[32];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text), "%s%s", rows[i].text,
		    rows[i].said == ASK_SAID_NOTHING ? "\004" : "");
		assert_int_equal(typed(b, text), rows[i].said);
		teardown(state);
		setup(state);
	}
	b->t.always = false; // there is no file to write it to
	assert_int_equal(typed(b, "a\n\004"), ASK_SAID_NOTHING);
}

/* What was typed before the question was not meant for it. */
static void
test_typed_ahead(void **state)
{
	struct both *b = *state;

	assert_int_equal(write(b->master, "always\n", 7), 7);
	usleep(50000);
	assert_int_equal(
	    ask_person(&b->t, &question, NULL, 200), ASK_SAID_NOTHING);
}

static bool
stop(void)
{
	return true;
}

static void
test_stopped(void **state)
{
	struct both *b = *state;

	b->t.tty.stopped = stop;
	assert_int_equal(
	    ask_person(&b->t, &question, NULL, 60000), ASK_SAID_NOTHING);
}

static void
test_shown(void **state)
{
	struct both *b = *state;
	struct pollfd p = {.fd = b->master, .events = POLLIN};
	char seen[4096] = "";
	size_t len = 0;
	ssize_t n;

	ask_person(&b->t, &question, "/bin/x", 10);
	// What is on its way to a terminal may come in parts.
	while (
	    strstr(seen, "nobody answered") == NULL && poll(&p, 1, 5000) == 1) {
		n = read(b->master, seen + len, sizeof(seen) - 1 - len);
		assert_true(n > 0);
		len += (size_t)n;
		seen[len] = '\0';
	}
	assert_non_null(strstr(seen, "git.example.org, port 22"));
	assert_non_null(strstr(seen, "program: /bin/x"));
	assert_non_null(strstr(seen, "nobody answered"));
}

static void
test_program(void **unused)
{
	autoclose int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char exe[PATH_MAX], got[PATH_MAX];
	struct stat st;
	ssize_t n;

	(void)unused;
	assert_return_code(fstat(fd, &st), errno);
	n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	assert_true(n > 0);
	exe[n] = '\0';
	assert_int_equal(ask_program((uint32_t)st.st_ino, got, sizeof(got)), 0);
	assert_string_equal(got, exe);
	assert_int_equal(ask_program(0, got, sizeof(got)), -1);
	fd_close(&fd);
	assert_int_equal(
	    ask_program((uint32_t)st.st_ino, got, sizeof(got)), -1);
}

#define POINT(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    POINT(test_answers),
	    POINT(test_typed_ahead),
	    POINT(test_stopped),
	    POINT(test_shown),
	    cmocka_unit_test(test_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
