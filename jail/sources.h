/* SPDX-License-Identifier: ISC */
/*
 * What the peer handed over, as a tree to be mounted.
 */
#ifndef JAIL_SOURCES_H
#define JAIL_SOURCES_H

#include <stdbool.h>
#include "jail/base/err.h"
#include "jail/rootfs.h"

/*
 * In the child: the tree of s with its flags set; old is the host's root. Its
 * descriptor is the caller's, or s's own.
 */
int
source_open(const struct rootfs_source *s, int old, struct err *e) MUST_CHECK;
/* True of a file system by which the kernel is ruled: proc, sysfs... */
bool source_is_kernels(int fd);

#endif
