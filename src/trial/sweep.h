/* SPDX-License-Identifier: ISC */
/*
 * The temporary directory of a bench, and who takes it away: a process of its
 * own, which does so when ours ends in whatever way.
 */
#ifndef SRC_TRIAL_SWEEP_H
#define SRC_TRIAL_SWEEP_H

#include <sys/types.h>
#include "jail/base/err.h"

struct sweep {
	char *path; /* of the directory */
	int dir;    /* the same, open */
	int tell;   /* to the sweeper; its end is ours */
	pid_t sweeper;
};

int sweep_open(struct sweep *p, struct err *e) MUST_CHECK;
/* An agent was started: it is ended before the directory goes. */
void sweep_tell(const struct sweep *p, pid_t pid);
/* Returns when the directory is gone; -1: something of it could not be. */
int sweep_close(struct sweep *p, struct err *e) MUST_CHECK;

#endif
