/* SPDX-License-Identifier: ISC */
/*
 * How much may pass: connections at one time, bytes each way, bytes a second
 * both ways together. Pure, but for what it counts in.
 */
#ifndef JAIL_EGRESS_QUOTA_H
#define JAIL_EGRESS_QUOTA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "policy/egress.h"

#define QUOTA_PEEKING 64 /* whose first bytes are awaited, at one time */
#define QUOTA_HELD    32 /* that wait for an answer to a question */

enum quota_way {
	QUOTA_UP, /* out of the sandbox */
	QUOTA_DOWN,
};

struct quota {
	uint64_t connections, names;
	uint64_t most[2]; /* bytes; 0: no end */
	uint64_t *count[2];
	uint64_t rate;	 /* bytes a second; 0: any */
	uint64_t tokens; /* bytes that may pass now */
	uint64_t filled_ms;
};

/* Takes the limits over; what was counted stays. */
void quota_limits(struct quota *q, const struct egress_policy *p);
/* True if there are no more bytes that way, ever. */
bool quota_spent(const struct quota *q, enum quota_way way);
/* Of size bytes, how many may pass now; 0: none, later or never. */
size_t
quota_room(struct quota *q, enum quota_way way, size_t size, uint64_t now_ms);
void quota_count(struct quota *q, enum quota_way way, size_t n);

#endif
