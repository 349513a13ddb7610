/* SPDX-License-Identifier: ISC */
/* Loads the filters that were compiled while the project was built. */
#ifndef JAIL_SECCOMP_H
#define JAIL_SECCOMP_H

#include "jail/base/err.h"

/* The filter of everything that runs in a box. Needs no_new_privs. */
int seccomp_box(struct err *e) MUST_CHECK;
/* The helper's own: the box's, and what building one takes. */
int seccomp_helper(struct err *e) MUST_CHECK;

#endif
