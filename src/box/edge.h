/* SPDX-License-Identifier: ISC */
/*
 * What the network's broker tells its owner: connections that it refused,
 * questions for a person, and what it did in all.
 */
#ifndef SRC_BOX_EDGE_H
#define SRC_BOX_EDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "jail/base/err.h"
#include "jail/wire/wire.h"
#include "policy/reason.h"

#define EDGE_KEPT_MAX 256  /* refusals that are told apart */
#define EDGE_SYNC_MS  2000 /* that the broker has for its totals */

/* Connections refused for one reason, to one destination. */
struct edge_refusal {
	char host[SPEC_NET_HOST_MAX]; /* a name, or an address */
	bool literal;
	uint16_t port;
	enum reason reason;
	uint64_t count;
	uint64_t told; /* of them; for who tells them piece by piece */
	uint64_t conn; /* of the last one, in the records */
	char rule[SPEC_NET_HOST_MAX]; /* the line that would allow it; or "" */
};

struct edge; /* one sandbox's */

/*
 * chan: our end of the broker's descriptor for us; stays the caller's. run:
 * what the records call this sandbox. NULL: *e.
 */
struct edge *edge_new(int chan, const char *run, struct err *e);
void edge_free(struct edge *g);
/* Polls readable when edge_hear() has something to do. */
int edge_pollfd(const struct edge *g);
/*
 * From now on questions are put to ask, which waits for a person; NULL:
 * there is none, and every question is refused at once.
 */
typedef enum wire_verdict edge_ask(void *arg, const struct wire_ask *q);
int
edge_attach(struct edge *g, edge_ask *ask, void *arg, struct err *e) MUST_CHECK;
/* Hears all that has come, and has it answered. -1: the broker is gone. */
int edge_hear(struct edge *g, struct err *e) MUST_CHECK;
/* All that it has to tell until now, within EDGE_SYNC_MS. */
int edge_sync(struct edge *g, struct err *e) MUST_CHECK;
/* Of the last edge_sync(); zeros before the first. */
const struct wire_totals *edge_totals(const struct edge *g);
/* The refusals, in the order of their first; *n of them. */
struct edge_refusal *edge_refusals(struct edge *g, size_t *n);
/* How many were not kept apart, by the broker or for want of room. */
uint64_t edge_untold(const struct edge *g);
/* A connection for port inside; minted is a socket of pid 1's. */
int edge_relay(struct edge *g, uint16_t port, int accepted, int minted,
    struct err *e) MUST_CHECK;

#endif
