// SPDX-License-Identifier: ISC
// One connection: how it begins, moves on, and ends.
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/egress/accept.h"
#include "jail/egress/account.h"
#include "jail/egress/broker.h"
#include "jail/egress/conn.h"
#include "jail/egress/diag.h"
#include "jail/egress/refuse.h"
#include "jail/egress/relay.h"
#include "policy/address.h"

// Where a proxy is looked for, inside.
static const uint8_t proxy_addr[4] = {192, 0, 2, 1};
enum {
	PROXY_PORT = 3128
};

void
target_text(const struct target *t, char out[SPEC_NET_HOST_MAX])
{
	if (t->literal)
		address_format(t->addr, out);
	else
		memcpy(out, t->name, SPEC_NET_HOST_MAX);
}

static void
leg_ready(struct source *s, uint32_t events)
{
	struct conn *c = s->owner;
	struct leg *l = s == &c->in.source ? &c->in : &c->out;

	if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
		l->hup = true;
	if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
		l->readable = true;
	if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0)
		l->writable = true;
	switch (c->state) {
	case CONN_PEEK:
		peek_ready(c);
		break;
	case CONN_RELAY:
		relay_run(c, (events & EPOLLERR) != 0 ? l : NULL);
		break;
	case CONN_REFUSE:
		refuse_ready(c);
		break;
	default:
		// Whom nobody waits for any more, a person is not asked for.
		if ((events & (EPOLLHUP | EPOLLERR)) != 0)
			conn_end(c, "rst");
		break;
	}
}

void
conn_legs(struct conn *c)
{
	c->in.source.ready = leg_ready;
	c->out.source.ready = leg_ready;
}

struct conn *
conn_new(struct broker *b)
{
	struct conn *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->b = b;
	c->number = ++b->shared->conn;
	c->began_ms = b->loop.now_ms;
	c->generation = b->policy != NULL ? b->policy->generation : 0;
	c->in.source = (struct source){-1, leg_ready, c};
	c->out.source = (struct source){-1, leg_ready, c};
	c->state = CONN_OVER; // counted as nothing yet
	c->next = b->conns;
	if (b->conns != NULL)
		b->conns->prev = c;
	b->conns = c;
	b->nconns++;
	return c;
}

static void
count(struct broker *b, enum conn_state state, int by)
{
	if (state == CONN_PEEK)
		b->npeeking += (unsigned)by;
	else if (state == CONN_HOLD)
		b->nheld += (unsigned)by;
}

void
conn_state(struct conn *c, enum conn_state state)
{
	count(c->b, (enum conn_state)c->state, -1);
	count(c->b, state, 1);
	c->state = (uint8_t)state;
	accept_full(c->b, c->b->npeeking >= QUOTA_PEEKING);
}

static void
free_opening(struct opening *o)
{
	if (o == NULL)
		return;
	resolve_cancel(&o->lookup);
	if (o->dial.loop != NULL)
		dial_cancel(&o->dial);
	free(o);
}

// Events of this turn may still name what is in it.
static void
after(struct task *t)
{
	struct conn *c = loop_owner(t, struct conn, after);

	free_opening(c->o);
	c->o = NULL;
	if (c->state != CONN_OVER)
		return;
	free(c->name);
	free(c);
}

void
conn_opened(struct conn *c)
{
	c->after.run = after;
	task_after(&c->b->loop, &c->after);
}

void
conn_end(struct conn *c, const char *how)
{
	struct broker *b = c->b;

	if (c->allowed)
		account_end(c, how);
	c->allowed = false;
	timer_stop(&c->timer);
	task_drop(&c->more);
	if (c->o != NULL) {
		resolve_cancel(&c->o->lookup);
		if (c->o->dial.loop != NULL)
			dial_cancel(&c->o->dial);
	}
	if (c->published) {
		// The agent's half may have copies of these.
		loop_remove(&b->loop, &c->in.source);
		loop_remove(&b->loop, &c->out.source);
	}
	fd_close(&c->in.source.fd);
	fd_close(&c->out.source.fd);
	if (c->next != NULL)
		c->next->prev = c->prev;
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		b->conns = c->next;
	b->nconns--;
	conn_state(c, CONN_OVER);
	conn_opened(c);
}

void
conn_reset(struct conn *c, const char *how)
{
	static const struct linger at_once = {.l_onoff = 1};
	struct leg *legs[2] = {&c->in, &c->out};
	int i;

	for (i = 0; i < 2; i++)
		if (legs[i]->source.fd >= 0)
			(void)setsockopt(legs[i]->source.fd, SOL_SOCKET,
			    SO_LINGER, &at_once, sizeof(at_once));
	conn_end(c, how);
}

void
conn_end_all(struct broker *b, const char *how)
{
	while (b->conns != NULL)
		conn_reset(b->conns, how);
}

void
conn_look_held(struct broker *b)
{
	struct conn *c, *next;

	for (c = b->conns; c != NULL; c = next) {
		next = c->next;
		if (c->state == CONN_HOLD)
			decide_look(c);
	}
}

void
conn_decide_again(struct broker *b)
{
	struct conn *c, *next;

	for (c = b->conns; c != NULL; c = next) {
		next = c->next;
		decide_again(c);
	}
}

// Whom it was dialled for: an address that we made up, the proxy, or one that
// the client knew.
static enum reason
find_target(struct conn *c)
{
	struct target *t = &c->o->to;
	const char *name;

	t->port = c->dst_port;
	if (c->dst_port == PROXY_PORT && memcmp(c->dst, proxy_addr, 4) == 0) {
		c->o->proxied = true;
		return REASON_NONE;
	}
	t->from = "dns";
	if (names_synthetic(c->dst)) {
		name = names_name(c->b->names, c->dst);
		if (name != NULL)
			memcpy(t->name, name, strlen(name) + 1);
		if (name != NULL)
			return REASON_NONE;
	}
	t->from = "literal";
	t->literal = true;
	address_from_v4(t->addr, c->dst);
	return names_synthetic(c->dst) ? REASON_UNKNOWN : REASON_NONE;
}

static int
begin(struct conn *c, int fd)
{
	struct sockaddr_in sa = {0};
	socklen_t len = sizeof(sa);

	c->in.source.fd = fd;
	c->o = calloc(1, sizeof(*c->o));
	if (c->o == NULL ||
	    getsockname(fd, (struct sockaddr *)&sa, &len) != 0 ||
	    loop_add(&c->b->loop, &c->in.source, CONN_EVENTS) != 0)
		return -1;
	c->o->conn = c;
	c->dst_port = ntohs(sa.sin_port);
	memcpy(c->dst, &sa.sin_addr, 4);
	return 0;
}

static void
look_who(struct conn *c)
{
	struct diag_ends d = {.src_port = c->src_port, .dst_port = c->dst_port};

	memcpy(d.src, c->src, 4);
	memcpy(d.dst, c->dst, 4);
	diag_look(c->b->gate.diag, &d, &c->o->uid, &c->o->inode);
}

void
conn_accepted(struct broker *b, int fd, const uint8_t src[4], uint16_t src_port)
{
	struct conn *c = conn_new(b);
	enum reason why;

	if (c == NULL) {
		close(fd);
		return;
	}
	memcpy(c->src, src, 4);
	c->src_port = src_port;
	conn_state(c, CONN_PEEK);
	if (begin(c, fd) != 0) {
		conn_reset(c, "error");
		return;
	}
	why = find_target(c);
	look_who(c);
	if (b->nconns > b->quota.connections)
		why = REASON_CONNECTIONS;
	if (why != REASON_NONE)
		refuse(c, why);
	else
		peek_start(c);
}
