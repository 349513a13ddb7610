/* SPDX-License-Identifier: ISC */
/* A workspace brought back to a checkpoint; and the command that does it. */
#ifndef SRC_KEEP_UNDO_H
#define SRC_KEEP_UNDO_H

#include "src/keep/checkpoint.h"
#include "src/keep/plan.h"

#define UNDO_BEGIN UINT64_MAX /* before the session's last run */

struct undo {
	/* The caller says: */
	const char *session;
	uint64_t to; /* number of a checkpoint, or UNDO_BEGIN */
	bool force, dry_run;
	/* Filled; undo_free() lets them go: */
	struct keep_tree last, target, now;
	struct keep_plan plan;
	struct keep_point point; /* what it goes back to */
	bool unfinished;	 /* the session's run did not come to its end */
	bool refused;		 /* nothing was done, since not all could be */
	uint64_t done, failed;
	struct err why; /* of the first that failed */
};

/*
 * 0: done, or refused; see above. What is there before is kept as a
 * checkpoint, too, so that an undo can be undone.
 * Killed anywhere, it leaves each path as it was or as it shall be, and can
 * be run again.
 */
int undo_run(struct keep *k, struct keeper *kp, struct undo *u,
    struct err *e) MUST_CHECK;
void undo_free(struct undo *u);

/* stockade undo. */
int undo_main(int argc, char **argv);

#endif
