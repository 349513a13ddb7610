/* SPDX-License-Identifier: ISC */
/*
 * Giving up privilege, for good. Raw system calls: also fit for after clone.
 */
#ifndef JAIL_BASE_CAPS_H
#define JAIL_BASE_CAPS_H

#include <stdint.h>
#include <sys/types.h>
#include "jail/base/err.h"

/*
 * Empties the ambient, bounding, inheritable, permitted and effective sets
 * and locks the securebits, so that uid 0 means nothing to exec. The process
 * needs CAP_SETPCAP for the bounding set; without it (an ordinary user) that
 * set is left, which no_new_privs makes meaningless.
 */
int caps_drop_all(struct err *e) MUST_CHECK;
/* Keeps what of mask (bits 1 << CAP_X) it has, nothing else inheritable. */
int caps_keep(uint64_t mask, struct err *e) MUST_CHECK;
/* prctl(PR_SET_NO_NEW_PRIVS). */
int caps_no_new_privs(struct err *e) MUST_CHECK;
/* Becomes uid and gid in all their places, with no supplementary group. */
int caps_become(uid_t uid, gid_t gid, struct err *e) MUST_CHECK;
/* The same with the groups that there are. */
int caps_become_ids(uid_t uid, gid_t gid, struct err *e) MUST_CHECK;

#endif
