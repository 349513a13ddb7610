// SPDX-License-Identifier: ISC
// Which name counts: the one that was dialled, and SNI, Host and CONNECT must
// say the same.
#include <string.h>
#include "jail/egress/inspect.h"

bool
inspect_blind(uint16_t port)
{
	switch (port) {
	case 21:   // FTP
	case 22:   // SSH: both sides speak first
	case 25:   // SMTP
	case 110:  // POP3
	case 143:  // IMAP
	case 587:  // SMTP, of who submits
	case 3306: // MySQL
	case 5432: // PostgreSQL: its own greeting
	case 9418: // git
		return true;
	default:
		return false;
	}
}

static enum inspect
refuse(struct inspected *s, enum reason reason)
{
	s->reason = reason;
	return INSPECT_REFUSE;
}

// Whether a server of that name may be asked for by who dialled t. An address
// has no name of its own: then the name must be allowed by itself.
static bool
names_target(
    const struct inspect_as *as, const struct target *t, const char *name)
{
	struct egress_question q = {.name = name, .port = t->port};
	struct egress_answer a;

	if (!t->literal)
		return strcmp(name, t->name) == 0;
	egress_decide(as->policy, &q, &a);
	return a.verdict == NET_ALLOW;
}

static enum inspect
look_tls(const struct inspect_as *as, struct inspected *s)
{
	const struct hello *h = &s->hello;

	s->kind = "tls";
	if (as->target == NULL)
		return refuse(s, REASON_HTTP);
	if (h->ech && (as->flags & NET_ECH_DENY) != 0)
		return refuse(s, REASON_ECH);
	if (h->has_sni)
		return names_target(as, as->target, h->sni)
			   ? INSPECT_PASS
			   : refuse(s, REASON_SNI);
	return (as->flags & NET_NO_SNI) != 0 ? INSPECT_PASS
					     : refuse(s, REASON_NO_SNI);
}

// To the proxy's port: the request says where to.
static enum inspect
look_proxy(struct inspected *s)
{
	const struct head *h = &s->head;
	struct target *t = &s->target;

	if (h->form != HEAD_CONNECT && h->form != HEAD_ABSOLUTE)
		return refuse(s, REASON_HTTP);
	if (h->host[0] == '\0' && !h->literal)
		return refuse(s, REASON_NAME);
	memset(t, 0, sizeof(*t));
	t->literal = h->literal;
	if (h->literal)
		memcpy(t->addr, h->addr, sizeof(t->addr));
	else
		memcpy(t->name, h->host, sizeof(t->name));
	t->port = h->port != 0 ? h->port : 80;
	t->from = "uri";
	if (h->form == HEAD_CONNECT) {
		s->kind = t->from = "connect";
		if (h->port == 0)
			return refuse(s, REASON_HTTP);
	}
	return INSPECT_TARGET;
}

// Whether Host, or the URI, says what was dialled.
static bool
host_agrees(const struct inspect_as *as, const struct head *h)
{
	const struct target *t = as->target;

	if (h->port != 0 && h->port != t->port)
		return false;
	if (h->literal)
		return t->literal && memcmp(h->addr, t->addr, 16) == 0;
	if (h->host[0] == '\0')
		return t->literal;
	return names_target(as, t, h->host);
}

static enum inspect
look_http(const struct inspect_as *as, struct inspected *s)
{
	s->kind = "http";
	if (as->target == NULL)
		return look_proxy(s);
	// What lies behind a proxy beyond that server could not be told.
	if (s->head.form == HEAD_CONNECT || !host_agrees(as, &s->head))
		return refuse(s, REASON_HOST);
	return INSPECT_PASS;
}

enum inspect
inspect_first(const struct inspect_as *as, const uint8_t *p, size_t n,
    struct inspected *s)
{
	s->why = NULL;
	s->reason = REASON_NONE;
	switch (hello_read(p, n, &s->hello, &s->why)) {
	case HELLO_WHOLE:
		return look_tls(as, s);
	case HELLO_MORE:
		s->kind = n > 0 ? "tls" : NULL;
		return INSPECT_MORE;
	case HELLO_BAD:
		s->kind = "tls";
		return refuse(s, REASON_TLS);
	case HELLO_NOT:
		break;
	}
	switch (head_read(p, n, &s->head, &s->why)) {
	case HEAD_WHOLE:
		return look_http(as, s);
	case HEAD_MORE:
		s->kind = n > 0 ? "http" : NULL;
		return INSPECT_MORE;
	case HEAD_BAD:
		s->kind = "http";
		return refuse(s, REASON_HTTP);
	case HEAD_H2C:
		s->kind = NULL;
		return refuse(s, REASON_H2C);
	case HEAD_NOT:
		break;
	}
	s->kind = NULL;
	return refuse(s, REASON_PROTOCOL);
}
