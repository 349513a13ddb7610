/* SPDX-License-Identifier: ISC */
/*
 * Refusals that come again within a second: counted, and told once. Pure.
 */
#ifndef JAIL_EGRESS_FOLD_H
#define JAIL_EGRESS_FOLD_H

#include <stdbool.h>
#include <stdint.h>
#include "jail/egress/record.h"

#define FOLDS	       64
#define FOLD_SECOND_MS 1000

/* A refusal that was told, and how often it came again. */
struct fold {
	uint64_t due_ms; /* when its second is over; 0: free */
	uint64_t first_us, last_us, count;
	enum reason reason;
	uint16_t port;
	uint32_t generation;
	bool literal;
	uint8_t dst[16];
	char name[SPEC_NET_HOST_MAX];
};

/* Counts c if the same was refused just now; false: it was not. */
bool fold_count(struct fold f[FOLDS], const struct record *c, uint64_t now_us);
/* A free place, or the one that is due first. */
struct fold *fold_place(struct fold f[FOLDS]);
/* c is counted there from now on. */
void fold_fill(struct fold *f, const struct record *c, uint64_t now_ms);

#endif
