// SPDX-License-Identifier: ISC
// A refusal, in the words of who is refused.
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include "jail/egress/account.h"
#include "jail/egress/broker.h"
#include "jail/egress/conn.h"
#include "jail/egress/hello.h"
#include "jail/egress/refuse.h"

// What is not for a rule to decide: the server, or the way to it, failed.
static bool
upstream(enum reason why)
{
	return why == REASON_RESOLVE || why == REASON_DIAL ||
	       why == REASON_DIAL_TIMEOUT;
}

static const char *
advice(const struct refusal *r)
{
	if (r->line[0] != '\0')
		return "To allow it, add this line to the policy:\n";
	switch (r->why) {
	case REASON_DENIED:
		return "A rule of the policy denies it: take that out to "
		       "allow it.\n";
	case REASON_CEILING:
		return "The administrator of this machine decides that.\n";
	default:
		return "";
	}
}

size_t
refuse_text(const struct refusal *r, char out[REFUSE_TEXT_MAX])
{
	const char *status =
	    upstream(r->why) ? "502 Bad Gateway" : "403 Forbidden";
	char body[REFUSE_TEXT_MAX / 2];
	int n, m;

	n = snprintf(body, sizeof(body), "stockade: %s:%u: %s (%s).\n%s%s%s",
	    r->host, r->port, reason_text(r->why), reason_word(r->why),
	    advice(r), r->line, r->line[0] != '\0' ? "\n" : "");
	if (n >= (int)sizeof(body))
		n = (int)sizeof(body) - 1;
	m = snprintf(out, REFUSE_TEXT_MAX,
	    "HTTP/1.1 %s\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Length: %d\r\n"
	    "X-Stockade-Egress: %s\r\n"
	    "Cache-Control: no-store\r\n"
	    "Connection: close\r\n"
	    "\r\n%s",
	    status, n, reason_word(r->why), r->head ? "" : body);
	return (size_t)m;
}

static size_t
http_page(const struct conn *c, enum reason why, char out[REFUSE_TEXT_MAX])
{
	char host[SPEC_NET_HOST_MAX], line[EGRESS_RULE_TEXT_MAX];
	const struct inspected *s = &c->o->seen;
	struct refusal r = {
	    .why = why,
	    .host = host,
	    .port = c->o->to.port,
	    .line = line,
	    .head = strcmp(s->kind, "http") == 0 &&
		    strcmp(s->head.method, "HEAD") == 0,
	};

	target_text(&c->o->to, host);
	account_mend(c, why, line);
	return refuse_text(&r, out);
}

static void
linger_over(struct timer *t)
{
	conn_reset(loop_owner(t, struct conn, timer), "refused");
}

// Said, and the end of it; what the client still sends is read, or the kernel
// would send a reset that overtakes the words.
static void
say(struct conn *c, const void *p, size_t n)
{
	if (send(c->in.source.fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ||
	    shutdown(c->in.source.fd, SHUT_WR) != 0) {
		conn_reset(c, "refused");
		return;
	}
	conn_state(c, CONN_REFUSE);
	c->timer.fire = linger_over;
	timer_start(&c->b->loop, &c->timer, DELAY_LINGER);
	c->in.readable = true;
	refuse_ready(c);
}

void
refuse_ready(struct conn *c)
{
	ssize_t n;
	int turns;

	for (turns = 0; turns < 8; turns++) {
		n = recv(
		    c->in.source.fd, c->b->buffer, BROKER_BUFFER, MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN)) {
			conn_end(c, "refused");
			return;
		}
		if (n < 0)
			return;
	}
	conn_reset(c, "refused");
}

void
refuse(struct conn *c, enum reason why)
{
	const struct egress_answer *a = &c->o->answer;
	const char *kind = c->o->seen.kind;
	char text[REFUSE_TEXT_MAX];
	uint8_t alert[HELLO_ALERT_BYTES];

	if (a->verdict == NET_DENY && a->reason != REASON_NONE)
		why = a->reason;
	timer_stop(&c->timer);
	resolve_cancel(&c->o->lookup);
	c->port = c->o->to.port;
	account_refused(c, why);
	if (kind != NULL && strcmp(kind, "tls") == 0 && !upstream(why)) {
		hello_alert(alert);
		say(c, alert, sizeof(alert));
	} else if (kind != NULL && (strcmp(kind, "http") == 0 ||
				       strcmp(kind, "connect") == 0)) {
		say(c, text, http_page(c, why, text));
	} else {
		conn_reset(c, "refused");
	}
}
