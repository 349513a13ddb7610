/* SPDX-License-Identifier: ISC */
/* A person's "always": one more rule at the end of a policy file. */
#ifndef SRC_CLI_ALWAYS_H
#define SRC_CLI_ALWAYS_H

#include "jail/base/err.h"
#include "jail/wire/wire.h"
#include "policy/egress.h"
#include "policy/policy.h"

/*
 * Adds to the policy in path the narrowest rule that allows what q asks: that
 * host, that port, and the flags of the rule that asked; with a comment of
 * when it was. rules: those in force, for which it must make a difference.
 * scratch: room to read a policy in. The file is exchanged as a whole or not
 * touched. line gets the rule.
 */
int always_write(const char *path, const struct wire_ask *q,
    const struct spec_net *rules, struct policy *scratch,
    char line[EGRESS_RULE_TEXT_MAX], struct err *e) MUST_CHECK;

#endif
