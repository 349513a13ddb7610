/* SPDX-License-Identifier: ISC */
/*
 * One helper, many sandboxes: each further connection is served by a copy of
 * the helper, so that one process still has one peer and one sandbox.
 *
 * A copy ends with its connection, and with the helper that it comes from.
 */
#ifndef JAIL_FURTHER_H
#define JAIL_FURTHER_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include "jail/base/err.h"

#define FURTHER_MAX 2048 /* at one time, of one helper */

enum {
	FURTHER_SOCK = 3, /* where a copy finds its connection */
};

struct further {
	uint32_t n;   /* copies that have not been waited for */
	int ended;    /* readable when one has ended; -1: there was none */
	int alive[2]; /* a pipe whose second end the original alone holds */
	int spare;    /* the agent's end of one that nobody asked for; or -1 */
	bool is_copy;
};

void further_init(struct further *f);
/*
 * A connection to a copy of the caller. Returns 0 in the original, with *sock
 * the agent's end of the connection. In the copy, which holds nothing else of
 * the original's, returns 1.
 */
int further_take(struct further *f, int *sock, struct err *e) MUST_CHECK;
/* One ahead, in the same way. */
int further_stock(struct further *f) MUST_CHECK;
/* In a copy: waits until whoever made it has had its peace, or sock is used. */
void further_settle(const struct further *f, int sock);
/* What to wait for beside one's own peer; and what to do then: true if a copy
 * has to end. */
struct pollfd further_event(const struct further *f);
bool further_over(struct further *f);
/* Ends all copies, and waits until they have undone what they made. */
void further_end(struct further *f);

#endif
