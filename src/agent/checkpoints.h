/* SPDX-License-Identifier: ISC */
/*
 * The checkpoints of a run: the workspace as it was at the start, after each
 * iteration that the tests pass, and at the end, for `stockade undo`.
 */
#ifndef SRC_AGENT_CHECKPOINTS_H
#define SRC_AGENT_CHECKPOINTS_H

#include "src/keep/store.h"

struct run;

struct checkpoints {
	struct keep keep;
	int held; /* says that the session is at work */
	/* Takes one, or says why not: that ends no run. NULL: none are. */
	void (*take)(struct run *r, const char *why);
};

#define CHECKPOINTS_NONE                                    \
	{                                                   \
		.keep = {.dir = -1, .lock = -1}, .held = -1 \
	}

/* Makes the store for root that is about to give up its rights. */
int checkpoints_prepare(char path[STATE_PATH_MAX], struct err *e) MUST_CHECK;
/* Opens it, and takes the first. */
void checkpoints_begin(struct run *r);
void checkpoints_end(struct run *r);

#endif
