/* SPDX-License-Identifier: ISC */
/*
 * Who a box's processes are: on the host, on its disks, inside.
 *
 * Two user namespaces. The box's own maps one id, the caller's, to the host
 * id that the processes run as; it owns the other namespaces. The payload's
 * is nested in it and owns nothing; there the id is 1000.
 */
#ifndef JAIL_IDMAP_H
#define JAIL_IDMAP_H

#include <sys/types.h>
#include "jail/base/err.h"
#include "jail/subgid.h"

#define IDMAP_INSIDE 1000 /* uid and gid of the payload, as it sees itself */

struct idmap {
	uid_t uid; /* the caller's: how files come out */
	gid_t gid;
	uid_t host_uid; /* what the kernel calls the box's processes */
	gid_t host_gid; /* the same as uid and gid unless own is set */
	int own;	/* 1: ids of its own, joined by an id-mapped mount */
	int groups;	/* 1: we may, and shall, drop supplementary groups */
	pid_t holder;	/* a child that is ending, to be waited for; 0: none */
	const struct subgid *sub; /* by whose help, or NULL */
};

/*
 * The map for a caller. A helper with privilege gives the box host ids of
 * its own, so that uid 0 on the host is never its uid; without privilege
 * there is only the caller's.
 */
void idmap_plan(struct idmap *m, uid_t uid, gid_t gid, int privileged);
/* Without privilege: as above, and drops groups if sub can help with it. */
void idmap_plan_subgid(struct idmap *m, const struct subgid *sub);
/* The same with the caller's ids on the host: for disks that cannot map. */
void idmap_direct(struct idmap *m);
/*
 * A user namespace for id-mapped mounts of the peer's trees: its id there is
 * the box's on the host, every other id is itself. Nobody runs in it. Returns
 * its descriptor.
 */
int idmap_userns(struct idmap *m, struct err *e) MUST_CHECK;
/* Waits for the child that idmap_userns left, if any. */
void idmap_reap(struct idmap *m);
/* Writes the maps of a fresh child, from its parent. */
int idmap_write(const struct idmap *m, pid_t child, struct err *e) MUST_CHECK;
/* In the child: becomes the mapped id. */
int idmap_become(const struct idmap *m, struct err *e) MUST_CHECK;
/* In the child, when it needs nothing more: enters the nested namespace. */
int idmap_nest(const struct idmap *m, struct err *e) MUST_CHECK;

#endif
