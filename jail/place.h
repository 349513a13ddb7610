/* SPDX-License-Identifier: ISC */
/*
 * Placeholders: what is put into a workspace where nothing is, so that there
 * is something to mount on. jail/keeper.h tells who removes them.
 */
#ifndef JAIL_PLACE_H
#define JAIL_PLACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "jail/base/err.h"
#include "policy/protected.h"

#define PLACES_MAX     512 /* a box's */
#define PLACE_NAME_MAX 256

/* To the janitor, each with a descriptor. */
enum place_what {
	PLACE_AT,   /* a directory's, and a name in it */
	PLACE_LOCK, /* the workspace's, with its lock */
	PLACE_BOX,  /* of pid 1, if there is one; and the box's ids */
};

struct place_msg {
	uint32_t what; /* enum place_what */
	uint32_t uid, gid;
	char name[PLACE_NAME_MAX];
};

/* Tells whose box it is, and of pid 1. */
int
place_box(int sock, int pidfd, uid_t uid, gid_t gid, struct err *e) MUST_CHECK;
/* Hands over the lock on the workspace. */
int place_lock(int sock, int lock, struct err *e) MUST_CHECK;
/* Tells of a placeholder that is or will be there; of a socket at the top of
 * the workspace the lock alone tells. */
int place_tell(int sock, int dir, const char *name, struct err *e) MUST_CHECK;
/*
 * Makes a placeholder of that kind, unless something has that name. 0, or -1
 * with sys_errno: EROFS and EACCES where nobody of this id could.
 */
int place_make(int dir, const char *name, enum protected_kind kind,
    struct err *e) MUST_CHECK;
/*
 * The placeholder of a socket's kind that one is open on (-1: none), under
 * another name, too: a third of what a new one costs. False: it cannot be, or
 * something has that name.
 */
bool place_link(int one, int dir, const char *name);
/* True of a placeholder: by what nobody makes by accident, and empty. */
bool place_is(int dir, const char *name);
/* Removes it if it still is one. */
void place_remove(int dir, const char *name);

#endif
