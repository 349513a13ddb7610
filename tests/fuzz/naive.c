// SPDX-License-Identifier: ISC
// The rules once more: names label by label, addresses bit by bit, verdicts
// one after the other.
#include <string.h>
#include "tests/fuzz/naive.h"

/* Labels of a name, the last one first. */
struct labels {
	unsigned n;
	struct {
		const char *s;
		size_t len;
	} label[SPEC_NET_HOST_MAX];
};

static void
take_apart(const char *name, struct labels *l)
{
	const char *end = name + strlen(name), *start;

	for (l->n = 0; end > name; end = start - 1) {
		for (start = end; start > name && start[-1] != '.'; start--)
			;
		l->label[l->n].s = start;
		l->label[l->n++].len = (size_t)(end - start);
		if (start == name)
			break;
	}
}

static bool
name_fits(const struct spec_net_rule *r, const char *name)
{
	static struct labels rule, asked;
	unsigned i;

	take_apart(r->host, &rule);
	take_apart(name, &asked);
	if (asked.n < rule.n)
		return false;
	for (i = 0; i < rule.n; i++)
		if (rule.label[i].len != asked.label[i].len ||
		    strncmp(rule.label[i].s, asked.label[i].s,
			rule.label[i].len) != 0)
			return false;
	if (r->kind == NET_NAME)
		return asked.n == rule.n;
	return r->kind == NET_DOMAIN || asked.n > rule.n;
}

static int
bit(const uint8_t *a, unsigned i)
{
	return a[i / 8] >> (7 - i % 8) & 1;
}

/* IPv4 in the form that it is held in: 80 zeros, 16 ones. */
static bool
is_v4(const uint8_t *a)
{
	unsigned i;

	for (i = 0; i < 96; i++)
		if (bit(a, i) != (i >= 80))
			return false;
	return true;
}

static bool
address_fits(const struct spec_net_rule *r, const uint8_t *addr)
{
	unsigned i;

	if (is_v4(addr) && !(is_v4(r->addr) && r->prefix >= 96))
		return false;
	for (i = 0; i < r->prefix; i++)
		if (bit(r->addr, i) != bit(addr, i))
			return false;
	return true;
}

static bool
place_fits(const struct spec_net_rule *r, const struct egress_question *q)
{
	bool host = q->name != NULL && strcmp(q->name, "host") == 0;

	if (host || r->kind == NET_LOOPBACK)
		return host && r->kind == NET_LOOPBACK;
	if (r->kind == NET_EVERYTHING)
		return q->name != NULL || r->verdict != NET_ASK;
	if (r->kind == NET_CIDR)
		return q->name == NULL && address_fits(r, q->addr);
	return q->name != NULL && name_fits(r, q->name);
}

static bool
port_fits(const struct spec_net_rule *r, uint16_t port)
{
	bool said = r->port_first != 0 || r->port_last != 0;

	if (said)
		return r->port_first <= port && port <= r->port_last;
	if (r->verdict == NET_ALLOW && r->kind != NET_EVERYTHING)
		return port == 80 || port == 443;
	return true;
}

enum net_verdict
naive_match(const struct spec_net *net, const struct egress_question *q)
{
	static const enum net_verdict order[] = {NET_DENY, NET_ASK, NET_ALLOW};
	const struct spec_net_rule *r;
	unsigned rest, v;
	uint32_t i;

	for (rest = 0; rest < 2; rest++)
		for (v = 0; v < 3; v++)
			for (i = 0; i < net->n; i++) {
				r = &net->rule[i];
				if ((r->kind == NET_EVERYTHING) ==
					(rest == 1) &&
				    r->verdict == (uint16_t)order[v] &&
				    port_fits(r, q->port) && place_fits(r, q))
					return order[v];
			}
	return NET_DENY;
}

enum net_verdict
naive_decide(const struct egress_policy *p, const struct egress_question *q)
{
	enum net_verdict mine = naive_match(&p->policy, q), most;

	if (p->has_ceiling == 0)
		return mine;
	most = naive_match(&p->ceiling, q);
	if (mine == NET_DENY || most == NET_DENY)
		return NET_DENY;
	return mine == NET_ALLOW && most == NET_ALLOW ? NET_ALLOW : NET_ASK;
}
