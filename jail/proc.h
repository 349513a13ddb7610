/* SPDX-License-Identifier: ISC */
/* The box's /proc: of its own pid namespace, the host's secrets masked. */
#ifndef JAIL_PROC_H
#define JAIL_PROC_H

#include <stdint.h>
#include "jail/base/err.h"

/*
 * Mounts it below root, where dev/null already is, and masks it. what: a
 * value of CHOICE_PROC. root_uid: the box's processes are uid 0 on the host,
 * so that modes protect nothing. Returns a directory that shows every process
 * whatever the choice is, for pid 1 alone; or -1.
 */
int proc_put(int root, uint32_t what, int root_uid, struct err *e) MUST_CHECK;

#endif
