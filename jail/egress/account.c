// SPDX-License-Identifier: ISC
// What is told of a connection.
#include <stdlib.h>
#include <string.h>
#include "jail/egress/account.h"
#include "jail/egress/broker.h"
#include "jail/egress/conn.h"
#include "policy/address.h"

static void
fill_seen(struct record *r, const struct inspected *s)
{
	r->kind = s->kind;
	if (s->kind == NULL)
		return;
	if (strcmp(s->kind, "tls") == 0) {
		r->inner = s->hello.has_sni ? s->hello.sni : NULL;
		r->alpn = s->hello.alpn[0] != '\0' ? s->hello.alpn : NULL;
		r->ech = s->hello.ech;
	} else if (strcmp(s->kind, "http") == 0) {
		r->inner = s->head.host[0] != '\0' ? s->head.host : NULL;
		r->method = s->head.method[0] != '\0' ? s->head.method : NULL;
		r->path = s->head.path[0] != '\0' ? s->head.path : NULL;
	}
}

static void
fill_opening(struct record *r, const struct conn *c)
{
	const struct opening *o = c->o;

	r->name = o->to.literal || o->to.name[0] == '\0' ? NULL : o->to.name;
	if (o->to.literal)
		memcpy(r->dst, o->to.addr, sizeof(r->dst));
	r->name_from = o->to.from;
	r->port = o->to.port;
	r->uid = o->uid;
	r->inode = o->inode;
	r->asked = o->asked;
	if (o->asked != NULL)
		r->wait_ms = (uint32_t)(c->b->loop.now_ms - o->held_ms);
	r->resolved = o->found.addr;
	r->nresolved = o->found.n;
	fill_seen(r, &o->seen);
}

static void
fill(struct record *r, const struct conn *c)
{
	memset(r, 0, sizeof(*r));
	r->conn = c->number;
	r->proto = "tcp";
	r->mode = c->b->mode;
	address_from_v4(r->src, c->src);
	address_from_v4(r->dst, c->dst);
	r->src_port = c->src_port;
	r->port = c->port;
	r->uid = UINT32_MAX;
	r->generation = c->generation;
	r->name = c->name;
	if (c->published)
		r->name_from = "publish";
	if (c->o != NULL)
		fill_opening(r, c);
}

// Text of the rule that decided; NULL: none did, or it is one of rules that are
// gone.
static const char *
rule_text(const struct conn *c, char text[EGRESS_RULE_TEXT_MAX])
{
	const struct egress_answer *a;
	const struct spec_net *net;

	if (c->o == NULL || c->published ||
	    c->generation != c->b->policy->generation)
		return NULL;
	a = &c->o->answer;
	net = a->by_ceiling ? &c->b->policy->ceiling : &c->b->policy->policy;
	if (a->rule < 0 || (uint32_t)a->rule >= net->n)
		return NULL;
	egress_rule_text(&net->rule[a->rule], text);
	return text;
}

int
account_allowed(struct conn *c)
{
	char rule[EGRESS_RULE_TEXT_MAX];
	struct record r;
	struct err e = {0};

	fill(&r, c);
	r.verdict = NET_ALLOW;
	r.rule = rule_text(c, rule);
	if (record_decision(c->b->records, &r, &e) != 0)
		return -1;
	c->allowed = true;
	c->b->shared->allowed++;
	if (r.name != NULL && c->name == NULL)
		c->name = strdup(r.name);
	return 0;
}

static uint16_t
mending_flags(enum reason why)
{
	switch (why) {
	case REASON_PRIVATE:
		return NET_PRIVATE;
	case REASON_PROTOCOL:
	case REASON_PEEK_TIMEOUT:
	case REASON_H2C:
		return NET_RAW;
	case REASON_NO_SNI:
		return NET_NO_SNI;
	default:
		return 0;
	}
}

void
account_mend(
    const struct conn *c, enum reason why, char line[EGRESS_RULE_TEXT_MAX])
{
	const struct target *t = &c->o->to;
	struct spec_net_rule r = {
	    .verdict = NET_ALLOW,
	    .kind = t->literal ? NET_CIDR : NET_NAME,
	    .flags = mending_flags(why),
	    .port_first = t->port,
	    .port_last = t->port,
	};

	line[0] = '\0';
	switch (why) {
	case REASON_UNLISTED:
	case REASON_LITERAL:
	case REASON_ASK_DENIED:
	case REASON_ASK_TIMEOUT:
	case REASON_ASK_HEADLESS:
	case REASON_ASK_FLOOD:
	case REASON_OWN:
		break;
	default:
		if (r.flags == 0)
			return;
	}
	if (why == REASON_OWN ||
	    (!t->literal && strcmp(t->name, EGRESS_LOOPBACK) == 0)) {
		r.kind = NET_LOOPBACK;
	} else if (t->literal) {
		r.prefix = 128;
		memcpy(r.addr, t->addr, sizeof(r.addr));
	} else {
		memcpy(r.host, t->name, sizeof(r.host));
	}
	egress_rule_text(&r, line);
}

void
account_refused(struct conn *c, enum reason why)
{
	char rule[EGRESS_RULE_TEXT_MAX];
	struct wire_violation v = {
	    .reason = (uint32_t)why,
	    .port = c->port,
	    .count = 1,
	    .literal = c->o->to.literal,
	    .conn = c->number,
	};
	struct record r;
	struct err e = {0};

	fill(&r, c);
	r.verdict = NET_DENY;
	r.reason = why;
	r.rule = rule_text(c, rule);
	// It is refused all the same; the next that is allowed will not be.
	(void)!record_decision(c->b->records, &r, &e);
	c->b->shared->refused++;
	target_text(&c->o->to, v.host);
	account_mend(c, why, rule);
	if (strlen(rule) < sizeof(v.rule))
		memcpy(v.rule, rule, strlen(rule) + 1);
	agent_violation(c->b, &v);
}

void
account_end(struct conn *c, const char *how)
{
	struct record r;
	struct err e = {0};

	fill(&r, c);
	r.verdict = NET_ALLOW;
	r.bytes_up = c->bytes[QUOTA_UP];
	r.bytes_down = c->bytes[QUOTA_DOWN];
	r.dur_ms = c->b->loop.now_ms - c->began_ms;
	r.dial_ms = c->dial_ms;
	r.peer = c->dial_ms != 0 || c->out.source.fd >= 0 ? c->peer : NULL;
	r.end = how;
	(void)!record_end(c->b->records, &r, &e);
}
