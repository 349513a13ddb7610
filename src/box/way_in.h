/* SPDX-License-Identifier: ISC */
/*
 * How we come to a helper, and how we lose our own rights: rootless, or root
 * first (the helper keeps the rights, we drop them for good). The service's
 * socket is the third way, later, and will end in the same descriptor.
 */
#ifndef SRC_BOX_WAY_IN_H
#define SRC_BOX_WAY_IN_H

#include <sys/types.h>
#include "jail/base/err.h"

struct way_in {
	int helper;	 /* wire socket to the helper */
	int workspace;	 /* O_PATH directory, opened without privilege */
	pid_t pid;	 /* of the helper */
	char path[4096]; /* the workspace's own absolute path, for people */
};

/*
 * Starts the helper, then drops every privilege this process has, then opens
 * the workspace. Call it before anything else touches a file. writable is a
 * NULL-terminated list of directories that must stay writable for uid 0
 * without capabilities (state, --json's); may be NULL.
 */
int way_in(struct way_in *w, const char *workspace, const char *const *writable,
    struct err *e) MUST_CHECK;
/* Lets the helper go and waits for its end. */
void way_in_close(struct way_in *w);

#endif
