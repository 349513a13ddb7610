// SPDX-License-Identifier: ISC
// Bytes from one leg to the other.
//
// A turn looks at what has come (MSG_PEEK) in one buffer that all connections
// share, sends it, and takes from the socket what was sent (MSG_TRUNC, which
// copies nothing). So a side that does not read costs no memory here, however
// many connections there are; and a connection is two descriptors, where
// splice(2) wants six.
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include "jail/egress/broker.h"
#include "jail/egress/conn.h"
#include "jail/egress/relay.h"

enum {
	TURNS = 4, // of one direction, before another connection's
};

enum pump {
	PUMP_WAIT, // for one of the sockets
	PUMP_MORE, // it would go on
	PUMP_SLOW, // the rate is used up for now
	PUMP_QUOTA,
	PUMP_RESET,
};

static void
count(struct conn *c, enum quota_way way, size_t n)
{
	c->bytes[way] += n;
	quota_count(&c->b->quota, way, n);
}

// EOF is passed on; the other direction goes on by itself.
static enum pump
half_close(struct leg *from, struct leg *to)
{
	from->eof = true;
	return shutdown(to->source.fd, SHUT_WR) == 0 ? PUMP_WAIT : PUMP_RESET;
}

// Sends n bytes at p, which still lie in the socket of from.
static enum pump
pass(struct conn *c, struct leg *from, struct leg *to, size_t n)
{
	enum quota_way way = from == &c->in ? QUOTA_UP : QUOTA_DOWN;
	ssize_t sent;

	if (way == QUOTA_UP && c->upgrade == UPGRADE_REFUSED)
		return PUMP_RESET;
	sent =
	    send(to->source.fd, c->b->buffer, n, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent < 0 && errno != EAGAIN)
		return PUMP_RESET;
	// What is left of it is told by nobody: it has come long ago.
	if (sent < (ssize_t)n) {
		to->writable = false;
		from->readable = true;
	}
	if (sent <= 0)
		return PUMP_WAIT;
	if (recv(from->source.fd, NULL, (size_t)sent,
		MSG_TRUNC | MSG_DONTWAIT) != sent)
		return PUMP_RESET;
	count(c, way, (size_t)sent);
	return PUMP_MORE;
}

static enum pump
pump_once(struct conn *c, struct leg *from, struct leg *to)
{
	struct broker *b = c->b;
	enum quota_way way = from == &c->in ? QUOTA_UP : QUOTA_DOWN;
	size_t room = quota_room(&b->quota, way, BROKER_BUFFER, b->loop.now_ms);
	ssize_t n;

	if (room == 0)
		return quota_spent(&b->quota, way) ? PUMP_QUOTA : PUMP_SLOW;
	n = recv(from->source.fd, b->buffer, room, MSG_PEEK | MSG_DONTWAIT);
	if (n == 0)
		return half_close(from, to);
	if (n < 0 && errno != EAGAIN)
		return PUMP_RESET;
	// It had less than it was asked for: what comes is told anew.
	if (n < (ssize_t)room && !from->hup)
		from->readable = false;
	if (n < 0) {
		from->readable = false;
		return PUMP_WAIT;
	}
	return pass(c, from, to, (size_t)n);
}

static enum pump
pump(struct conn *c, struct leg *from, struct leg *to)
{
	enum pump r = PUMP_WAIT;
	int i;

	for (i = 0; i < TURNS; i++) {
		if (from->eof || !from->readable || !to->writable)
			return PUMP_WAIT;
		r = pump_once(c, from, to);
		if (r != PUMP_MORE)
			return r;
	}
	return r;
}

// What was read before there was a server. Freed once it is sent.
static enum pump
send_first(struct conn *c)
{
	struct quota *q = &c->b->quota;
	struct opening *o = c->o;
	size_t room;
	ssize_t n;

	if (o == NULL)
		return PUMP_WAIT;
	while (o->sent < o->len && c->out.writable) {
		room = quota_room(
		    q, QUOTA_UP, o->len - o->sent, c->b->loop.now_ms);
		if (room == 0)
			return quota_spent(q, QUOTA_UP) ? PUMP_QUOTA
							: PUMP_SLOW;
		n = send(c->out.source.fd, o->buf + o->sent, room,
		    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN)
			return PUMP_RESET;
		if (n < 0) {
			c->out.writable = false;
			return PUMP_WAIT;
		}
		o->sent += (size_t)n;
		count(c, QUOTA_UP, (size_t)n);
	}
	if (o->sent == o->len)
		conn_opened(c);
	return PUMP_WAIT;
}

static void
go_on(struct task *t)
{
	relay_run(loop_owner(t, struct conn, more), NULL);
}

static void
tick(struct timer *t)
{
	relay_run(loop_owner(t, struct conn, timer), NULL);
}

// Has the leg failed, or only ended?
static bool
broken(const struct leg *l)
{
	socklen_t len = sizeof(int);
	int error = 0;

	return l != NULL &&
	       getsockopt(l->source.fd, SOL_SOCKET, SO_ERROR, &error, &len) ==
		   0 &&
	       error != 0;
}

// Whether it is known by now that the server took the upgrade up, or did not.
static bool
upgrade_known(struct conn *c)
{
	static const char taken[12] = "HTTP/1.1 101";
	char p[sizeof(taken)];
	ssize_t n;

	if (c->upgrade != UPGRADE_WAITED)
		return true;
	if (!c->out.readable)
		return false;
	n = recv(c->out.source.fd, p, sizeof(p), MSG_PEEK | MSG_DONTWAIT);
	if ((n < 0 && errno == EAGAIN) ||
	    (n > 0 && n < (ssize_t)sizeof(p) && !c->out.hup)) {
		c->out.readable = false;
		return false;
	}
	c->upgrade = n == sizeof(p) && memcmp(p, taken, sizeof(p)) == 0
			 ? UPGRADE_NONE
			 : UPGRADE_REFUSED;
	return true;
}

// Both ways, a turn each; what was read first goes first.
static void
both(struct conn *c, enum pump way[2])
{
	bool known = upgrade_known(c);

	way[QUOTA_UP] = send_first(c);
	if (way[QUOTA_UP] == PUMP_WAIT && known &&
	    (c->o == NULL || c->o->sent == c->o->len))
		way[QUOTA_UP] = pump(c, &c->in, &c->out);
	way[QUOTA_DOWN] = known ? pump(c, &c->out, &c->in) : PUMP_WAIT;
}

static bool
either(const enum pump way[2], enum pump what)
{
	return way[0] == what || way[1] == what;
}

void
relay_run(struct conn *c, struct leg *failed)
{
	enum pump way[2] = {PUMP_RESET, PUMP_RESET};

	if (!broken(failed))
		both(c, way);
	if (either(way, PUMP_RESET))
		conn_reset(c, "rst");
	else if (either(way, PUMP_QUOTA))
		conn_reset(c, "quota");
	else if (c->in.eof && c->out.eof)
		conn_end(c, "fin");
	else if (either(way, PUMP_MORE))
		task_queue(&c->b->loop, &c->more);
	else if (either(way, PUMP_SLOW))
		timer_start(&c->b->loop, &c->timer, DELAY_TICK);
}

// The head that the server gets, and what came behind it.
static int
rewrite(struct opening *o)
{
	const struct head *h = &o->seen.head;
	static uint8_t head[OPENING_ROOM];
	size_t rest = o->len - h->len, n;

	// Before the answer to it there is nothing to say to a WebSocket.
	if (h->websocket && rest > 0)
		return -1;
	n = head_rewrite(o->buf, h, head, sizeof(head) - rest);
	if (n == 0)
		return -1;
	memmove(o->buf + n, o->buf + h->len, rest);
	memcpy(o->buf, head, n);
	o->len = n + rest;
	return 0;
}

static const char established[] = "HTTP/1.1 200 Connection established\r\n\r\n";

void
relay_begin(struct conn *c)
{
	struct opening *o = c->o;

	c->timer.fire = tick;
	c->more.run = go_on;
	if (!o->raw && strcmp(o->seen.kind, "http") == 0) {
		if (rewrite(o) != 0) {
			conn_reset(c, "error");
			return;
		}
		if (o->seen.head.websocket)
			c->upgrade = UPGRADE_WAITED;
	}
	if (o->tunnel && !o->answered &&
	    send(c->in.source.fd, established, sizeof(established) - 1,
		MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
		conn_reset(c, "rst");
		return;
	}
	conn_state(c, CONN_RELAY);
	c->in.readable = c->in.writable = true;
	c->out.writable = true;
	relay_run(c, NULL);
}

void
relay_join(struct conn *c)
{
	struct loop *l = &c->b->loop;

	c->timer.fire = tick;
	c->more.run = go_on;
	conn_legs(c);
	conn_state(c, CONN_RELAY);
	if (loop_change(l, &c->in.source, CONN_EVENTS) != 0 ||
	    loop_add(l, &c->out.source, CONN_EVENTS) != 0)
		conn_reset(c, "error");
}
