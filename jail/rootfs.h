/* SPDX-License-Identifier: ISC */
/*
 * What a box sees as its file system, from / to the last masked file.
 */
#ifndef JAIL_ROOTFS_H
#define JAIL_ROOTFS_H

#include <sys/types.h>
#include "jail/base/err.h"
#include "policy/spec.h"

/* What the peer handed over to be mounted. */
struct rootfs_source {
	int fd;	  /* O_PATH, the peer's */
	int tree; /* opened by a helper with privilege, or -1 */
	int writable;
	const char *dst;
};

struct rootfs {
	struct rootfs_source workspace;
	struct rootfs_source root; /* fd -1: the host's system */
	struct rootfs_source mount[SPEC_MOUNTS_MAX];
	uint32_t nmounts;
	const struct spec *spec;
	int keeper;	/* a socket to it, for the builder */
	uint32_t *told; /* bits of enum wire_told */
	uint64_t tmp_bytes;
	uint32_t proc; /* of CHOICE_PROC */
	/* 1: the box's processes are uid 0 on the host. Then what is mounted
	 * below the peer's directories stays out, and so do file systems by
	 * which the kernel is ruled. */
	int root_uid;
};

/*
 * Builds it all and makes it the root. Runs in the child, with the box's
 * ids, in its own mount and pid namespaces. Returns pid 1's own view of
 * /proc, see jail/proc.h; or -1.
 */
int rootfs_build(const struct rootfs *r, struct err *e) MUST_CHECK;
/* In a helper with privilege: opens the trees, before the clone. */
int rootfs_open(struct rootfs *r, struct err *e) MUST_CHECK;
/* Shows the peer's trees through the box's user namespace. */
int rootfs_idmap(const struct rootfs *r, int userns, struct err *e) MUST_CHECK;
/* Closes the trees, or them and what they came from. */
void rootfs_close_trees(struct rootfs *r);
void rootfs_close(struct rootfs *r);

#endif
