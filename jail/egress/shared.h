/* SPDX-License-Identifier: ISC */
/*
 * What outlives a worker that dies: counters, and who may be asked. Memory
 * that the watcher makes, and never reads.
 */
#ifndef JAIL_EGRESS_SHARED_H
#define JAIL_EGRESS_SHARED_H

#include <stdint.h>
#include "jail/base/err.h"
#include "jail/egress/fold.h"

struct shared {
	uint32_t workers; /* begun, this one included */
	uint32_t asking;  /* ATTACH said so */
	char run[64];
	uint32_t sync_due; /* 1: SYNC sync_seq is not answered yet */
	uint32_t sync_seq;
	uint32_t untold;
	uint32_t reserved;
	uint64_t conn; /* number of the last connection */
	uint64_t allowed, refused;
	uint64_t bytes_up, bytes_down;
	struct fold fold[FOLDS]; /* of the records */
};

/* NULL: no memory. */
struct shared *shared_new(struct err *e);

#endif
