/* SPDX-License-Identifier: ISC */
/*
 * Which destinations a sandbox may reach: rules against one question. Pure:
 * the broker asks it at each connection, `policy explain` beforehand.
 */
#ifndef POLICY_EGRESS_H
#define POLICY_EGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include "policy/reason.h"
#include "policy/spec.h"

/* All that the broker goes by; handed to it as one sealed memfd. */
struct egress_policy {
	uint32_t generation;  /* 1, and one more at each reload */
	uint32_t has_ceiling; /* else every rule of the policy stands */
	uint64_t limit[LIMIT__COUNT];
	struct spec_net policy, ceiling;
};

/* A destination. name is normal (policy/hostname.h), or NULL: a literal. */
struct egress_question {
	const char *name;
	const uint8_t *addr; /* 16 bytes; of a literal */
	uint16_t port;
};

struct egress_answer {
	enum net_verdict verdict;
	enum reason reason; /* of NET_DENY, else REASON_NONE */
	bool by_ceiling;    /* the ceiling decided */
	int rule;	    /* index of the deciding rule; -1: none matched */
	uint16_t flags;	    /* of the rule that allows or asks: enum net_flag */
	uint16_t kind;	    /* enum net_kind, of it */
};

/*
 * deny > ask > allow over the policy's rules; then the ceiling's, whose allow
 * is needed too if it has any rule. Flags are those that both grant.
 */
void egress_decide(const struct egress_policy *p,
    const struct egress_question *q, struct egress_answer *a);
/* The same over one set of rules: what `expect` and explain ask. */
void egress_match(const struct spec_net *net, const struct egress_question *q,
    struct egress_answer *a);
/* Whether a rule's values are what they may be: from the wire, or a memfd. */
bool egress_rule_sound(const struct spec_net_rule *r);
/* "net allow *.example.com:443 raw", as a policy would say it. */
#define EGRESS_RULE_TEXT_MAX 384
void
egress_rule_text(const struct spec_net_rule *r, char out[EGRESS_RULE_TEXT_MAX]);

#endif
