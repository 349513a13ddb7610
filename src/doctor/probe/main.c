// SPDX-License-Identifier: ISC
// The probe's frame: each row in a child, so that one that is killed says
// something, too, and what one changes does not reach the next.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "src/doctor/probe/probe.h"

enum {
	EXIT_BAD_USE = 2,
};

static const struct {
	const char *name;
	probe_fn *fn;
} rows[] = {
#define X(id, name, fn) [PROBE_##id] = {name, fn},
    PROBE_TABLE(X)
#undef X
};

static const char *running;

void
probe_value(const char *fmt, ...)
{
	va_list ap;

	printf("%s value ", running);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

unsigned long
probe_number(const char *text)
{
	return strtoul(text, NULL, 10);
}

long
probe_read(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, buf, size - 1);
	close(fd);
	buf[n > 0 ? n : 0] = '\0';
	return n;
}

static void
say(int r)
{
	const char *name = strerrorname_np(errno);

	if (r == 0)
		printf("%s allowed\n", running);
	else if (r != PROBE_SAID)
		printf("%s refused %s\n", running, name ? name : "?");
}

static void
one(probe_fn *fn, char *const *operand)
{
	const char *name;
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		say(fn(operand));
		fflush(stdout);
		_exit(0);
	}
	if (pid < 0) {
		printf("%s unasked %s\n", running, strerrorname_np(errno));
		return;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (WIFSIGNALED(status)) {
		name = sigabbrev_np(WTERMSIG(status));
		printf("%s killed SIG%s\n", running, name ? name : "?");
	}
}

static int
all(char *const *operand)
{
	size_t i;

	for (i = 0; i < PROBE__COUNT; i++) {
		running = rows[i].name;
		one(rows[i].fn, operand);
		fflush(stdout);
	}
	return 0;
}

static int
some(char *const *names)
{
	size_t i;

	for (; *names != NULL; names++)
		for (i = 0; i < PROBE__COUNT; i++) {
			running = rows[i].name;
			if (strcmp(running, *names) != 0)
				continue;
			one(rows[i].fn, NULL);
			fflush(stdout);
		}
	return 0;
}

static const struct {
	const char *name;
	int (*fn)(unsigned long amount);
} lives[] = {
    {"memory", live_memory},
    {"pids", live_pids},
    {"output", live_output},
    {"disk", live_disk},
    {"burn", live_burn},
    {"sleep", live_sleep},
    {"linger", live_linger},
};

int
main(int argc, char **argv)
{
	size_t i;

	if (argc == 2 + OPERAND__COUNT && strcmp(argv[1], "all") == 0)
		return all(argv + 2);
	if (argc > 2 && strcmp(argv[1], "some") == 0)
		return some(argv + 2);
	if (argc == 2 || argc == 3)
		for (i = 0; i < sizeof(lives) / sizeof(lives[0]); i++)
			if (strcmp(argv[1], lives[i].name) == 0)
				return lives[i].fn(
				    argc == 3 ? probe_number(argv[2]) : 0);
	fputs("usage: stockade-probe\n"
	      "What `stockade doctor' runs inside of a sandbox, to see it "
	      "refused.\nIt is of no use by hand. See stockade(1).\n",
	    stderr);
	return EXIT_BAD_USE;
}
