/* SPDX-License-Identifier: ISC */
/*
 * Where in a tree git keeps what it obeys. Names alone are read; the search
 * is bounded, and says when it was.
 */
#ifndef JAIL_GITDIRS_H
#define JAIL_GITDIRS_H

#include <stdbool.h>
#include "jail/base/err.h"

#define GITDIRS_DIRS_MAX  4096	/* directories looked into */
#define GITDIRS_COST_MAX  40000 /* about half a microsecond each */
#define GITDIRS_FOUND_MAX 256	/* git directories told of */

enum gitdirs_kind {
	GITDIRS_DIR,	  /* a git directory: .git, a bare one, a module's */
	GITDIRS_LINK,	  /* a .git that is none: it leads to one */
	GITDIRS_WORKTREE, /* what a git directory knows of a linked worktree */
};

struct gitdirs_find {
	/* path is relative and clean. Not 0 ends the search. */
	int (*found)(
	    void *arg, enum gitdirs_kind kind, const char *path, struct err *e);
	void *arg;
	bool bounded; /* told: there was more than was looked at */
};

/* Searches below the directory, shallow places first. Once a process. */
int gitdirs_find(int dir, struct gitdirs_find *f, struct err *e) MUST_CHECK;

#endif
