// SPDX-License-Identifier: ISC
// The warm lane of ours: a sandbox stands, and for each byte on stdin `true`
// is run in it, through the same calls as the agent's tools use; the answer
// is the nanoseconds that took.
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "policy/policy.h"
#include "src/box/box.h"
#include "src/box/way_in.h"

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
	fprintf(stderr, "warm: %s: %s\n", err_name(e->code), e->text);
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
once(struct box *b, int null, struct err *e)
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
serve(struct box *b, struct err *e)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	uint64_t t;
	char c;

	while (read(0, &c, 1) == 1) {
		t = now();
		if (once(b, null, e) != 0)
			return complain(e);
		t = now() - t;
		if (write(1, &t, sizeof(t)) != (ssize_t)sizeof(t))
			return 1;
	}
	close(null);
	return 0;
}

int
main(int argc, char **argv)
{
	struct err e = {.code = ERR_NONE};
	struct policy p;
	struct way_in w;
	struct box *b = NULL;
	int r;

	policy_init(&p);
	if (argc != 2) {
		fputs("usage: warm WORKSPACE\n", stderr);
		return 2;
	}
	if (way_in(&w, argv[1], NULL, &e) < 0)
		return complain(&e);
	if (box_start(&b, w.helper, w.workspace, &p.spec, &e) < 0)
		return complain(&e);
	r = serve(b, &e);
	box_end(b);
	way_in_close(&w);
	return r;
}
