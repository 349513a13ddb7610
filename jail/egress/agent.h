/* SPDX-License-Identifier: ISC */
/*
 * The agent's half, at the other end of fd 4: it hears of refusals and
 * questions, answers those, and gives connections to be relayed. Nothing ever
 * waits for it.
 */
#ifndef JAIL_EGRESS_AGENT_H
#define JAIL_EGRESS_AGENT_H

#include <stdint.h>
#include "jail/base/err.h"
#include "jail/egress/loop.h"
#include "jail/wire/wire.h"

#define AGENT_FOLD 64 /* refusals that may be repeated at one time */

struct broker;

/* A refusal that was told, and how often it came again since. */
struct agent_told {
	struct wire_violation v;
	uint64_t until_ms; /* 0: free */
};

struct agent {
	struct source source;
	struct timer fold;
	struct agent_told told[AGENT_FOLD];
};

/*
 * Hears what was said before we began: who we are for, above all. Before there
 * are records.
 */
int agent_early(struct broker *b, struct err *e) MUST_CHECK;
int agent_begin(struct broker *b, struct err *e) MUST_CHECK;
/* A connection was refused. The same within a second is counted. */
void agent_violation(struct broker *b, const struct wire_violation *v);
/* Asks. -1: there is nobody, or too much for him to hear. */
int agent_ask(struct broker *b, const struct wire_ask *a) MUST_CHECK;

#endif
