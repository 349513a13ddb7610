/* SPDX-License-Identifier: ISC */
/*
 * When a request is worth another try, and how long to wait before it: the
 * policy of the providers' own libraries. Pure: no clock, no dice.
 */
#ifndef SRC_MODEL_RETRY_H
#define SRC_MODEL_RETRY_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

enum {
	RETRY_FIRST_MS = 500,
	RETRY_MOST_MS = 8000, /* of our own back-off */
	RETRY_PATIENCE_MS =
	    120000, /* longer than that a server is not obeyed */
};

/*
 * Whether a status is worth another try; should_retry is the header
 * x-should-retry ("" or "true" or "false"), which decides if it is there.
 */
bool retry_status(long status, const char *should_retry);
/*
 * What the server asks for in milliseconds, from retry-after-ms, else
 * retry-after (seconds, or a date as HTTP has it, against now); -1 if neither
 * can be read. A date that has passed is 0. Saturates.
 */
int64_t retry_asked_ms(const char *after_ms, const char *after, time_t now);
/*
 * The wait before try n (0: the first one again), with dice in 0..1000: ours,
 * half a second doubled each time, a quarter of it left to chance; or, if it
 * is longer, the server's.
 */
uint64_t retry_wait_ms(uint32_t n, int64_t asked_ms, uint32_t dice);

#endif
