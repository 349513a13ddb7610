/* SPDX-License-Identifier: ISC */
/*
 * HOST[:PORT] as a rule, an expectation or a question writes it: a name, with
 * wildcards at its front, an address or a range, `host`, or `*`.
 */
#ifndef POLICY_DESTINATION_H
#define POLICY_DESTINATION_H

#include "policy/egress.h"
#include "policy/policy.h"
#include "policy/words.h"

/*
 * Reads w to kind, host, addr, prefix and ports of *r, which the caller has
 * cleared, and whose verdict is set: not every one may have every host. Ports
 * stay 0 where none is said. Returns 0; or -1 and *f.
 */
int destination_parse(const struct word *w, struct spec_net_rule *r,
    struct policy_fault *f) __attribute__((warn_unused_result));
/* One place, with its port: what can be asked of the rules. */
int destination_question(const struct word *w, struct policy_expect *x,
    struct policy_fault *f) __attribute__((warn_unused_result));

#endif
