/* SPDX-License-Identifier: ISC */
/*
 * How we come to a helper, and how we lose our own rights: rootless; root
 * first (the helper keeps the rights, we drop them for good); or the socket
 * of the service. Each ends in the same descriptor.
 */
#ifndef SRC_BOX_WAY_IN_H
#define SRC_BOX_WAY_IN_H

#include <stdbool.h>
#include <sys/types.h>
#include "jail/base/err.h"

enum way_in_kind {
	WAY_IN_ROOTLESS,
	WAY_IN_ROOT,
	WAY_IN_SERVICE,
};

struct way_in {
	enum way_in_kind kind;
	int helper;	 /* wire socket to the helper */
	int workspace;	 /* O_PATH directory, opened without privilege */
	pid_t pid;	 /* of the helper; 0: the service's */
	char path[4096]; /* the workspace's own absolute path, for people */
};

/*
 * Starts the helper, or goes to the service if there is no other way or if
 * STOCKADE_SOCKET names it; drops every privilege that this process has; and
 * opens the workspace. Call it before anything else touches a file. writable is a
 * NULL-terminated list of directories that must stay writable for uid 0
 * without capabilities (state, --json's); may be NULL.
 */
int way_in(struct way_in *w, const char *workspace, const char *const *writable,
    struct err *e) MUST_CHECK;
/* The same; with service, by its socket and no other way. */
int way_in_by(struct way_in *w, const char *workspace,
    const char *const *writable, bool service, struct err *e) MUST_CHECK;
/* "rootless", "root", "service". */
const char *way_in_name(enum way_in_kind kind);
/* Lets the helper go and waits for its end. */
void way_in_close(struct way_in *w);

#endif
