// SPDX-License-Identifier: ISC
// What a policy says is expected of its rules, against what they say.
#include <stdio.h>
#include <string.h>
#include "policy/address.h"
#include "policy/egress.h"
#include "policy/policy.h"

void
policy_expect_question(const struct policy_expect *x, struct egress_question *q)
{
	q->name = x->host[0] != '\0' ? x->host : NULL;
	q->addr = x->addr;
	q->port = x->port;
}

static void
place(const struct policy_expect *x, char out[POLICY_PLACE_MAX])
{
	char addr[ADDRESS_TEXT_MAX];

	if (x->host[0] != '\0') {
		snprintf(out, POLICY_PLACE_MAX, "%.253s:%u", x->host,
		    (unsigned)x->port);
		return;
	}
	address_format(x->addr, addr);
	snprintf(out, POLICY_PLACE_MAX,
	    strchr(addr, ':') != NULL ? "[%s]:%u" : "%s:%u", addr,
	    (unsigned)x->port);
}

/* Who decided, in as many words as there is room for. */
static void
decider(const struct policy *p, const struct egress_answer *a, char *out,
    size_t size)
{
	char text[EGRESS_RULE_TEXT_MAX];
	const struct spec_net_rule *r;

	if (a->rule < 0) {
		snprintf(out, size, "no rule names it");
		return;
	}
	r = &p->spec.net.rule[a->rule];
	egress_rule_text(r, text);
	if (r->origin == NET_FROM_PRESET)
		snprintf(out, size, "\"%.60s\" of preset:%s says so", text,
		    r->preset);
	else if (r->origin == NET_FROM_OPTION)
		snprintf(out, size, "--net with \"%.60s\" says so", text);
	else
		snprintf(out, size, "\"%.60s\" says so (line %u)", text,
		    (unsigned)r->line);
}

int
policy_expect(const struct policy *p, struct policy_fault *f)
{
	static const char *const are[] = {"denied", "asked about", "allowed"};
	char where[POLICY_PLACE_MAX], who[104];
	const struct policy_expect *x;
	struct egress_question q;
	struct egress_answer a;
	uint32_t i;

	for (i = 0; i < p->nexpects; i++) {
		x = &p->expect[i];
		policy_expect_question(x, &q);
		egress_match(&p->spec.net, &q, &a);
		if ((uint32_t)a.verdict == x->verdict)
			continue;
		place(x, where);
		decider(p, &a, who, sizeof(who));
		f->line = x->line;
		f->column = x->column;
		snprintf(f->text, sizeof(f->text),
		    "%.56s is %s, not %s as expected: %s", where,
		    are[a.verdict], are[x->verdict % NET_VERDICT__COUNT], who);
		return -1;
	}
	return 0;
}
