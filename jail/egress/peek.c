// SPDX-License-Identifier: ISC
// The first bytes of a connection: read until they say enough, by a deadline
// that begins with accept, into memory that grows as they come.
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include "jail/egress/broker.h"
#include "jail/egress/conn.h"
#include "jail/egress/refuse.h"

static const char established[] = "HTTP/1.1 200 Connection established\r\n\r\n";

static void
too_late(struct timer *t)
{
	struct conn *c = loop_owner(t, struct conn, timer);

	refuse(c, REASON_PEEK_TIMEOUT);
}

// Nobody looks inside: the name alone decides, or a rule that says raw.
static bool
blind(const struct conn *c)
{
	return (c->o->answer.verdict != NET_DENY &&
		   (c->o->answer.flags & NET_RAW) != 0) ||
	       inspect_blind(c->o->to.port);
}

static void
go_blind(struct conn *c)
{
	c->o->raw = true;
	c->o->seen.kind = c->o->tunnel ? "connect" : "raw";
	decide_go(c);
}

void
peek_start(struct conn *c)
{
	c->timer.fire = too_late;
	timer_start(&c->b->loop, &c->timer, DELAY_PEEK);
	if (!c->o->proxied) {
		decide_target(c);
		if (blind(c)) {
			go_blind(c);
			return;
		}
	}
	// They are often there already.
	c->in.readable = true;
	peek_ready(c);
}

static bool judge(struct conn *c);

// The proxy's client is told that the way is open, and says over it what it
// has to say: that is looked at like what comes without a proxy.
static void
open_tunnel(struct conn *c)
{
	struct opening *o = c->o;

	memmove(o->buf, o->buf + o->seen.head.len, o->len - o->seen.head.len);
	o->len -= o->seen.head.len;
	// What was seen is of the proxy's head, not of what is said over it.
	o->seen = (struct inspected){.kind = "connect"};
	o->tunnel = true;
	o->proxied = false;
	decide_target(c);
	if (o->answer.verdict == NET_DENY || blind(c)) {
		go_blind(c);
		return;
	}
	o->answered = true;
	if (send(c->in.source.fd, established, sizeof(established) - 1,
		MSG_NOSIGNAL) < 0) {
		conn_reset(c, "rst");
		return;
	}
	timer_start(&c->b->loop, &c->timer, DELAY_PEEK);
	c->in.readable = true;
	// Some do not wait for the answer: it may all be there.
	if (o->len == 0 || !judge(c))
		peek_ready(c);
}

// What is there says where to, or is as it must be, or is not.
static bool
judge(struct conn *c)
{
	struct opening *o = c->o;
	struct inspect_as as = {
	    .policy = c->b->policy,
	    .target = o->proxied ? NULL : &o->to,
	    .flags = o->answer.flags,
	};

	switch (inspect_first(&as, o->buf, o->len, &o->seen)) {
	case INSPECT_MORE:
		return false;
	case INSPECT_TARGET:
		o->to = o->seen.target;
		if (o->seen.head.form == HEAD_CONNECT) {
			open_tunnel(c);
			return true;
		}
		o->proxied = false;
		decide_target(c);
		decide_go(c);
		return true;
	case INSPECT_PASS:
		decide_go(c);
		return true;
	default:
		refuse(c, o->seen.reason);
		return true;
	}
}

// It says no more, and it was not enough. Who said nothing asked for nothing.
static void
ended(struct conn *c)
{
	c->in.eof = true;
	if (c->o->len == 0 && c->o->answer.verdict != NET_DENY)
		conn_end(c, "fin");
	else
		refuse(c, REASON_PROTOCOL);
}

void
peek_ready(struct conn *c)
{
	struct opening *o = c->o;
	ssize_t n;

	while (c->in.readable) {
		if (o->len == OPENING_READ) {
			refuse(c, REASON_PEEK_LIMIT);
			return;
		}
		n = recv(c->in.source.fd, o->buf + o->len,
		    OPENING_READ - o->len, MSG_DONTWAIT);
		if (n < 0 && errno == EAGAIN) {
			c->in.readable = false;
			return;
		}
		if (n < 0) {
			conn_reset(c, "rst");
			return;
		}
		if (n == 0) {
			ended(c);
			return;
		}
		o->len += (size_t)n;
		if (judge(c))
			return;
	}
}
