/* SPDX-License-Identifier: ISC */
/*
 * Mounts by descriptor: a tree is opened, given its flags while nobody sees
 * it, and moved into place. No path is resolved twice.
 */
#ifndef JAIL_MOUNT_H
#define JAIL_MOUNT_H

#include <stdint.h>
#include "jail/base/err.h"

/* Attributes of a tree; MOUNT_ATTR_* of mount_setattr(2). */
#define MOUNT_SYSTEM 0x07 /* rdonly, nosuid, nodev */
#define MOUNT_USER   0x06 /* nosuid, nodev */
#define MOUNT_DEVICE 0x0b /* rdonly, nosuid, noexec; the device works */
#define MOUNT_DATA   0x0e /* nosuid, nodev, noexec */
#define MOUNT_RDONLY 0x01

/* A detached copy of the mounts at path below at; -1 with errno. */
int
mount_tree(int at, const char *path, uint64_t attr, struct err *e) MUST_CHECK;
/* The same of the mount at fd alone, without what lies on it. */
int mount_top(int fd, struct err *e) MUST_CHECK;
/* Sets attributes on a tree and all below it. */
int mount_attr(int tree, uint64_t attr, struct err *e) MUST_CHECK;
/*
 * The same without mount_setattr(2); and of one mount that lies somewhere. For
 * mount.c alone: only in a mount namespace of our own may a tree be mounted
 * for a moment.
 */
int mount_attr_old(int tree, uint64_t attr, struct err *e) MUST_CHECK;
int mount_attr_one(int fd, uint64_t attr, struct err *e) MUST_CHECK;
/* Shows the tree's ids through a user namespace; EINVAL: it cannot. */
int mount_idmap(int tree, int userns, struct err *e) MUST_CHECK;
/* Makes one mount read-only, not what lies on it. */
int mount_rdonly(int dir, struct err *e) MUST_CHECK;
/* A fresh file system; options are "key=value" strings, ended by NULL. */
int mount_fresh(const char *type, const char *const *options, uint64_t attr,
    struct err *e) MUST_CHECK;
/* Moves a tree to path below at. */
int mount_move(int tree, int at, const char *path, struct err *e) MUST_CHECK;
/*
 * The mount at from, seen at on as well, with its flags. By path, for places
 * of our own making alone: half the price of a tree opened and moved.
 */
int mount_bind(const char *from, const char *on, struct err *e) MUST_CHECK;
/* The same, on what fd is open on; that may be a link. */
int mount_onto(int tree, int fd, struct err *e) MUST_CHECK;
/* Makes the caller's mounts private to it. */
int mount_private(struct err *e) MUST_CHECK;
/*
 * Makes the mount at dir the root, with the old one over it. Returns a
 * descriptor of that, by which it is still reached until it is let go of.
 */
int mount_pivot(int dir, struct err *e) MUST_CHECK;
int mount_let_go(struct err *e) MUST_CHECK;

#endif
