/* SPDX-License-Identifier: ISC */
/*
 * Namespaces: the one clone that makes them all.
 */
#ifndef JAIL_NS_H
#define JAIL_NS_H

#include <sys/types.h>
#include "jail/base/err.h"

/*
 * Clones the caller into fresh user, mount, pid, network, ipc and uts
 * namespaces. cgroup is a directory descriptor in which the child begins, or
 * -1. Returns the child's pid (0 in the child) and its pidfd in the parent.
 */
pid_t ns_clone(int cgroup, int *pidfd, struct err *e) MUST_CHECK;
/* In the child, once it sits in its cgroup: hides the cgroups above it. */
int ns_hide_cgroups(struct err *e) MUST_CHECK;

#endif
