// SPDX-License-Identifier: ISC
// Measures starts, all kinds interleaved in one run, in random order a round.
//   bench [--rounds N] [--json] [--want NAME:BASE:MOST]... LANE...
// A lane is NAME:BASE:KIND:COMMAND, BASE the name of the lane to compare
// with; KIND spawn times a program from spawn to reap, crowd CROWD of them at
// once, peer a standing program that does one thing for each byte and answers
// with nanoseconds. A want is the most that lane NAME may take of BASE's time
// (p50); whether it does is told, and not an error.
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
#define ARGS_MAX  64
#define WANTS_MAX 16
#define WARM_UP	  3
#define CROWD	  20

enum kind {
	SPAWN,
	CROWDED,
	PEER
};

struct lane {
	char *name, *base;
	enum kind kind;
	unsigned failed; /* of a crowd */
	char *argv[ARGS_MAX];
	int to, from; /* of a peer */
	pid_t pid;
	uint64_t *sample;
};

struct want {
	char *name, *base;
	double most;
};

struct bench {
	struct lane lane[LANES_MAX];
	struct want want[WANTS_MAX];
	size_t lanes, wants, rounds;
	bool json;
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
	l->kind = strcmp(kind, "peer") == 0    ? PEER
		  : strcmp(kind, "crowd") == 0 ? CROWDED
					       : SPAWN;
	while ((word = strsep(&rest, " ")) != NULL && n < ARGS_MAX - 1)
		l->argv[n++] = word;
}

static void
split_want(struct want *w, char *text)
{
	w->name = strsep(&text, ":");
	w->base = strsep(&text, ":");
	if (text == NULL)
		errx(2, "not a want: %s", w->name);
	w->most = strtod(text, NULL);
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

// As one: the last of them to end is what counts.
static uint64_t
measure_crowd(struct lane *l)
{
	pid_t pid[CROWD];
	uint64_t t = now();
	int i, status;

	for (i = 0; i < CROWD; i++)
		pid[i] = spawn(l, -1, -1);
	for (i = 0; i < CROWD; i++) {
		if (waitpid(pid[i], &status, 0) < 0)
			err(1, "wait");
		l->failed += status != 0;
	}
	return now() - t;
}

static uint64_t
measure(struct lane *l)
{
	uint64_t t;
	int status;

	if (l->kind == CROWDED)
		return measure_crowd(l);
	if (l->kind == PEER) {
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

static const struct lane *
find(const struct bench *b, const char *name)
{
	size_t i;

	for (i = 0; i < b->lanes; i++)
		if (strcmp(b->lane[i].name, name) == 0)
			return &b->lane[i];
	return NULL;
}

static double
ratio(const struct bench *b, const struct lane *l, const char *base, unsigned p)
{
	const struct lane *other = find(b, base);

	if (other == NULL)
		return 0;
	return percentile(l, b->rounds, p) / percentile(other, b->rounds, p);
}

static void
print_lane(const struct bench *b, const struct lane *l)
{
	printf("%-26s %9.0f %9.0f %9.0f  %5.2f %5.2f x %s", l->name,
	    percentile(l, b->rounds, 0), percentile(l, b->rounds, 50),
	    percentile(l, b->rounds, 99), ratio(b, l, l->base, 0),
	    ratio(b, l, l->base, 50), l->base);
	if (l->kind == CROWDED)
		printf(", %.0f/s, %u failed",
		    CROWD * 1e6 / percentile(l, b->rounds, 50), l->failed);
	putchar('\n');
}

static void
print_want(const struct bench *b, const struct want *w)
{
	const struct lane *l = find(b, w->name);
	double is;

	if (l == NULL || find(b, w->base) == NULL) {
		printf(
		    "%-40s %8.2f %9s  not measured\n", w->name, w->most, "-");
		return;
	}
	is = ratio(b, l, w->base, 50);
	printf("%-16s to %-21s %8.2f %9.2f  %s\n", w->name, w->base, w->most,
	    is, is <= w->most && l->failed == 0 ? "met" : "missed");
}

static void
print_table(const struct bench *b)
{
	size_t i;

	printf("%-26s %9s %9s %9s  %5s %5s to\n", "us", "min", "p50", "p99",
	    "min", "p50");
	for (i = 0; i < b->lanes; i++)
		print_lane(b, &b->lane[i]);
	if (b->wants > 0)
		printf("%-40s %8s %9s\n", "ratio of p50", "wanted", "is");
	for (i = 0; i < b->wants; i++)
		print_want(b, &b->want[i]);
}

static void
print_json(const struct bench *b)
{
	const struct lane *l;
	const struct want *w;
	size_t i;

	printf("{\"rounds\":%zu,\"unit\":\"us\",\"lanes\":[", b->rounds);
	for (i = 0; i < b->lanes; i++) {
		l = &b->lane[i];
		printf("%s{\"name\":\"%s\",\"min\":%.1f,\"p50\":%.1f,"
		       "\"p99\":%.1f,\"ratio\":%.3f,\"base\":\"%s\","
		       "\"failed\":%u}",
		    i == 0 ? "" : ",", l->name, percentile(l, b->rounds, 0),
		    percentile(l, b->rounds, 50), percentile(l, b->rounds, 99),
		    ratio(b, l, l->base, 50), l->base, l->failed);
	}
	printf("],\"wants\":[");
	for (i = 0; i < b->wants; i++) {
		w = &b->want[i];
		l = find(b, w->name);
		printf("%s{\"name\":\"%s\",\"base\":\"%s\",\"most\":%.2f,"
		       "\"is\":%.3f}",
		    i == 0 ? "" : ",", w->name, w->base, w->most,
		    l != NULL ? ratio(b, l, w->base, 50) : 0);
	}
	puts("]}");
}

static void
read_arguments(struct bench *b, int argc, char **argv)
{
	int a;

	b->rounds = 200;
	for (a = 1; a < argc; a++) {
		if (strcmp(argv[a], "--json") == 0)
			b->json = true;
		else if (strcmp(argv[a], "--rounds") == 0 && a + 1 < argc)
			b->rounds = strtoul(argv[++a], NULL, 10);
		else if (strcmp(argv[a], "--want") == 0 && a + 1 < argc &&
			 b->wants < WANTS_MAX)
			split_want(&b->want[b->wants++], argv[++a]);
		else if (b->lanes < LANES_MAX)
			split(&b->lane[b->lanes++], argv[a]);
	}
	if (b->lanes == 0 || b->rounds == 0)
		errx(2, "usage: bench [--rounds N] [--json] "
			"[--want NAME:BASE:MOST]... LANE...");
}

int
main(int argc, char **argv)
{
	static struct bench b;
	size_t i;

	read_arguments(&b, argc, argv);
	signal(SIGPIPE, SIG_IGN);
	srandom((unsigned)time(NULL));
	for (i = 0; i < b.lanes; i++) {
		b.lane[i].sample = calloc(b.rounds, sizeof(uint64_t));
		if (b.lane[i].sample == NULL)
			err(1, "calloc");
		if (b.lane[i].kind == PEER)
			begin_peer(&b.lane[i]);
	}
	run_rounds(b.lane, b.lanes, b.rounds);
	for (i = 0; i < b.lanes; i++) {
		if (b.lane[i].kind == PEER)
			end_peer(&b.lane[i]);
		qsort(b.lane[i].sample, b.rounds, sizeof(uint64_t), compare);
	}
	(b.json ? print_json : print_table)(&b);
	return 0;
}
