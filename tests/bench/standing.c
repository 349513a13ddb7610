// SPDX-License-Identifier: ISC
// The lanes of ours that begin with a sandbox that stands, through the same
// calls as the agent's tools use.
//   standing DIR warm      for each byte on stdin: `true` in the sandbox
//   standing DIR further   the same, in a fresh sandbox of the same helper
//   standing DIR idle      says its pid, and waits for the end of stdin
//   standing DIR many N    a fresh sandbox, alone and with N standing
// An answer is the nanoseconds that it took, as a uint64_t; many prints two
// numbers as text, the medians.
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "policy/policy.h"
#include "src/box/box.h"
#include "src/box/way_in.h"

enum {
	MANY_ROUNDS = 41,
};

struct bench {
	struct policy policy;
	struct way_in way;
	struct box *box;
	int null;
};

static uint64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int
complain(const struct err *e)
{
	fprintf(stderr, "standing: %s: %s\n", err_name(e->code), e->text);
	return 1;
}

// Until the command's end is told. Returns its exit code, -1 on failure.
static int
reap(struct box *b, struct err *e)
{
	struct pollfd p = {.fd = box_pollfd(b), .events = POLLIN};
	struct box_result r;
	uint32_t cmd;
	int n;

	for (;;) {
		n = box_reap(b, &cmd, &r, e);
		if (n < 0)
			return -1;
		if (n > 0)
			return r.exit_code;
		poll(&p, 1, -1);
	}
}

static int
run_true(struct box *b, int null, struct err *e)
{
	char *const argv[] = {"/bin/true", NULL};
	struct box_command c = {
	    .argv = argv,
	    .envp = box_default_env,
	    .stdio = {null, null, null},
	};
	uint32_t cmd;
	int pty = -1;

	if (box_exec(b, &c, &cmd, &pty, e) < 0)
		return -1;
	return reap(b, e);
}

static int
warm(struct bench *b, struct err *e)
{
	return run_true(b->box, b->null, e);
}

static int
further(struct bench *b, struct err *e)
{
	struct box *box = NULL;
	autoclose int sock = box_further(b->box, e);
	int rc;

	if (sock < 0 ||
	    box_start(&box, sock, b->way.workspace, &b->policy.spec, e) != 0)
		return -1;
	rc = run_true(box, b->null, e);
	box_end(box);
	return rc;
}

static int
serve(struct bench *b, int (*once)(struct bench *, struct err *), struct err *e)
{
	uint64_t t;
	char c;

	while (read(0, &c, 1) == 1) {
		t = now();
		if (once(b, e) != 0)
			return complain(e);
		t = now() - t;
		if (write(1, &t, sizeof(t)) != (ssize_t)sizeof(t))
			return 1;
	}
	return 0;
}

static int
idle(struct bench *b, struct err *e)
{
	char c;

	// One that has worked, not one that is fresh.
	if (warm(b, e) != 0)
		return complain(e);
	printf("%d\n", (int)getpid());
	fflush(stdout);
	while (read(0, &c, 1) > 0)
		continue;
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

// Microseconds that a fresh sandbox takes; 0: it failed.
static double
median(struct bench *b, struct err *e)
{
	uint64_t t, sample[MANY_ROUNDS];
	int i;

	for (i = 0; i < MANY_ROUNDS; i++) {
		t = now();
		if (further(b, e) != 0)
			return 0;
		sample[i] = now() - t;
	}
	qsort(sample, MANY_ROUNDS, sizeof(sample[0]), compare);
	return (double)sample[MANY_ROUNDS / 2] / 1000;
}

static int
many(struct bench *b, unsigned n, struct err *e)
{
	struct rlimit files = {65536, 65536};
	struct box *box;
	double alone, among;
	unsigned i;
	int sock;

	setrlimit(RLIMIT_NOFILE, &files); // or what there is
	alone = median(b, e);
	if (alone <= 0)
		return complain(e);
	// Never ended one by one: they go when the helper does.
	for (i = 0; i < n; i++) {
		sock = box_further(b->box, e);
		if (sock < 0 || box_start(&box, sock, b->way.workspace,
				    &b->policy.spec, e) != 0) {
			fprintf(stderr, "standing: sandbox %u\n", i + 1);
			return complain(e);
		}
	}
	among = median(b, e);
	if (among <= 0)
		return complain(e);
	printf("%.1f %.1f\n", alone, among);
	return 0;
}

static int
mode(struct bench *b, int argc, char **argv, struct err *e)
{
	if (strcmp(argv[2], "warm") == 0)
		return serve(b, warm, e);
	if (strcmp(argv[2], "further") == 0)
		return serve(b, further, e);
	if (strcmp(argv[2], "idle") == 0)
		return idle(b, e);
	return argc == 4 ? many(b, (unsigned)strtoul(argv[3], NULL, 10), e) : 2;
}

int
main(int argc, char **argv)
{
	static struct bench b;
	struct err e = {.code = ERR_NONE};
	int rc;

	if (argc < 3) {
		fputs("usage: standing DIR warm|further|idle|many N\n", stderr);
		return 2;
	}
	policy_init(&b.policy);
	b.null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (way_in(&b.way, argv[1], NULL, &e) < 0 ||
	    box_start(
		&b.box, b.way.helper, b.way.workspace, &b.policy.spec, &e) < 0)
		return complain(&e);
	rc = mode(&b, argc, argv, &e);
	box_end(b.box);
	way_in_close(&b.way);
	return rc;
}
