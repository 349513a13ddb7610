// SPDX-License-Identifier: ISC
// The head of an HTTP/1 request, strictly: who it is for, and whether it can
// be understood in one way alone.
#include <string.h>
#include "jail/egress/head.h"
#include "jail/egress/head_line.h"

#define HTTP_PORT  80
#define METHOD_MAX sizeof(((struct head *)0)->method)

static bool
is_method_char(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || c == '-';
}

/* Whether the last word of a line is a version of HTTP, be it a wrong one. */
static bool
names_http(struct part line)
{
	const char *at;

	while (line.n > 0 && line.p[line.n - 1] == ' ')
		line.n--;
	at = memrchr(line.p, ' ', line.n);
	return at != NULL && (size_t)(line.p + line.n - at) >= 6 &&
	       memcmp(at, " HTTP/", 6) == 0;
}

/* A method and a space: HEAD_WHOLE if they are there. */
static enum head_state
first_word(const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n && is_method_char(p[i]); i++)
		;
	if (i == n && n < METHOD_MAX)
		return HEAD_MORE;
	return i > 0 && i < METHOD_MAX && p[i] == ' ' ? HEAD_WHOLE : HEAD_NOT;
}

/*
 * Whether it is HTTP at all, as soon as that can be said: HEAD_WHOLE if so.
 * It depends on the first line alone.
 */
static enum head_state
first_line(const uint8_t *p, size_t n)
{
	struct part rest = {(const char *)p, n < HEAD_MAX ? n : HEAD_MAX};
	enum head_state s = first_word(p, n);
	struct part line;

	if (s != HEAD_WHOLE)
		return s;
	if (memchr(p, '\n', rest.n) == NULL)
		return n < HEAD_MAX ? HEAD_MORE : HEAD_WHOLE;
	line = part_line(&rest);
	if (part_is(line, "PRI * HTTP/2.0"))
		return HEAD_H2C;
	return names_http(line) ? HEAD_WHOLE : HEAD_NOT;
}

/*
 * Where the head ends: *len, 0 while it does not. Ends of lines alone are
 * looked at, so that a head in pieces of one byte costs no more than it must.
 */
static const char *
find_end(const uint8_t *p, size_t n, size_t *len)
{
	size_t start = 0, at, most = n < HEAD_MAX ? n : HEAD_MAX;
	const uint8_t *lf;
	unsigned lines = 0;

	*len = 0;
	while ((lf = memchr(p + start, '\n', most - start)) != NULL) {
		at = (size_t)(lf - p);
		if (at == start || p[at - 1] != '\r')
			return "has a line that ends without CR";
		if (at == start + 1) {
			*len = at + 1;
			return NULL;
		}
		if (++lines == HEAD_LINES)
			return "has too many fields";
		start = at + 1;
	}
	return n >= HEAD_MAX ? "is over 32 KiB" : NULL;
}

/* http://AUTHORITY, and what follows that is the path; or none does. */
static const char *
read_url(struct part t, struct part *path, struct authority *a)
{
	size_t n;

	if (!part_starts(t, "http://"))
		return "has a target that is no path and no http:// URL";
	t.p += 7;
	t.n -= 7;
	for (n = 0; n < t.n && t.p[n] != '/' && t.p[n] != '?'; n++)
		;
	path->p = t.p + n;
	path->n = t.n - n;
	t.n = n;
	return authority_read(t, a);
}

static const char *
read_target(const struct request_line *r, struct head *h, struct part *path,
    struct authority *a)
{
	const char *fault;

	*path = r->target;
	if (part_is(r->method, "CONNECT")) {
		h->form = HEAD_CONNECT;
		path->n = 0;
		fault = authority_read(r->target, a);
		if (fault == NULL && a->port == 0)
			fault = "is a CONNECT without a port";
		return fault;
	}
	h->form = HEAD_ORIGIN;
	if (r->target.p[0] == '/')
		return NULL;
	h->form = HEAD_ASTERISK;
	if (part_is(r->target, "*") && part_is(r->method, "OPTIONS"))
		return NULL;
	h->form = HEAD_ABSOLUTE;
	return read_url(r->target, path, a);
}

/* Two authorities name one place; a port that is not said is 80. */
static bool
same_place(const struct authority *a, const struct authority *b)
{
	unsigned pa = a->port != 0 ? a->port : HTTP_PORT;
	unsigned pb = b->port != 0 ? b->port : HTTP_PORT;

	return pa == pb && strcmp(a->host, b->host) == 0;
}

/* Where the body ends: said in one way at most. */
static const char *
check_length(
    const struct request_line *r, const struct head *h, const struct fields *f)
{
	if (f->lengths > 0 && f->codings > 0)
		return "has both Content-Length and Transfer-Encoding";
	if (f->codings > 0 && r->minor == 0)
		return "is of HTTP/1.0 and has a Transfer-Encoding";
	if (h->form == HEAD_CONNECT && (f->lengths > 0 || f->codings > 0))
		return "is a CONNECT with a body";
	return NULL;
}

/* Host is there, and is what the target says; a: its authority. */
static const char *
check_host(const struct request_line *r, const struct head *h,
    const struct fields *f, const struct authority *a)
{
	static const char other[] = "has a Host that is not its target's";

	// Some programs leave Host, or its port, out of a CONNECT.
	if (h->form == HEAD_CONNECT)
		return f->hosts == 0 || strcmp(f->host.host, a->host) == 0
			   ? NULL
			   : other;
	if (f->hosts == 0)
		return r->minor == 1 ? "has no Host" : NULL;
	if (h->form == HEAD_ABSOLUTE && !same_place(&f->host, a))
		return other;
	return NULL;
}

/* A WebSocket's, and nothing else beside it. */
static bool
is_websocket(const struct request_line *r, const struct fields *f)
{
	return f->websocket && f->upgrades == 1 && f->upgrade &&
	       r->minor == 1 && part_is(r->method, "GET");
}

static void
fill(struct head *h, const struct request_line *r, struct part path,
    const struct authority *a)
{
	size_t i;

	memcpy(h->method, r->method.p, r->method.n);
	memcpy(h->host, a->host, sizeof(h->host));
	memcpy(h->addr, a->addr, sizeof(h->addr));
	h->literal = a->literal;
	h->port = a->port;
	// A URL without a path means /.
	if (h->form == HEAD_ABSOLUTE)
		h->path[0] = '/';
	for (i = 0; i < path.n && path.p[i] != '?' && i < sizeof(h->path) - 1;
	     i++)
		h->path[i] = path.p[i] & 0x80 ? '?' : path.p[i];
}

/* p[0..h->len): a head that is all there. f->h2c tells of the other fault. */
static const char *
read_whole(const uint8_t *p, struct head *h, struct fields *f)
{
	struct part rest = {(const char *)p, h->len}, path;
	struct request_line r;
	struct authority a = {.port = 0};
	const char *fault;

	fault = request_line_read(part_line(&rest), &r);
	if (fault == NULL)
		fault = read_target(&r, h, &path, &a);
	if (fault == NULL)
		fault = fields_read(rest, f);
	if (fault == NULL)
		fault = check_length(&r, h, f);
	if (fault == NULL)
		fault = check_host(&r, h, f, &a);
	if (fault != NULL)
		return fault;
	if (h->form == HEAD_ORIGIN || h->form == HEAD_ASTERISK)
		a = f->host;
	fill(h, &r, path, &a);
	h->websocket = is_websocket(&r, f);
	return NULL;
}

enum head_state
head_read(const uint8_t *p, size_t n, struct head *h, const char **why)
{
	enum head_state s = first_line(p, n);
	struct fields f = {.hosts = 0};

	if (s == HEAD_H2C)
		*why = "is of HTTP/2 without TLS";
	if (s != HEAD_WHOLE)
		return s;
	memset(h, 0, sizeof(*h));
	*why = find_end(p, n, &h->len);
	if (*why == NULL && h->len == 0)
		return HEAD_MORE;
	if (*why == NULL)
		*why = read_whole(p, h, &f);
	if (*why != NULL)
		return HEAD_BAD;
	if (!f.h2c)
		return HEAD_WHOLE;
	*why = "asks for HTTP/2 without TLS";
	return HEAD_H2C;
}
