/* SPDX-License-Identifier: ISC */
/*
 * What holds each limit of a box, by what this host offers: the best there
 * is, and where there is nothing, the word for that.
 */
#ifndef JAIL_ENFORCE_H
#define JAIL_ENFORCE_H

#include <stdbool.h>
#include <stdint.h>
#include "policy/spec.h"

struct enforce_host {
	bool cgroup;	/* every command has one */
	bool freezer;	/* which can be frozen */
	unsigned has;	/* its controllers: enum cgroup_controller */
	bool uncounted; /* uid 0, whose processes no rlimit counts */
	bool gate;	/* to a network, and a broker at it */
};

/* Fills by[] with enum wire_by; limit[] is the spec's. */
void enforce_plan(const struct enforce_host *h,
    const uint64_t limit[LIMIT__COUNT], uint32_t by[LIMIT__COUNT]);

#endif
