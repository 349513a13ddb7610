// SPDX-License-Identifier: ISC
// Which rule decides a destination: the strictest that matches, wherever it
// stands; `*` where no other does; and the ceiling over all.
#include <string.h>
#include "policy/address.h"
#include "policy/egress.h"

static bool
port_matches(const struct spec_net_rule *r, uint16_t port)
{
	if (r->port_first != 0)
		return port >= r->port_first && port <= r->port_last;
	// Who denies a name means all of it; who allows one, the web.
	if (r->verdict != NET_ALLOW || r->kind == NET_EVERYTHING)
		return true;
	return port == 80 || port == 443;
}

/* True if name lies below domain: at a label's boundary, and not itself. */
static bool
is_below(const char *name, const char *domain)
{
	size_t n = strlen(name), d = strlen(domain);

	return n > d + 1 && name[n - d - 1] == '.' &&
	       memcmp(name + n - d, domain, d) == 0;
}

static bool
name_matches(const struct spec_net_rule *r, const char *name)
{
	// The host's own services are never meant by anything else.
	if (strcmp(name, EGRESS_LOOPBACK) == 0)
		return r->kind == NET_LOOPBACK;
	switch (r->kind) {
	case NET_NAME:
		return strcmp(name, r->host) == 0;
	case NET_SUBDOMAINS:
		return is_below(name, r->host);
	case NET_DOMAIN:
		return strcmp(name, r->host) == 0 || is_below(name, r->host);
	case NET_EVERYTHING:
		return true;
	default:
		return false;
	}
}

static bool
addr_matches(const struct spec_net_rule *r, const uint8_t addr[ADDRESS_BYTES])
{
	// That an address is allowed is said by range, or by `net open`:
	// `ask *` is about names, which a person can judge.
	if (r->kind == NET_EVERYTHING)
		return r->verdict != NET_ASK;
	// ::/0 means IPv6: what stands for IPv4 is not part of it.
	return r->kind == NET_CIDR &&
	       address_is_v4(addr) ==
		   (r->prefix >= 96 && address_is_v4(r->addr)) &&
	       address_within(addr, r->addr, r->prefix);
}

static bool
matches(const struct spec_net_rule *r, const struct egress_question *q)
{
	if (!port_matches(r, q->port))
		return false;
	return q->name != NULL ? name_matches(r, q->name)
			       : addr_matches(r, q->addr);
}

/* A range that is private as a whole was not named for anything else. */
static bool
private_range(const struct spec_net_rule *r)
{
	uint8_t last[ADDRESS_BYTES];
	enum address_class c = address_classify(r->addr);
	unsigned bit;

	memcpy(last, r->addr, sizeof(last));
	for (bit = r->prefix; bit < 8 * ADDRESS_BYTES; bit++)
		last[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	return c != ADDRESS_PUBLIC && address_classify(last) == c;
}

/* What a rule grants: what it says, and what goes without saying. */
static uint16_t
granted(const struct spec_net_rule *r)
{
	uint16_t flags = r->flags;

	if (r->kind == NET_LOOPBACK)
		flags |= NET_RAW | NET_PRIVATE | NET_NO_SNI;
	if (r->kind == NET_EVERYTHING && r->verdict == NET_ALLOW)
		flags |= NET_RAW | NET_NO_SNI;
	if (r->kind == NET_CIDR) {
		// An address has no name that TLS could give.
		flags |= NET_NO_SNI;
		if (private_range(r))
			flags |= NET_PRIVATE;
	}
	return flags;
}

/* The least of those that match decides: `*` is what holds for the rest. */
static unsigned
rank(const struct spec_net_rule *r)
{
	return r->verdict +
	       (r->kind == NET_EVERYTHING ? NET_VERDICT__COUNT : 0u);
}

/* The verdict of a->rule, which is -1 where none matched. */
static void
conclude(const struct spec_net *net, const struct egress_question *q,
    struct egress_answer *a)
{
	const struct spec_net_rule *r;

	a->verdict = NET_DENY;
	a->reason = q->name != NULL ? REASON_UNLISTED : REASON_LITERAL;
	if (a->rule >= 0) {
		r = &net->rule[a->rule];
		a->verdict = (enum net_verdict)r->verdict;
		a->kind = r->kind;
		a->reason =
		    a->verdict == NET_DENY ? REASON_DENIED : REASON_NONE;
	}
	if (a->verdict == NET_DENY)
		a->flags = 0;
}

void
egress_match(const struct spec_net *net, const struct egress_question *q,
    struct egress_answer *a)
{
	unsigned best = UINT32_MAX;
	const struct spec_net_rule *r;
	uint32_t i;

	memset(a, 0, sizeof(*a));
	a->rule = -1;
	for (i = 0; i < net->n && i < SPEC_NET_MAX; i++) {
		r = &net->rule[i];
		if (!matches(r, q) || rank(r) > best)
			continue;
		if (rank(r) < best) {
			best = rank(r);
			a->rule = (int)i;
			a->flags = 0;
		}
		// Two may say the same: what either grants is granted.
		a->flags |= granted(r);
	}
	conclude(net, q, a);
}

void
egress_decide(const struct egress_policy *p, const struct egress_question *q,
    struct egress_answer *a)
{
	struct egress_answer c;
	uint16_t both;

	egress_match(&p->policy, q, a);
	if (p->has_ceiling == 0 || a->verdict == NET_DENY)
		return;
	egress_match(&p->ceiling, q, &c);
	// To grant, both must; to refuse encrypted names, one is enough.
	both = a->flags & c.flags & (uint16_t)~NET_ECH_DENY;
	both |= (a->flags | c.flags) & NET_ECH_DENY;
	if (c.verdict < a->verdict) {
		*a = c;
		a->by_ceiling = true;
		if (a->verdict == NET_DENY)
			a->reason = REASON_CEILING;
	}
	a->flags = a->verdict == NET_DENY ? 0 : both;
}
