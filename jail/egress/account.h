/* SPDX-License-Identifier: ISC */
/*
 * What is told of a connection: to the records, to the agent, in the totals.
 */
#ifndef JAIL_EGRESS_ACCOUNT_H
#define JAIL_EGRESS_ACCOUNT_H

#include "jail/base/err.h"
#include "policy/egress.h"
#include "policy/reason.h"

struct broker;
struct conn;

/* The decision to let it through. -1: it could not be written. */
int account_allowed(struct conn *c) MUST_CHECK;
/* That it was refused, and why. */
void account_refused(struct conn *c, enum reason why);
/* How it ended; of one that was allowed. */
void account_end(struct conn *c, const char *how);
/* The line that would let it through, or "": no line would. */
void account_mend(
    const struct conn *c, enum reason why, char line[EGRESS_RULE_TEXT_MAX]);

#endif
