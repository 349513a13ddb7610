/* SPDX-License-Identifier: ISC */
/* Each limit: who can hold it at best, since when, and what is asked of it. */
#ifndef SRC_DOCTOR_LIMITS_H
#define SRC_DOCTOR_LIMITS_H

#include <stdbool.h>
#include <stdint.h>
#include "policy/spec.h"
#include "src/box/box.h"

struct limit_row {
	const char *since;	/* where it can; "-" where it is ours */
	const char *controller; /* of cgroup v2, or NULL */
	uint64_t small;		/* asked for in a trial */
};

const struct limit_row *limit_row(enum spec_limit limit);
/*
 * True if a limit that was asked for is held by less than it could be: by a
 * watchdog where the kernel could, or by nothing.
 */
bool limit_degraded(enum spec_limit limit, enum box_by by);

#endif
