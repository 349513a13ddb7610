// SPDX-License-Identifier: ISC
// A TLS ClientHello (RFC 8446, 6066, 7301), from the records it lies in.
//
// Nothing is unpacked before all of it is there, so that a hello in pieces of
// one byte costs a walk over its records each time, and no copying.
#include <string.h>
#include "jail/egress/hello.h"
#include "policy/hostname.h"

#define RECORD_HEADER 5
#define RECORD_MAX    16384 /* of plain text; RFC 8446, 5.1 */
#define HANDSHAKE     22
#define CLIENT_HELLO  1
#define HELLO_HEADER  4

enum extension {
	EXT_SERVER_NAME = 0,
	EXT_ALPN = 16,
	EXT_ECH_DRAFTS = 0xfe08, /* up to EXT_ECH */
	EXT_ECH = 0xfe0d,
	EXT_ESNI = 0xffce,
};

/* What is read: bytes that are left. */
struct view {
	const uint8_t *p;
	size_t n;
};

static unsigned
get(const uint8_t *p, unsigned bytes)
{
	unsigned v = 0;

	while (bytes-- > 0)
		v = v << 8 | *p++;
	return v;
}

static int
take_number(struct view *v, unsigned bytes, unsigned *out)
{
	if (v->n < bytes)
		return -1;
	*out = get(v->p, bytes);
	v->p += bytes;
	v->n -= bytes;
	return 0;
}

/* A vector of TLS, its length in so many bytes before it. */
static int
take_vector(struct view *v, unsigned bytes, struct view *out)
{
	unsigned len;

	if (take_number(v, bytes, &len) != 0 || v->n < len)
		return -1;
	out->p = v->p;
	out->n = len;
	v->p += len;
	v->n -= len;
	return 0;
}

/* One name, of a host: RFC 6066 allows no second one of that type. */
static const char *
read_sni(struct view v, struct hello *h)
{
	struct view list, name;
	const char *why;
	unsigned type;

	if (take_vector(&v, 2, &list) != 0 || v.n != 0)
		return "has a server_name that is not well formed";
	if (take_number(&list, 1, &type) != 0 ||
	    take_vector(&list, 2, &name) != 0)
		return "has a server_name that is not well formed";
	if (type != 0)
		return "has a server_name of an unknown type";
	if (list.n != 0)
		return "has two server names";
	if (hostname_normal((const char *)name.p, name.n, h->sni, &why) != 0)
		return "has a server_name that is no host name";
	h->has_sni = true;
	return NULL;
}

static bool
is_printable(struct view v)
{
	for (; v.n > 0 && *v.p > ' ' && *v.p < 0x7f; v.n--)
		v.p++;
	return v.n == 0;
}

/* The first protocol, if it is text that fits; the others must be sound. */
static const char *
read_alpn(struct view v, struct hello *h)
{
	struct view list, name;
	bool first = true;

	if (take_vector(&v, 2, &list) != 0 || v.n != 0 || list.n == 0)
		return "has an ALPN that is not well formed";
	for (; list.n > 0; first = false) {
		if (take_vector(&list, 1, &name) != 0 || name.n == 0)
			return "has an ALPN that is not well formed";
		if (first && name.n < sizeof(h->alpn) && is_printable(name))
			memcpy(h->alpn, name.p, name.n);
	}
	return NULL;
}

static const char *
read_extension(unsigned type, struct view v, struct hello *h)
{
	if (type == EXT_SERVER_NAME)
		return read_sni(v, h);
	if (type == EXT_ALPN)
		return read_alpn(v, h);
	if ((type >= EXT_ECH_DRAFTS && type <= EXT_ECH) || type == EXT_ESNI)
		h->ech = true;
	return NULL;
}

static const char *
read_extensions(struct view v, struct hello *h)
{
	uint8_t seen[65536 / 8] = {0};
	const char *fault;
	struct view body;
	unsigned type;

	while (v.n > 0) {
		if (take_number(&v, 2, &type) != 0 ||
		    take_vector(&v, 2, &body) != 0)
			return "has an extension cut short";
		// Two servers may take one the first, one the last of them.
		if (seen[type / 8] & 1u << type % 8)
			return "has an extension twice";
		seen[type / 8] |= (uint8_t)(1u << type % 8);
		fault = read_extension(type, body, h);
		if (fault != NULL)
			return fault;
	}
	return NULL;
}

static const char *
skip_version_and_random(struct view *v)
{
	unsigned version;

	if (take_number(v, 2, &version) != 0 || version >> 8 != 3)
		return "has an unknown version";
	if (v->n < 32)
		return "is cut short";
	v->p += 32;
	v->n -= 32;
	return NULL;
}

static const char *
skip_offers(struct view *v)
{
	struct view session, ciphers, compression;

	if (take_vector(v, 1, &session) != 0 || session.n > 32)
		return "has a session id that is not well formed";
	if (take_vector(v, 2, &ciphers) != 0 || ciphers.n == 0 ||
	    ciphers.n % 2 != 0)
		return "has a list of ciphers that is not well formed";
	if (take_vector(v, 1, &compression) != 0 || compression.n == 0)
		return "has no way to compress, not even none";
	return NULL;
}

/* The body of a ClientHello, whole. */
static const char *
read_body(struct view v, struct hello *h)
{
	const char *fault = skip_version_and_random(&v);
	struct view extensions;

	if (fault == NULL)
		fault = skip_offers(&v);
	// SSL 3 and the first TLS had no extensions.
	if (fault != NULL || v.n == 0)
		return fault;
	if (take_vector(&v, 2, &extensions) != 0 || v.n != 0)
		return "has bytes beyond its extensions, or too few";
	return read_extensions(extensions, h);
}

/* How far the records have been walked. */
struct walk {
	size_t at;	/* of the first byte that was not looked at */
	size_t have;	/* bytes of handshake in the records so far */
	size_t need;	/* bytes of the hello, its header too; 0: not known */
	uint8_t *hello; /* where to put them, or NULL */
	uint8_t head[HELLO_HEADER];
};

/*
 * A record of len bytes, of which n are there. The hello must not end before
 * it does; what is no longer than that has room.
 */
static const char *
walk_record(struct walk *w, const uint8_t *p, size_t n, size_t len)
{
	size_t i;

	for (i = 0; i < n && w->have + i < HELLO_HEADER; i++)
		w->head[w->have + i] = p[i];
	if (w->have + n >= 1 && w->head[0] != CLIENT_HELLO)
		return "is not a ClientHello";
	if (w->have + n >= HELLO_HEADER)
		w->need = HELLO_HEADER + get(w->head + 1, 3);
	if (w->need > HELLO_MAX)
		return "is over 32 KiB";
	if (w->need != 0 && w->have + len > w->need)
		return "has bytes beyond its end";
	if (w->hello != NULL)
		memcpy(w->hello + w->have, p, n);
	w->have += n;
	return NULL;
}

static const char *
record_fault(const uint8_t *p)
{
	unsigned len = get(p + 3, 2);

	if (p[0] != HANDSHAKE || p[1] != 3)
		return "is broken off by another record";
	if (len == 0 || len > RECORD_MAX)
		return "has a record of an impossible length";
	return NULL;
}

/* The records of p[0..n) until the hello is whole, or they end. */
static const char *
walk_records(struct walk *w, const uint8_t *p, size_t n)
{
	const char *fault = NULL;
	size_t len, came;

	while (
	    n - w->at >= RECORD_HEADER && (w->need == 0 || w->have < w->need)) {
		fault = record_fault(p + w->at);
		if (fault != NULL)
			return fault;
		len = get(p + w->at + 3, 2);
		w->at += RECORD_HEADER;
		came = len < n - w->at ? len : n - w->at;
		fault = walk_record(w, p + w->at, came, len);
		if (fault != NULL)
			return fault;
		w->at += came;
	}
	return w->at > HELLO_MAX ? "is over 32 KiB" : NULL;
}

/* The hello, which is whole in p[0..n). */
static const char *
unpack(const uint8_t *p, size_t n, struct hello *h)
{
	uint8_t hello[HELLO_MAX];
	struct walk w = {.hello = hello};
	const char *fault = walk_records(&w, p, n);
	struct view v;

	memset(h, 0, sizeof(*h));
	v.p = hello + HELLO_HEADER;
	v.n = w.have - HELLO_HEADER;
	return fault != NULL ? fault : read_body(v, h);
}

/* SSL 2 began with a length whose high bit is set, and the type. */
static bool
is_sslv2(const uint8_t *p, size_t n)
{
	return n >= 5 && (p[0] & 0x80) != 0 && p[2] == CLIENT_HELLO &&
	       (p[3] == 3 || (p[3] == 0 && p[4] == 2));
}

/* What the first bytes are: HELLO_WHOLE stands for TLS. */
static enum hello_state
first_bytes(const uint8_t *p, size_t n, const char **why)
{
	if (n == 0)
		return HELLO_MORE;
	if (is_sslv2(p, n)) {
		*why = "is one of SSL 2";
		return HELLO_BAD;
	}
	if ((p[0] & 0x80) != 0)
		return n < 5 ? HELLO_MORE : HELLO_NOT;
	if (p[0] != HANDSHAKE)
		return HELLO_NOT;
	if (n < 2)
		return HELLO_MORE;
	return p[1] == 3 ? HELLO_WHOLE : HELLO_NOT;
}

enum hello_state
hello_read(const uint8_t *p, size_t n, struct hello *h, const char **why)
{
	enum hello_state s = first_bytes(p, n, why);
	struct walk w = {.at = 0};

	if (s != HELLO_WHOLE)
		return s;
	*why = walk_records(&w, p, n);
	if (*why == NULL && (w.need == 0 || w.have < w.need)) {
		if (n < HELLO_MAX)
			return HELLO_MORE;
		*why = "is over 32 KiB";
	}
	if (*why == NULL)
		*why = unpack(p, n, h);
	return *why == NULL ? HELLO_WHOLE : HELLO_BAD;
}

void
hello_alert(uint8_t out[HELLO_ALERT_BYTES])
{
	static const uint8_t alert[HELLO_ALERT_BYTES] = {
	    21, 3, 3, 0, 2, 2 /* fatal */, 49 /* access_denied */};

	memcpy(out, alert, sizeof(alert));
}
