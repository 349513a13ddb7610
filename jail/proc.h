/* SPDX-License-Identifier: ISC */
/* The box's /proc: of its own pid namespace, the host's secrets masked. */
#ifndef JAIL_PROC_H
#define JAIL_PROC_H

#include "jail/base/err.h"

/*
 * Mounts and masks it below root, where dev/null already is. root_uid: the
 * box's processes are uid 0 on the host, so that modes protect nothing.
 */
int proc_put(int root, int root_uid, struct err *e) MUST_CHECK;

#endif
