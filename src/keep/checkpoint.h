/* SPDX-License-Identifier: ISC */
/*
 * A workspace looked at, and what is new of it kept.
 */
#ifndef SRC_KEEP_CHECKPOINT_H
#define SRC_KEEP_CHECKPOINT_H

#include "src/keep/keeper.h"
#include "src/keep/session.h"

/* Content beyond these is not kept, and so cannot be brought back. */
#define KEEP_FILE_MAX  (256ull << 20) /* of one file */
#define KEEP_TOTAL_MAX (4ull << 30)   /* new in one checkpoint */

/* Directories that are not looked into; ends with NULL. */
extern const char *const keep_skipped[];

/*
 * Fills now, and keeps the content of each file; what is as it was in before
 * (may be NULL) is not read again. Nothing is said of it yet in any session.
 * The store is locked meanwhile, and until keep_unlock().
 */
int checkpoint_look(struct keep *k, struct keeper *kp,
    const struct keep_tree *before, struct keep_tree *now,
    struct err *e) MUST_CHECK;
/* Puts it down as the session's next one. p->why and ours are the caller's. */
int checkpoint_note(struct keep *k, const char *session,
    const struct keep_tree *now, struct keep_point *p,
    struct err *e) MUST_CHECK;
/*
 * Both. The tree before is the session's last one, or of the workspace's. 1:
 * nothing was noted, as only_new was said and nothing is new.
 */
int checkpoint_take(struct keep *k, struct keeper *kp, const char *session,
    struct keep_point *p, bool only_new, struct err *e) MUST_CHECK;

#endif
