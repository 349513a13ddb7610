// SPDX-License-Identifier: ISC
// The probe's frame: finds the subcommand, runs it in a child, says how it
// went; and will not touch a machine whose real root it is.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/lib/probe/probe.h"

static const struct probe_def *const tables[] = {
    probe_fs,
    probe_ns,
    probe_proc,
    probe_sys,
    probe_net,
    probe_life,
    probe_self,
    probe_use,
    probe_batch,
};

#define NTABLES (sizeof(tables) / sizeof(tables[0]))

long
probe_number(const char *text)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 0);
	if (errno != 0 || end == text || *end != '\0') {
		fprintf(stderr, "probe: not a number: %s\n", text);
		exit(2);
	}
	return n;
}

static const struct probe_def *
find(const char *name)
{
	const struct probe_def *d;
	size_t i;

	for (i = 0; i < NTABLES; i++) {
		for (d = tables[i]; d->name != NULL; d++) {
			if (strcmp(d->name, name) == 0)
				return d;
		}
	}
	return NULL;
}

// True for uid 0 of the initial user namespace: its map is the whole range.
static bool
is_real_root(void)
{
	unsigned long in = 0, out = 0, len = 0;
	FILE *f;

	if (geteuid() != 0)
		return false;
	f = fopen("/proc/self/uid_map", "r");
	if (f == NULL)
		return true;
	if (fscanf(f, "%lu %lu %lu", &in, &out, &len) != 3)
		len = 4294967295;
	fclose(f);
	return len == 4294967295;
}

static void
say(int r)
{
	const char *name;

	if (r == PROBE_SAID)
		return;
	if (r == 0) {
		puts("allowed");
	} else {
		name = strerrorname_np(errno);
		printf("refused %s\n", name != NULL ? name : "unknown");
	}
	fflush(stdout);
}

// In a child, so that a filter that kills is an answer, too.
static int
run_child(const struct probe_def *d, int argc, char **argv)
{
	const char *name;
	int status;
	pid_t pid;

	pid = fork();
	if (pid < 0) {
		perror("probe: fork");
		return 2;
	}
	if (pid == 0) {
		say(d->fn(argc, argv));
		fflush(stdout);
		_exit(0);
	}
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return 2;
	}
	if (WIFSIGNALED(status)) {
		name = sigabbrev_np(WTERMSIG(status));
		printf("killed SIG%s\n", name != NULL ? name : "?");
		return 0;
	}
	return WEXITSTATUS(status);
}

// argv[0] is the subcommand. Returns the exit status.
int
probe_run(int argc, char **argv)
{
	const struct probe_def *d;

	if (argc < 1 || (d = find(argv[0])) == NULL || argc - 1 < d->operands) {
		fputs("usage: probe SUBCOMMAND [OPERAND...]\n", stderr);
		return 2;
	}
	if (!d->harmless && is_real_root()) {
		fputs("probe: not as the machine's real root\n", stderr);
		return 3;
	}
	if (!d->here)
		return run_child(d, argc - 1, argv + 1);
	say(d->fn(argc - 1, argv + 1));
	return 0;
}

int
main(int argc, char **argv)
{
	return probe_run(argc - 1, argv + 1);
}
