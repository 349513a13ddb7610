/* SPDX-License-Identifier: ISC */
/*
 * What a command writes, counted against the limits of output: past a total
 * it is to be killed, past a rate it is left waiting at a full pipe.
 */
#ifndef SRC_BOX_METER_H
#define SRC_BOX_METER_H

#include <stddef.h>
#include <stdint.h>
#include "src/box/box.h"

struct meter {
	struct box *b;
	uint64_t total, most; /* bytes; most 0: no limit */
	uint64_t rate;	      /* bytes a second; 0: no limit */
	uint64_t credit_us;   /* of the rate: time that was not used */
	uint64_t filled_us;   /* when that was last counted */
	int hit;	      /* enum spec_limit that was reached, or -1 */
};

/* Under the limits of b's spec. */
void meter_start(struct meter *m, struct box *b);
/*
 * How many bytes may be read now, at most size. 0: *wait_ms tells when to
 * ask again.
 */
size_t meter_room(struct meter *m, size_t size, int *wait_ms);
/* Bytes that may still be counted until a total is reached, at least. */
uint64_t meter_left(const struct meter *m);
/* Counts what was read. True, once: the command is to be killed. */
bool meter_count(struct meter *m, size_t n);

#endif
