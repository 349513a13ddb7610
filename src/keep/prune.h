/* SPDX-License-Identifier: ISC */
/* What of the store goes: the oldest sessions, and content of none. */
#ifndef SRC_KEEP_PRUNE_H
#define SRC_KEEP_PRUNE_H

#include "src/keep/session.h"

#define PRUNE_SESSIONS 50
#define PRUNE_BYTES    (8ull << 30)

struct prune {
	uint64_t sessions, bytes; /* at most; the newest session stays */
	uint64_t kept_sessions, kept_bytes; /* what there is by then */
	uint64_t gone_sessions, gone_bytes;
};

/* Waits until nobody writes. One at work keeps what is its own. */
int prune_run(struct keep *k, struct prune *p, struct err *e) MUST_CHECK;
/* The same if there is too much, and nobody is kept waiting for it. */
void prune_maybe(struct keep *k);

#endif
