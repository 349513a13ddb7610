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
	uint32_t has_ceiling; /* with net rules; else the policy stands alone */
	uint64_t limit[LIMIT__COUNT];
	struct spec_net policy, ceiling;
};

/* The name of the host's loopback, inside: NET_LOOPBACK, and nothing else. */
#define EGRESS_LOOPBACK	      "host"
#define EGRESS_LOOPBACK_PORTS 64 /* that one rule opens of it, at most */

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
 * deny > ask > allow over the policy's rules, wherever they stand; then the
 * ceiling's, whose allow is needed too if it has any rule. What either asks
 * is asked; flags are those that both grant, NET_ECH_DENY that of either.
 */
void egress_decide(const struct egress_policy *p,
    const struct egress_question *q, struct egress_answer *a);
/*
 * The same over one set of rules: what `expect` and explain ask.
 *
 * NET_EVERYTHING is for the rest: it decides where no other rule matches. A
 * rule without port means 80 and 443 if it allows, else every port. Literals
 * are matched by NET_CIDR, and by NET_EVERYTHING unless it asks; the name
 * "host" by NET_LOOPBACK alone.
 *
 * rule is the first of those that decide, flags what any of them grants. What
 * goes without saying is among them: NET_LOOPBACK is raw, private and no-sni;
 * `net open` raw and no-sni; NET_CIDR no-sni, and private if all of its range
 * is of one class that is not public.
 */
void egress_match(const struct spec_net *net, const struct egress_question *q,
    struct egress_answer *a);
/*
 * Whether a rule's values are what a text could have said, unused room zero:
 * asked of one that comes by the wire, or in a memfd.
 */
bool egress_rule_sound(const struct spec_net_rule *r);
/* "net allow *.example.com:443 raw", as a policy would say it. */
#define EGRESS_RULE_TEXT_MAX 384
void
egress_rule_text(const struct spec_net_rule *r, char out[EGRESS_RULE_TEXT_MAX]);

/* For who makes rules: the phrase that follows a name that none may have. */
const char *egress_name_fault(
    enum net_verdict verdict, enum net_kind kind, const char *name);
/* Whether no bit is set behind the prefix, which is 128 at most. */
bool egress_prefix_clean(const uint8_t addr[16], unsigned prefix);

#endif
