/* SPDX-License-Identifier: ISC */
/*
 * Landlock: a second opinion on the file system. A descriptor that came from
 * outside cannot be opened anew through /proc/self/fd, because its path does
 * not lead through the box's root.
 */
#ifndef JAIL_BASE_LANDLOCK_H
#define JAIL_BASE_LANDLOCK_H

#include "jail/base/err.h"

struct landlock_path {
	const char *path;
	int write; /* 0: read and execute; 1: everything */
};

/* The ABI this kernel has; 0: none, or one too old to be of use. */
int landlock_abi(void);
/*
 * Confines the caller to paths (ended by NULL; one that is not there is left
 * out) by what the ABI knows. With abi 0 does nothing. Needs no_new_privs.
 */
int landlock_confine(
    int abi, const struct landlock_path *paths, struct err *e) MUST_CHECK;

#endif
