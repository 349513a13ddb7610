/* SPDX-License-Identifier: ISC */
/*
 * What of a workspace is read-only although the workspace is not: that by
 * which the host's own tools would run what a box has written.
 */
#ifndef POLICY_PROTECTED_H
#define POLICY_PROTECTED_H

#include <stdbool.h>
#include "policy/spec.h"

/* What is put where nothing is, so that there is something to mount on. */
enum protected_kind {
	PROTECTED_SOCKET, /* nobody can read it, and git passes it over */
	PROTECTED_EMPTY,  /* an empty file, which reads as no settings */
	PROTECTED_COMMON, /* git's commondir, that says "." */
};

struct protected_path {
	const char *path;
	enum protected_kind kind;
	bool absent; /* held although it does not exist */
};

/* Below the workspace; and below each git directory. Both end with NULL. */
extern const struct protected_path protected_workspace[];
extern const struct protected_path protected_gitdir[];

/* True if an `unprotect` of the spec names path, or what it lies in. */
bool protected_open(const struct spec *spec, const char *path);

#endif
