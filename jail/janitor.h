/* SPDX-License-Identifier: ISC */
/*
 * A process that outlives the helper by a moment, and removes its cgroup.
 *
 * Everything else of a box dies with its processes; a cgroup directory does
 * not. The helper is the only one with the right to remove it, so that a
 * helper killed by SIGKILL would leave it. Helper and janitor each see the
 * other's end; only who kills both at once leaves a directory, and the next
 * box sweeps it.
 */
#ifndef JAIL_JANITOR_H
#define JAIL_JANITOR_H

#include <stdbool.h>
#include <sys/types.h>
#include "jail/base/err.h"
#include "jail/cgroup.h"

struct janitor {
	pid_t pid; /* 0: none */
	int pipe;  /* its end tells it that we are gone */
};

/* Forks it. Call with the box's name chosen and its directory not made. */
int
janitor_start(struct janitor *j, struct cgroup *c, struct err *e) MUST_CHECK;
/* Ends it. clean: nothing is left for it to do. */
void janitor_stop(struct janitor *j, bool clean);

#endif
