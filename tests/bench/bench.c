// SPDX-License-Identifier: ISC
// Measures starts, all kinds interleaved in one run, in random order a round.
//   bench [--rounds N] [--json] LANE...
// A lane is NAME:BASE:KIND:COMMAND, BASE the name of the lane to compare
// with; KIND spawn times a program from spawn to reap, peer a standing
// program that does one thing for each byte and answers with nanoseconds.
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LANES_MAX 16
#define ARGS_MAX  32
#define WARM_UP	  3

struct lane {
	char *name, *base;
	bool peer;
	char *argv[ARGS_MAX];
	int to, from; /* of a peer */
	pid_t pid;
	uint64_t *sample;
};

static uint64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void
split(struct lane *l, char *text)
{
	char *kind, *word, *rest = text;
	int n = 0;

	l->name = strsep(&rest, ":");
	l->base = strsep(&rest, ":");
	kind = strsep(&rest, ":");
	if (rest == NULL)
		errx(2, "not a lane: %s", text);
	l->peer = strcmp(kind, "peer") == 0;
	while ((word = strsep(&rest, " ")) != NULL && n < ARGS_MAX - 1)
		l->argv[n++] = word;
}

static pid_t
spawn(struct lane *l, int in, int out)
{
	posix_spawn_file_actions_t fa;
	pid_t pid;

	posix_spawn_file_actions_init(&fa);
	if (in >= 0)
		posix_spawn_file_actions_adddup2(&fa, in, 0);
	if (out >= 0)
		posix_spawn_file_actions_adddup2(&fa, out, 1);
	errno = posix_spawnp(&pid, l->argv[0], &fa, NULL, l->argv, environ);
	if (errno != 0)
		err(1, "%s", l->argv[0]);
	posix_spawn_file_actions_destroy(&fa);
	return pid;
}

static void
begin_peer(struct lane *l)
{
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
		err(1, "pipe");
	l->pid = spawn(l, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	l->to = in[1];
	l->from = out[0];
}

static void
end_peer(struct lane *l)
{
	close(l->to);
	close(l->from);
	waitpid(l->pid, NULL, 0);
}

static uint64_t
measure(struct lane *l)
{
	uint64_t t;
	int status;

	if (l->peer) {
		if (write(l->to, "x", 1) != 1 ||
		    read(l->from, &t, sizeof(t)) != sizeof(t))
			errx(1, "%s: its program ended", l->name);
		return t;
	}
	t = now();
	if (waitpid(spawn(l, -1, -1), &status, 0) < 0)
		err(1, "wait");
	t = now() - t;
	if (status != 0)
		errx(1, "%s: failed (status %d)", l->name, status);
	return t;
}

static void
run_rounds(struct lane *lanes, size_t n, size_t rounds)
{
	size_t order[LANES_MAX], i, j, r, swap;
	uint64_t t;

	for (i = 0; i < n; i++)
		order[i] = i;
	for (r = 0; r < rounds + WARM_UP; r++) {
		for (i = n - 1; i > 0; i--) {
			j = (size_t)random() % (i + 1);
			swap = order[i];
			order[i] = order[j];
			order[j] = swap;
		}
		for (i = 0; i < n; i++) {
			t = measure(&lanes[order[i]]);
			if (r >= WARM_UP)
				lanes[order[i]].sample[r - WARM_UP] = t;
		}
	}
}

static int
compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

// Nearest rank, of sorted samples.
static double
percentile(const struct lane *l, size_t rounds, unsigned p)
{
	size_t rank = (rounds * p + 99) / 100;

	return (double)l->sample[rank > 0 ? rank - 1 : 0] / 1000;
}

static double
ratio(const struct lane *lanes, size_t n, const struct lane *l, size_t rounds)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (strcmp(lanes[i].name, l->base) == 0)
			return percentile(l, rounds, 50) /
			       percentile(&lanes[i], rounds, 50);
	}
	return 0;
}

static void
print_table(const struct lane *lanes, size_t n, size_t rounds)
{
	const struct lane *l;

	printf(
	    "%-24s %10s %10s %10s  %s\n", "us", "min", "p50", "p99", "p50 to");
	for (l = lanes; l < lanes + n; l++)
		printf("%-24s %10.0f %10.0f %10.0f  %.2f x %s\n", l->name,
		    percentile(l, rounds, 0), percentile(l, rounds, 50),
		    percentile(l, rounds, 99), ratio(lanes, n, l, rounds),
		    l->base);
}

static void
print_json(const struct lane *lanes, size_t n, size_t rounds)
{
	const struct lane *l;

	printf("{\"rounds\":%zu,\"unit\":\"us\",\"lanes\":[", rounds);
	for (l = lanes; l < lanes + n; l++)
		printf("%s{\"name\":\"%s\",\"min\":%.1f,\"p50\":%.1f,"
		       "\"p99\":%.1f,\"ratio\":%.3f,\"base\":\"%s\"}",
		    l == lanes ? "" : ",", l->name, percentile(l, rounds, 0),
		    percentile(l, rounds, 50), percentile(l, rounds, 99),
		    ratio(lanes, n, l, rounds), l->base);
	puts("]}");
}

int
main(int argc, char **argv)
{
	static struct lane lanes[LANES_MAX];
	size_t n = 0, rounds = 200, i;
	bool json = false;
	int a;

	for (a = 1; a < argc; a++) {
		if (strcmp(argv[a], "--json") == 0)
			json = true;
		else if (strcmp(argv[a], "--rounds") == 0 && a + 1 < argc)
			rounds = strtoul(argv[++a], NULL, 10);
		else if (n < LANES_MAX)
			split(&lanes[n++], argv[a]);
	}
	if (n == 0 || rounds == 0)
		errx(2, "usage: bench [--rounds N] [--json] LANE...");
	signal(SIGPIPE, SIG_IGN);
	srandom((unsigned)time(NULL));
	for (i = 0; i < n; i++) {
		lanes[i].sample = calloc(rounds, sizeof(uint64_t));
		if (lanes[i].sample == NULL)
			err(1, "calloc");
		if (lanes[i].peer)
			begin_peer(&lanes[i]);
	}
	run_rounds(lanes, n, rounds);
	for (i = 0; i < n; i++) {
		if (lanes[i].peer)
			end_peer(&lanes[i]);
		qsort(lanes[i].sample, rounds, sizeof(uint64_t), compare);
	}
	(json ? print_json : print_table)(lanes, n, rounds);
	return 0;
}
