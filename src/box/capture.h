/* SPDX-License-Identifier: ISC */
/*
 * Runs one command to its end and keeps the head and the tail of what it
 * wrote; how the agent's tools use a sandbox.
 */
#ifndef SRC_BOX_CAPTURE_H
#define SRC_BOX_CAPTURE_H

#include <signal.h>
#include <stddef.h>
#include "src/box/box.h"

struct capture_config {
	size_t head_max, tail_max; /* bytes kept of each end */
	uint64_t output_max; /* kill after these, if no limit says so; 0: no */
	const char *input;   /* text for stdin; NULL: empty */
	/* Called with each piece as it comes; may be NULL. */
	void (*show)(void *arg, const char *data, size_t len);
	void *arg;
	/* Called when box_netfd() polls readable, and now and then. */
	void (*attend)(void *arg);
	void *attend_arg;
	/* Becomes nonzero (in a signal handler) to stop; may be NULL. */
	const volatile sig_atomic_t *stop;
};

/* stdout and stderr, in the order they came. */
struct capture {
	char *head, *tail; /* malloced, NUL-terminated; may hold NULs */
	size_t head_len, tail_len;
	uint64_t total;	      /* bytes written; cut are total - head - tail */
	bool output_exceeded; /* killed for it; result says by which limit */
	struct box_result result;
};

/*
 * c->stdio is ignored. On success 0 and *out is the caller's, to be freed
 * with capture_free(); ERR_EXEC if the command could not be executed;
 * ERR_INTERRUPTED if *stop rose (everything the command started is dead).
 */
int capture_run(struct box *b, const struct box_command *c,
    const struct capture_config *cfg, struct capture *out,
    struct err *e) MUST_CHECK;
void capture_free(struct capture *c);

#endif
