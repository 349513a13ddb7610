/* SPDX-License-Identifier: ISC */
/*
 * Notices a model that goes in circles: the same call with the same result,
 * two or three of them in turn, one error whatever it tries, round after
 * round in which nothing comes of it, or "done" again and again.
 */
#ifndef SRC_AGENT_GUARD_H
#define SRC_AGENT_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "src/agent/text.h"

#define GUARD_REPEATS  4  /* of one call with one result */
#define GUARD_PERIODS  3  /* of two or three calls in turn */
#define GUARD_ERRORS   5  /* calls that fail with one error */
#define GUARD_CLAIMS   3  /* of being done while the tests are red */
#define GUARD_IDLE     12 /* rounds without progress, then a word... */
#define GUARD_IDLE_MAX 24 /* ...and then the end */

enum guard_verdict {
	GUARD_FINE,
	GUARD_NUDGE, /* say so once, and let it go on */
	GUARD_STOP,
};

enum guard_circle {
	GUARD_NONE,
	GUARD_SAME,	   /* the same call, the same result */
	GUARD_ALTERNATION, /* A-B-A-B, or A-B-C-A-B-C */
	GUARD_ERROR,	   /* other calls, the same error */
	GUARD_NO_PROGRESS, /* nothing changed: no file, no test result */
};

#define GUARD_KEPT 16 /* calls */

struct guard_step {
	uint64_t call, result, error; /* hashes; error 0: it was none */
	char *line;		      /* what a person would say of it */
};

struct guard {
	struct guard_step step[GUARD_KEPT]; /* a ring; n % GUARD_KEPT is next */
	uint64_t n;
	unsigned int claims, idle;
	bool nudged;
	enum guard_circle circle; /* that the last verdict is about */
};

/* One tool call. */
struct guard_call {
	const char *call;   /* name and arguments */
	const char *result; /* what came of it */
	const char *line;   /* both in short, for guard_tried() */
	bool error, changes;
};

void guard_call(struct guard *g, const struct guard_call *c);
/*
 * After all calls of a turn. progress: a file is another, or the tests say
 * something else, than before it.
 */
enum guard_verdict guard_turn(struct guard *g, bool progress);
/* The model says it is done, and the tests are red. */
enum guard_verdict guard_claim(struct guard *g);
/* The circle in a sentence, without a full stop. */
const char *guard_sentence(enum guard_circle c);
/* What was tried of late: a line each, with how often. */
void guard_tried(const struct guard *g, struct text *out);
void guard_free(struct guard *g);

#endif
