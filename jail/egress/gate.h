/* SPDX-License-Identifier: ISC */
/*
 * What the helper gives: the sockets that were made in the gate, and the
 * policy. Whatever it sends is checked before it is used.
 */
#ifndef JAIL_EGRESS_GATE_H
#define JAIL_EGRESS_GATE_H

#include <stdbool.h>
#include <stdint.h>
#include "jail/base/err.h"
#include "jail/egress/loop.h"
#include "jail/wire/wire.h"
#include "policy/egress.h"

#define GATE_LISTENERS_MAX 256

struct broker;

struct gate {
	struct source helper; /* fd 3 */
	struct source tcp[GATE_LISTENERS_MAX];
	unsigned ntcp;
	bool any_port; /* by TPROXY */
	bool begun;    /* there is a policy */
	bool listening;
	bool full;	    /* too many say nothing yet */
	bool starved;	    /* no descriptors, or no memory */
	struct timer retry; /* of accept, then */
	int diag;	    /* -1: none */
};

/* Says BROKER; what comes back is heard by the loop. */
int gate_begin(struct broker *b, struct err *e) MUST_CHECK;
/*
 * Maps what a sealed memfd holds: a policy that is sound in each rule. NULL:
 * it is not. For policy_unmap().
 */
const struct egress_policy *gate_policy_map(int fd, struct err *e) MUST_CHECK;
void gate_policy_unmap(const struct egress_policy *p);
/* Whether fd is a socket of that kind; -1 with what it is not. */
int
gate_socket_check(int fd, enum wire_gate_kind kind, struct err *e) MUST_CHECK;

#endif
