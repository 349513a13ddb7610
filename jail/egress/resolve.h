/* SPDX-License-Identifier: ISC */
/*
 * Names to addresses, by the host's own resolver: in processes of their own,
 * one question at a time each. Only what is allowed is ever asked.
 */
#ifndef JAIL_EGRESS_RESOLVE_H
#define JAIL_EGRESS_RESOLVE_H

#include <stdbool.h>
#include <stdint.h>
#include "jail/base/err.h"
#include "jail/egress/loop.h"
#include "jail/egress/names.h"
#include "policy/address.h"
#include "policy/spec.h"

#define RESOLVE_SLOTS	  4
#define RESOLVE_ADDRESSES 16

/* What comes back. */
struct resolved {
	uint64_t id; /* of the question; 0: none, a process begins */
	uint32_t n;  /* 0: it could not be resolved */
	uint8_t addr[RESOLVE_ADDRESSES][ADDRESS_BYTES];
};

/* Who asks. */
struct lookup {
	struct lookup *next, *prev; /* of those that wait; NULL: does not */
	struct resolve_slot *slot;  /* that works for it; or NULL */
	char name[SPEC_NET_HOST_MAX];
	void (*done)(struct lookup *l, const struct resolved *r);
};

struct resolve_slot {
	struct source source;
	struct lookup *of; /* NULL: nobody, or he gave up */
	bool busy;
	uint64_t id; /* of the last question */
};

struct resolver {
	bool gone; /* the processes are: nothing can be resolved any more */
	struct resolve_slot slot[RESOLVE_SLOTS];
	struct lookup waiting; /* head of a ring */
};

/*
 * Forks the processes. Before the caller is confined, and holds anything that
 * they should not, but for names, which they let go. They end with the caller.
 */
int
resolve_open(struct resolver *r, struct names *names, struct err *e) MUST_CHECK;
/* Begins to listen to them. */
int resolve_begin(struct resolver *r, struct loop *l, struct err *e) MUST_CHECK;
/* Asks for l->name; l->done is called later, and never from here. */
void resolve_start(struct resolver *r, struct lookup *l);
/* Nobody wants to know any more. */
void resolve_cancel(struct lookup *l);

#endif
