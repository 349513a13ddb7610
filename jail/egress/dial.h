/* SPDX-License-Identifier: ISC */
/*
 * A connection to one of a few addresses: the next one is tried when the last
 * has failed, or after a moment of silence, and the first that answers is it.
 */
#ifndef JAIL_EGRESS_DIAL_H
#define JAIL_EGRESS_DIAL_H

#include <stdbool.h>
#include <stdint.h>
#include "jail/egress/loop.h"
#include "jail/egress/resolve.h"
#include "policy/reason.h"

#define DIAL_AT_ONCE 3

struct own;

/* Which addresses may be dialled. */
struct dial_may {
	const struct own *own;
	bool loopback; /* the host's own, by its own rule */
	bool private;  /* they need not be public */
	bool exact;    /* a rule names this very address */
};

struct dial {
	struct loop *loop;
	struct source try[DIAL_AT_ONCE];
	uint8_t number[DIAL_AT_ONCE]; /* of the address each tries */
	struct timer stagger, patience;
	struct resolved to;
	uint16_t port;
	unsigned next;
	int last_errno;
	/* Once: fd is the caller's, or -1 with what went wrong. */
	void (*done)(struct dial *d, int fd, enum reason why);
	const uint8_t *peer; /* of fd: 16 bytes */
};

/* Why a may not be dialled, or REASON_NONE. */
enum reason dial_refusal(const struct dial_may *may, const uint8_t a[16]);
/*
 * Leaves in r what may be dialled, families in turn. Returns REASON_NONE, or
 * why nothing is left.
 */
enum reason dial_choose(const struct dial_may *may, struct resolved *r);
/*
 * Of a leg of a connection, or of the listener that it inherits them from: no
 * delay of small pieces, and a sign of life every two minutes.
 */
void dial_options(int fd);
/* Dials d->to at d->port; d->done is called later, and never from here. */
void dial_start(struct dial *d, struct loop *l);
/* Gives up; done is not called. */
void dial_cancel(struct dial *d);

#endif
