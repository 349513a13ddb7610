// SPDX-License-Identifier: ISC
// signals: each is noted once; what was ignored stays so; writes return.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "src/cli/signals.h"

#define MUST(x)                                 \
	do {                                    \
		if (!(x))                       \
			_exit(__LINE__ & 0x7f); \
	} while (0)

static const int heard[] = {
    SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH};
#define NHEARD (sizeof(heard) / sizeof(heard[0]))

/* Handlers and marks are a process's: each test has one of its own. */
static void
in_child(void (*f)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		alarm(20);
		f();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (status != 0)
		fail_msg("status %#x: line %% 128 is %d", (unsigned int)status,
		    WEXITSTATUS(status));
}

static void
each_once(void)
{
	size_t i;

	signals_catch();
	MUST(signals_next() == 0);
	for (i = 0; i < NHEARD; i++) {
		MUST(raise(heard[i]) == 0);
		MUST(raise(heard[i]) == 0);
		MUST(signals_next() == heard[i]);
		MUST(signals_next() == 0);
	}
}

static void
none_lost(void)
{
	unsigned int seen = 0;
	size_t i;
	int s;

	signals_catch();
	for (i = 0; i < NHEARD; i++)
		MUST(raise(heard[i]) == 0);
	for (i = 0; i < NHEARD; i++) {
		s = signals_next();
		MUST(s > 0 && s < 32 && (seen & 1u << s) == 0);
		seen |= 1u << s;
	}
	MUST(signals_next() == 0);
}

static void
ignored(void)
{
	struct sigaction sa;
	size_t i;

	for (i = 0; i < NHEARD; i++)
		MUST(signal(heard[i], SIG_IGN) != SIG_ERR);
	MUST(signal(SIGINT, SIG_DFL) != SIG_ERR);
	signals_catch();
	for (i = 1; i < NHEARD; i++) {
		MUST(sigaction(heard[i], NULL, &sa) == 0);
		MUST(sa.sa_handler == SIG_IGN);
		MUST(raise(heard[i]) == 0);
		MUST(signals_next() == 0);
	}
	MUST(raise(SIGINT) == 0);
	MUST(signals_next() == SIGINT);
}

static void
others_alone(void)
{
	static const int alone[] = {SIGALRM, SIGCHLD, SIGTSTP, SIGCONT};
	struct sigaction sa;
	size_t i;
	int p[2];

	signals_catch();
	for (i = 0; i < sizeof(alone) / sizeof(alone[0]); i++) {
		MUST(sigaction(alone[i], NULL, &sa) == 0);
		MUST(sa.sa_handler == SIG_DFL);
	}
	MUST(pipe2(p, O_CLOEXEC) == 0);
	close(p[0]);
	MUST(write(p[1], "x", 1) == -1 && errno == EPIPE);
}

/* A full pipe must not keep us from hearing. */
static void
write_returns(void)
{
	char buf[65536] = {0};
	pid_t parent = getpid(), pid;
	int p[2];

	signals_catch();
	MUST(pipe2(p, O_CLOEXEC) == 0);
	MUST(write(p[1], buf, sizeof(buf)) > 0);
	pid = fork();
	MUST(pid >= 0);
	// Once may come before the write; it is told until it ends.
	while (pid == 0 && getppid() == parent) {
		kill(parent, SIGTERM);
		usleep(20000);
	}
	if (pid == 0)
		_exit(0);
	MUST(write(p[1], buf, sizeof(buf)) == -1 && errno == EINTR);
	MUST(signals_next() == SIGTERM);
}

static void
test_each_once(void **state)
{
	(void)state;
	in_child(each_once);
}

static void
test_none_lost(void **state)
{
	(void)state;
	in_child(none_lost);
}

static void
test_ignored(void **state)
{
	(void)state;
	in_child(ignored);
}

static void
test_others_alone(void **state)
{
	(void)state;
	in_child(others_alone);
}

static void
test_write_returns(void **state)
{
	(void)state;
	in_child(write_returns);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_once),
	    cmocka_unit_test(test_none_lost),
	    cmocka_unit_test(test_ignored),
	    cmocka_unit_test(test_others_alone),
	    cmocka_unit_test(test_write_returns),
	};

	return cmocka_run_group_tests_name("signals", tests, NULL, NULL);
}
