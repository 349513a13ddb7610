// SPDX-License-Identifier: ISC
// Many requests in one box: a line of stdin each, "ID SUBCOMMAND OPERAND...";
// each is tried in a process group of its own, and answered by lines that
// begin with its ID.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/lib/probe/probe.h"

enum {
	REQUESTS_MAX = 512,
	WORDS_MAX = 16,
	ANSWER_MAX = 4096,
	ANSWER_MS = 20000, // one that takes longer hangs
};

// The child: stdout and stderr to the pipe, then the subcommand.
static void
try(char *text, int out)
{
	char *words[WORDS_MAX + 1];
	char *w, *save;
	int n = 0;

	setpgid(0, 0);
	dup2(out, 1);
	dup2(out, 2);
	close(out);
	for (w = strtok_r(text, " ", &save); w != NULL && n < WORDS_MAX;
	     w = strtok_r(NULL, " ", &save))
		words[n++] = w;
	words[n] = NULL;
	n = probe_run(n, words);
	fflush(stdout);
	_exit(n);
}

// All that it says until it ends, or its time is over.
static size_t
listen_to(int in, char *buf, size_t size)
{
	struct pollfd p = {.fd = in, .events = POLLIN};
	size_t have = 0;
	ssize_t n;

	while (have < size - 1) {
		if (poll(&p, 1, ANSWER_MS) <= 0)
			break;
		n = read(in, buf + have, size - 1 - have);
		if (n <= 0)
			break;
		have += (size_t)n;
	}
	buf[have] = '\0';
	return have;
}

static void
say_lines(const char *id, char *answer)
{
	char *line, *save;

	line = strtok_r(answer, "\n", &save);
	if (line == NULL)
		printf("%s silent\n", id);
	for (; line != NULL; line = strtok_r(NULL, "\n", &save))
		printf("%s %s\n", id, line);
	fflush(stdout);
}

static int
one(char *request)
{
	static char answer[ANSWER_MAX];
	char *text = strchr(request, ' ');
	int fds[2];
	pid_t pid;

	if (text == NULL)
		return 0;
	*text++ = '\0';
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -1;
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		return -1;
	if (pid == 0)
		try(text, fds[1]);
	close(fds[1]);
	listen_to(fds[0], answer, sizeof(answer));
	close(fds[0]);
	// What it left in its group goes with it.
	kill(-pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	say_lines(request, answer);
	return 0;
}

static int
batch(int argc, char **argv)
{
	static char *requests[REQUESTS_MAX];
	size_t n = 0, size = 0, i;
	int null;

	(void)argc;
	(void)argv;
	while (n < REQUESTS_MAX && getline(&requests[n], &size, stdin) > 0) {
		requests[n][strcspn(requests[n], "\n")] = '\0';
		size = 0;
		n++;
	}
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0 || dup2(null, 0) < 0)
		return -1;
	close(null);
	for (i = 0; i < n; i++) {
		if (one(requests[i]) < 0)
			return -1;
	}
	return PROBE_SAID;
}

const struct probe_def probe_batch[] = {
    {"batch", batch, 0, true, true},
    {NULL, NULL, 0, false, false},
};
