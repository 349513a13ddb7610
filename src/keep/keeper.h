/* SPDX-License-Identifier: ISC */
/*
 * A sandbox of our own about a workspace, and stockade-keeper in it: nothing
 * that the workspace holds is looked up by a process outside, and nothing
 * that runs in another sandbox can get at this one.
 */
#ifndef SRC_KEEP_KEEPER_H
#define SRC_KEEP_KEEPER_H

#include <signal.h>
#include "src/box/box.h"
#include "src/box/way_in.h"
#include "src/keep/tree.h"

struct keeper {
	struct way_in own; /* of the service, that was gone to once more */
	int helper;	   /* ours; -1: somebody else's */
	bool came_again;
	struct box *box;
	uint32_t cmd;
	int to, from;
	size_t at, len; /* what was read of from and not used yet */
	char *buf;
	const volatile sig_atomic_t *stop; /* may be NULL */
};

/*
 * The least that a sandbox of ours needs, and no more than like has (which
 * may be NULL), so that the ceiling that admits that one admits it, too.
 */
void keeper_spec(struct spec *spec, const struct spec *like);
/*
 * Makes it: by w's helper if beside is NULL, else beside that sandbox, which
 * w's helper made. spec: from keeper_spec(). The caller's, whatever is
 * returned, for keeper_close().
 */
int keeper_open(struct keeper *kp, const struct way_in *w, struct box *beside,
    const struct spec *spec, struct err *e) MUST_CHECK;
void keeper_close(struct keeper *kp);

/* All that is there, sorted, without content. skip ends with NULL. */
int keeper_scan(struct keeper *kp, const char *const *skip, struct keep_tree *t,
    struct err *e) MUST_CHECK;
/* Asks for the content of a file; several before the first is read. */
int keeper_ask(struct keeper *kp, const char *path, struct err *e) MUST_CHECK;
/*
 * The next piece of what was asked for, in the order asked: *n bytes, 0 at
 * its end. 1: it cannot be read (any more), which ends it, too.
 */
int keeper_piece(
    struct keeper *kp, const char **data, size_t *n, struct err *e) MUST_CHECK;

/*
 * Changes: 0, or an errno that says what kept it; -1: no keeper any more.
 * What was at path gives way, but for a directory with entries (ENOTEMPTY).
 */
int
keeper_unlink(struct keeper *kp, const char *path, struct err *e) MUST_CHECK;
int keeper_rmdir(struct keeper *kp, const char *path, struct err *e) MUST_CHECK;
int keeper_mode(struct keeper *kp, const char *path, uint32_t mode,
    struct err *e) MUST_CHECK;
int keeper_dir(struct keeper *kp, const char *path, uint32_t mode,
    struct err *e) MUST_CHECK;
int keeper_fifo(struct keeper *kp, const char *path, uint32_t mode,
    struct err *e) MUST_CHECK;
int keeper_link(struct keeper *kp, const char *path, const char *target,
    struct err *e) MUST_CHECK;
int keeper_file(struct keeper *kp, const char *path, uint32_t mode, int content,
    struct err *e) MUST_CHECK;
int keeper_sync(struct keeper *kp, struct err *e) MUST_CHECK;

#endif
