/* SPDX-License-Identifier: ISC */
/* A folder of tasks: what is in it, and what is missing. */
#ifndef SRC_TRIAL_TASK_H
#define SRC_TRIAL_TASK_H

#include <stddef.h>
#include "jail/base/err.h"

struct task {
	char *name;	  /* of its directory */
	char *dir;	  /* absolute */
	char *workspace;  /* in it */
	char *prompt;	  /* what the agent is asked to do */
	char *test;	  /* command */
	char *transcript; /* NULL: none */
	char **option;	  /* of stockade agent; noption words */
	size_t noption;
};

struct tasks {
	struct task *of; /* in the order of their names */
	size_t n;
};

/* Reads them all; a directory that has a `task' is one task by itself. */
int tasks_read(struct tasks *t, const char *path, struct err *e) MUST_CHECK;
void tasks_free(struct tasks *t);

#endif
