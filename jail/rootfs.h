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
	/* 1: the box's processes are uid 0 on the host. Then what is mounted
	 * below the peer's directories stays out, and so do file systems by
	 * which the kernel is ruled. */
	int root_uid;
};

/*
 * What must be known of a box before its file system can be begun. Boxes of
 * one shape begin alike, so that one can be begun ahead.
 */
struct rootfs_shape {
	uint64_t tmp_bytes;
	uint32_t proc;	/* of CHOICE_PROC */
	uint32_t other; /* 1: a system other than the host's */
	uint32_t root_uid;
	uint32_t net; /* 1: more than loopback */
};

/* A file system that is begun, and not yet the root. */
struct rootfs_begun {
	int root;
	int proc; /* pid 1's own view of it, see jail/proc.h */
};

/* What the spec says of it: all but descriptors. */
void rootfs_plan(struct rootfs *r, const struct spec *spec);
/*
 * Builds all that the peer has no part in. Runs in the child, with the box's
 * ids, in its own mount and pid namespaces.
 */
int rootfs_begin(struct rootfs_begun *b, const struct rootfs_shape *s,
    struct err *e) MUST_CHECK;
/* Builds the rest, and makes it the root. b's descriptors stay the caller's. */
int rootfs_finish(const struct rootfs_begun *b, const struct rootfs *r,
    struct err *e) MUST_CHECK;
/* In a helper with privilege: opens the trees. */
int rootfs_open(struct rootfs *r, struct err *e) MUST_CHECK;
/* Shows the peer's trees through the box's user namespace. */
int rootfs_idmap(const struct rootfs *r, int userns, struct err *e) MUST_CHECK;
/* Closes the trees, or them and what they came from. */
void rootfs_close_trees(struct rootfs *r);
void rootfs_close(struct rootfs *r);

#endif
