/* SPDX-License-Identifier: ISC */
/*
 * What is to be done so that a workspace is again as it was: of what was
 * changed between two trees, and of nothing else.
 */
#ifndef SRC_KEEP_PLAN_H
#define SRC_KEEP_PLAN_H

#include "src/keep/tree.h"

enum plan_kind {
	PLAN_REMOVE, /* a file or link */
	PLAN_RMDIR,
	PLAN_DIR,
	PLAN_FILE,
	PLAN_LINK,
	PLAN_FIFO,
	PLAN_MODE, /* of a file or directory whose rest is right */
};

/* Why a path that differs is left as it is. */
enum plan_why {
	PLAN_DO,
	PLAN_CHANGED, /* somebody else changed it since */
	PLAN_NOT_KEPT, /* its content was not kept, or it is of no kind that is */
	PLAN_IN_USE,   /* a directory that holds what is not ours to remove */
};

struct keep_step {
	enum plan_kind kind;
	enum plan_why why;
	bool forced; /* somebody else's change gives way */
	const char *path;
	const struct keep_entry *to; /* NULL: is removed */
};

struct keep_plan {
	struct keep_step *v; /* in the order in which they are to be done */
	size_t n, cap;
	size_t count[PLAN_IN_USE + 1]; /* by enum plan_why */
};

enum plan_flag {
	PLAN_FORCE = 1,
	/* Who worked there was killed: all that differs is his, or not. */
	PLAN_UNFINISHED = 2,
};

/*
 * From what the workspace is now to what it was at to; last is what we left
 * it as, so that what differs from that is somebody else's work, which is
 * given up only by force. All belong to the caller, and outlive the plan.
 */
int plan_make(struct keep_plan *p, const struct keep_tree *last,
    const struct keep_tree *to, const struct keep_tree *now, unsigned flags,
    struct err *e) MUST_CHECK;
void keep_plan_free(struct keep_plan *p);
/* "remove", "restore"...; and why it is not done. */
const char *plan_kind_name(enum plan_kind kind);
const char *plan_why_name(enum plan_why why);

#endif
