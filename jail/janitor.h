/* SPDX-License-Identifier: ISC */
/*
 * A process that takes away what outlives a box: its cgroup, and the
 * placeholders in its workspace (jail/keeper.h).
 *
 * Everything else dies with the box's processes. The helper could remove a
 * cgroup as well, but one that is killed by SIGKILL cannot; so it is always
 * the janitor who does, as soon as pid 1 is dead, and only if that was killed
 * the helper. Only who kills both at once leaves something, and the next box
 * sweeps it.
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
	int inner; /* a socket to it, for the builder */
};

void janitor_init(struct janitor *j);
/* Forks it. Call with the box's name chosen and its directory not made. */
int janitor_start(struct janitor *j, struct cgroup *c, bool privileged,
    struct err *e) MUST_CHECK;
/* Tells of pid 1 (-1: a kernel without such descriptors) and of its ids. */
int janitor_watch(struct janitor *j, int pidfd, uid_t uid, gid_t gid,
    struct err *e) MUST_CHECK;
/* Waits for its end; pid 1 is dead. False: it did not remove the cgroup. */
bool janitor_stop(struct janitor *j);

#endif
