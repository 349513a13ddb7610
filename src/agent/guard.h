/* SPDX-License-Identifier: ISC */
/*
 * Notices a model that goes in circles: the same call with the same result,
 * or "done" again and again with nothing changed.
 */
#ifndef SRC_AGENT_GUARD_H
#define SRC_AGENT_GUARD_H

#include <stdbool.h>

#define GUARD_REPEATS 4 /* of one call with one result */
#define GUARD_CLAIMS  3 /* of being done while the tests are red */

enum guard_verdict {
	GUARD_FINE,
	GUARD_NUDGE, /* say so once, and let it go on */
	GUARD_STOP,
};

struct guard {
	char *call, *result; /* the last ones */
	unsigned int repeats;
	unsigned int claims;
	bool nudged;
};

/* One tool call: name and arguments as one text, and what came of it. */
void
guard_call(struct guard *g, const char *call, const char *result, bool changes);
/* After all calls of a turn. */
enum guard_verdict guard_turn(struct guard *g);
/* The model says it is done, and the tests are red. */
enum guard_verdict guard_claim(struct guard *g);
void guard_free(struct guard *g);

#endif
