// SPDX-License-Identifier: ISC
// The head as the server gets it: of one request, for one host.
//
// One connection is one request: the answer says close, too, and a second
// request, whose Host nobody has looked at, is not read by the server.
#include <stdio.h>
#include <string.h>
#include "jail/egress/head.h"
#include "jail/egress/head_line.h"
#include "policy/address.h"

struct out {
	uint8_t *p;
	size_t n, size;
	bool over; /* it did not fit */
};

static void
put(struct out *o, const char *s, size_t n)
{
	if (o->over || n > o->size - o->n) {
		o->over = true;
		return;
	}
	memcpy(o->p + o->n, s, n);
	o->n += n;
}

static void
puts_to(struct out *o, const char *s)
{
	put(o, s, strlen(s));
}

static void
put_host(struct out *o, const struct head *h)
{
	bool bracket = h->literal && !address_is_v4(h->addr);
	char port[8];

	if (h->host[0] == '\0')
		return;
	puts_to(o, "Host: ");
	puts_to(o, bracket ? "[" : "");
	puts_to(o, h->host);
	puts_to(o, bracket ? "]" : "");
	snprintf(port, sizeof(port), ":%u", (unsigned)h->port);
	puts_to(o, h->port != 0 ? port : "");
	puts_to(o, "\r\n");
}

/* METHOD /path HTTP/1.x, whatever form the target had. */
static void
put_request(struct out *o, const struct head *h, const struct request_line *r)
{
	struct part path = r->target;
	size_t n;

	if (h->form == HEAD_ABSOLUTE) {
		for (n = sizeof("http://") - 1;
		     n < path.n && path.p[n] != '/' && path.p[n] != '?'; n++)
			;
		path.p += n;
		path.n -= n;
	}
	put(o, r->method.p, r->method.n);
	puts_to(o, " ");
	// RFC 9112, 3.2.4: what OPTIONS of a whole server is without a proxy.
	if (path.n == 0)
		puts_to(o, part_is(r->method, "OPTIONS") ? "*" : "/");
	else if (path.p[0] == '?')
		puts_to(o, "/");
	put(o, path.p, path.n);
	puts_to(o, r->minor == 1 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n");
}

/* Whether some Connection of the fields in rest names this one. */
static bool
is_nominated(struct part name, struct part rest)
{
	struct field_line l;
	struct part line, e;

	for (line = part_line(&rest); line.n > 0; line = part_line(&rest)) {
		if (field_line_read(line, &l) != NULL ||
		    !part_is(l.name, "connection"))
			continue;
		while (part_element(&l.value, &e))
			if (part_same(e, name))
				return true;
	}
	return false;
}

/* What ends with this connection, or is ours to say. */
static bool
is_dropped(struct part name, struct part fields)
{
	static const char *const names[] = {"host", "connection", "keep-alive",
	    "te", "upgrade", "http2-settings"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (part_is(name, names[i]))
			return true;
	return part_starts(name, "proxy-") || is_nominated(name, fields);
}

size_t
head_rewrite(const uint8_t *p, const struct head *h, uint8_t *out, size_t size)
{
	struct part rest = {(const char *)p, h->len}, fields, line;
	struct out o = {.p = out, .size = size};
	struct request_line r;
	struct field_line l;

	line = part_line(&rest);
	if (h->form == HEAD_CONNECT || request_line_read(line, &r) != NULL)
		return 0;
	put_request(&o, h, &r);
	put_host(&o, h);
	fields = rest;
	for (line = part_line(&rest); line.n > 0; line = part_line(&rest)) {
		if (field_line_read(line, &l) != NULL)
			return 0;
		if (is_dropped(l.name, fields))
			continue;
		put(&o, l.name.p, l.name.n);
		puts_to(&o, ": ");
		put(&o, l.value.p, l.value.n);
		puts_to(&o, "\r\n");
	}
	puts_to(&o, h->websocket ? "Connection: Upgrade\r\n"
				   "Upgrade: websocket\r\n\r\n"
				 : "Connection: close\r\n\r\n");
	return o.over ? 0 : o.n;
}
