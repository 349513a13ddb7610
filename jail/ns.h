/* SPDX-License-Identifier: ISC */
/*
 * Namespaces: how the process that will be pid 1 comes to be in fresh ones.
 */
#ifndef JAIL_NS_H
#define JAIL_NS_H

#include <stdbool.h>
#include <sys/types.h>
#include "jail/base/err.h"

/* Where the child begins, what it finds done, and what it is. */
struct ns_place {
	int box;  /* the box's cgroup, if the child shall see it as the root */
	int init; /* the cgroup the child lives in, below it if that is not -1;
		   * or -1 */
	bool
	    cgroups_hidden; /* told to the child: its cgroup namespace is made */
	/* The child's whole life: must not return. */
	void (*run)(const struct ns_place *p, void *arg);
	void *arg;
};

/*
 * Clones the caller into fresh user, mount, pid, network, ipc, uts and (with
 * cgroups, where the kernel lets a process be born in one) cgroup namespaces.
 * Returns the child's pid; *pidfd is the parent's, or -1 on a kernel without.
 * *between is another child of the caller's, which has ended or is about to
 * and has to be waited for, or 0.
 */
pid_t ns_clone(
    struct ns_place *p, int *pidfd, pid_t *between, struct err *e) MUST_CHECK;
/* In a child whose cgroups are not hidden: hides those above its own. */
int ns_hide_cgroups(struct err *e) MUST_CHECK;

#endif
