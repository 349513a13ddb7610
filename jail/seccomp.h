/* SPDX-License-Identifier: ISC */
/* Loads the filters that were compiled while the project was built. */
#ifndef JAIL_SECCOMP_H
#define JAIL_SECCOMP_H

#include <stdint.h>
#include "jail/base/err.h"

/*
 * The filter of everything that runs in a box, of a profile (enum
 * syscall_profile), for the caller and whatever it starts. Needs
 * no_new_privs.
 *
 * It refuses clone3, whose flags lie in memory where no filter looks. But
 * pid 1 needs it, so the filter lets through who has the box's key in the two
 * registers behind the call's own: 128 random bits, which nobody else learns,
 * for pid 1 cannot be read and an exec clears registers and memory. So the
 * filter is loaded once a box, and not by each command.
 */
int seccomp_box(uint32_t profile, struct err *e) MUST_CHECK;
/* The two words; zero until the filter is loaded. */
const uint64_t *seccomp_key(void);
/* The helper's own: the box's, and what building one takes. */
int seccomp_helper(struct err *e) MUST_CHECK;

#endif
