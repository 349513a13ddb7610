// SPDX-License-Identifier: ISC
// What becomes of a connection whose target is known: rules, a person,
// addresses, the record, and only then the dial.
#include <string.h>
#include "jail/egress/account.h"
#include "jail/egress/broker.h"
#include "jail/egress/conn.h"
#include "jail/egress/refuse.h"
#include "jail/egress/relay.h"

static const uint8_t loopback[2][16] = {
    {[10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1},
    {[15] = 1},
};

static struct egress_question
question(const struct target *t)
{
	return (struct egress_question){
	    .name = t->literal ? NULL : t->name,
	    .addr = t->addr,
	    .port = t->port,
	};
}

void
decide_target(struct conn *c)
{
	struct egress_question q = question(&c->o->to);

	egress_decide(c->b->policy, &q, &c->o->answer);
	c->generation = c->b->policy->generation;
	c->port = q.port;
}

static const struct spec_net_rule *
rule_of(const struct conn *c)
{
	const struct egress_answer *a = &c->o->answer;
	const struct spec_net *net =
	    a->by_ceiling ? &c->b->policy->ceiling : &c->b->policy->policy;

	return a->rule >= 0 && (uint32_t)a->rule < net->n ? &net->rule[a->rule]
							  : NULL;
}

static void
dialled(struct dial *d, int fd, enum reason why)
{
	struct opening *o = loop_owner(d, struct opening, dial);
	struct conn *c = o->conn;

	if (fd < 0) {
		// It was allowed; that it failed is how it ended.
		account_end(
		    c, why == REASON_DIAL ? "dial-failed" : "dial-timeout");
		c->allowed = false;
		refuse(c, why);
		return;
	}
	c->dial_ms = (uint32_t)(c->b->loop.now_ms - o->dialled_ms);
	memcpy(c->peer, d->peer, sizeof(c->peer));
	c->out.source.fd = fd;
	if (loop_change(&c->b->loop, &c->out.source, CONN_EVENTS) != 0) {
		conn_reset(c, "error");
		return;
	}
	relay_begin(c);
}

// The record is written before anything is dialled; without it, nothing is.
static void
dial(struct conn *c)
{
	struct opening *o = c->o;
	const struct spec_net_rule *r = rule_of(c);
	struct dial_may may = {
	    .own = &c->b->own,
	    .private = (o->answer.flags & NET_PRIVATE) != 0,
	    .loopback = o->answer.kind == NET_LOOPBACK,
	    .exact = r != NULL && r->kind == NET_CIDR && r->prefix == 128,
	};
	enum reason why;

	o->dial.to = o->found;
	why = dial_choose(&may, &o->dial.to);
	if (why == REASON_NONE && account_allowed(c) != 0)
		why = REASON_RECORD;
	if (why != REASON_NONE) {
		refuse(c, why);
		return;
	}
	conn_state(c, CONN_DIAL);
	o->dialled_ms = c->b->loop.now_ms;
	o->dial.port = o->to.port;
	o->dial.done = dialled;
	dial_start(&o->dial, &c->b->loop);
}

static void
resolved(struct lookup *l, const struct resolved *r)
{
	struct opening *o = loop_owner(l, struct opening, lookup);

	timer_stop(&o->conn->timer);
	o->found = *r;
	dial(o->conn);
}

static void
unresolved(struct timer *t)
{
	refuse(loop_owner(t, struct conn, timer), REASON_RESOLVE);
}

static void
resolve(struct conn *c)
{
	struct opening *o = c->o;

	if (o->answer.kind == NET_LOOPBACK) {
		o->found.n = 2;
		memcpy(o->found.addr, loopback, sizeof(loopback));
		dial(c);
		return;
	}
	if (o->to.literal) {
		o->found.n = 1;
		memcpy(o->found.addr[0], o->to.addr, 16);
		dial(c);
		return;
	}
	conn_state(c, CONN_RESOLVE);
	c->timer.fire = unresolved;
	timer_start(&c->b->loop, &c->timer, DELAY_RESOLVE);
	memcpy(o->lookup.name, o->to.name, sizeof(o->lookup.name));
	o->lookup.done = resolved;
	resolve_start(&c->b->resolver, &o->lookup);
}

static int
send_question(struct conn *c)
{
	const struct opening *o = c->o;
	struct wire_ask a = {
	    .id = o->question,
	    .port = o->to.port,
	    .uid = o->uid,
	    .inode = o->inode,
	    .literal = o->to.literal,
	    .rule = (uint32_t)o->answer.rule,
	};

	target_text(&o->to, a.host);
	return agent_ask(c->b, &a);
}

static void
asked(struct conn *c, enum ask_state state, enum reason why)
{
	struct opening *o = c->o;

	o->asked = state == ASK_ALLOWED		? "allow"
		   : why == REASON_ASK_TIMEOUT	? "timeout"
		   : why == REASON_ASK_HEADLESS ? "headless"
						: "deny";
	if (state == ASK_ALLOWED)
		resolve(c);
	else
		refuse(c, why);
}

// The connection waits; it is open already, so that its client does as well.
static void
ask(struct conn *c)
{
	struct opening *o = c->o;
	struct egress_question q = question(&o->to);
	enum reason why = REASON_NONE;
	enum ask_state state;
	bool fresh = false;

	if (c->b->nheld >= QUOTA_HELD) {
		refuse(c, REASON_ASK_FLOOD);
		return;
	}
	o->held_ms = c->b->loop.now_ms;
	state = ask_begin(
	    c->b->ask, &q, c->b->loop.now_ms, &o->question, &fresh, &why);
	if (state != ASK_WAIT) {
		asked(c, state, why);
		return;
	}
	if (fresh && send_question(c) != 0) {
		(void)ask_answer(c->b->ask, o->question, WIRE_DENY_ONCE);
		asked(c, ASK_REFUSED, REASON_ASK_HEADLESS);
		return;
	}
	conn_state(c, CONN_HOLD);
}

void
decide_look(struct conn *c)
{
	enum reason why = REASON_NONE;
	enum ask_state state =
	    ask_look(c->b->ask, c->o->question, c->b->loop.now_ms, &why);

	if (state != ASK_WAIT)
		asked(c, state, why);
}

void
decide_go(struct conn *c)
{
	struct broker *b = c->b;

	timer_stop(&c->timer);
	if (c->o->answer.verdict == NET_DENY)
		refuse(c, c->o->answer.reason);
	else if (quota_spent(&b->quota, QUOTA_UP) ||
		 quota_spent(&b->quota, QUOTA_DOWN))
		refuse(c, REASON_BYTES);
	else if (c->o->answer.verdict == NET_ASK)
		ask(c);
	else
		resolve(c);
}

// What was decided by the old rules, and not dialled, is decided by these; but
// what a person said to a question that they still ask holds.
void
decide_again(struct conn *c)
{
	struct opening *o = c->o;

	switch (c->state) {
	case CONN_PEEK:
		if (!o->proxied)
			decide_target(c);
		break;
	case CONN_HOLD:
		decide_target(c);
		if (o->answer.verdict != NET_ASK)
			decide_go(c);
		break;
	case CONN_RESOLVE:
		resolve_cancel(&o->lookup);
		decide_target(c);
		if (o->answer.verdict == NET_ASK && o->asked != NULL)
			resolve(c);
		else
			decide_go(c);
		break;
	default:
		break;
	}
}
