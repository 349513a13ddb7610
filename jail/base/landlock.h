/* SPDX-License-Identifier: ISC */
/*
 * Landlock: a second opinion on the file system. A descriptor that came from
 * outside cannot be opened anew through /proc/self/fd, because its path does
 * not lead through the box's root.
 */
#ifndef JAIL_BASE_LANDLOCK_H
#define JAIL_BASE_LANDLOCK_H

#include <stdbool.h>
#include "jail/base/err.h"

struct landlock_path {
	const char *path;
	int write; /* 0: read and execute; 1: everything */
};

/*
 * The ABI this kernel has; 0: none, or one too old to be of use, which is 1:
 * it forbids every rename from one directory to another, and nothing can
 * allow it, so that git and mv would break.
 */
int landlock_abi(void);
/* What the kernel itself says, 1 too; 0: no Landlock, or not in use. */
int landlock_kernel_abi(void);

/* What each ABI brought, in its order. */
struct landlock_feature {
	int abi;
	const char *kernel; /* the version that has it first */
	const char *what;
};
/* Row i of them, or NULL past the last. */
const struct landlock_feature *landlock_feature(unsigned i);

/*
 * Confines the caller to paths (ended by NULL; one that is not there is left
 * out) by what the ABI knows: abstract sockets and signals do not leave the
 * domain; without tcp, no TCP port is bound or connected to. What is refused
 * is not written to the host's audit log, which who is confined could fill.
 * With abi 0 does nothing. Needs no_new_privs.
 */
int landlock_confine(int abi, const struct landlock_path *paths, bool tcp,
    struct err *e) MUST_CHECK;
/*
 * Puts the caller, and what it starts, in a domain of its own within the one
 * it is in: it signals nobody outside, nor looks into them. Does nothing
 * where the ABI (below 6) cannot.
 */
int landlock_seclude(int abi, struct err *e) MUST_CHECK;
/* Lets the caller execute these, and below them, alone; ended by NULL. */
int landlock_execute(const char *const *paths, struct err *e) MUST_CHECK;

#endif
