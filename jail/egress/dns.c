// SPDX-License-Identifier: ISC
// DNS messages (RFC 1035, 6891): one strict question, an answer of one record.
#include <string.h>
#include "jail/egress/dns.h"
#include "policy/address.h"
#include "policy/hostname.h"

#define HEADER	   12
#define LABEL_MAX  63
#define WIRE_NAME  255 /* bytes of a name on the wire, with its root */
#define RECORD_MIN 11  /* a root name, type, class, ttl, length */
#define CLASS_IN   1
#define TYPE_OPT   41
#define TYPE_META  249 /* to ANY: of questions alone, AXFR and kin */
#define TYPE_ANY   255

#define FLAG_QR	  0x8000
#define FLAG_AA	  0x0400
#define FLAG_RD	  0x0100
#define FLAG_RA	  0x0080
#define OPCODE(f) ((f) >> 11 & 15)

/* What is read: a place in a message. */
struct view {
	const uint8_t *p;
	size_t n, at;
};

static unsigned
get16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static uint8_t *
put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
	return p + 2;
}

/*
 * The question's name: labels alone, as nothing stands before it that could
 * be pointed at. Its dots go to text; *fit turns false for a label with a dot
 * of its own, which would read as two.
 */
static int
read_name(struct view *v, char text[WIRE_NAME + 1], bool *fit)
{
	size_t len, start = v->at, n = 0;

	for (;;) {
		if (v->at >= v->n)
			return -1;
		len = v->p[v->at++];
		if (len == 0)
			break;
		// Pointers have the two highest bits, others are not defined.
		if (len > LABEL_MAX || len > v->n - v->at ||
		    v->at + len - start >= WIRE_NAME)
			return -1;
		if (memchr(v->p + v->at, '.', len) != NULL)
			*fit = false;
		if (n > 0)
			text[n++] = '.';
		memcpy(text + n, v->p + v->at, len);
		n += len;
		v->at += len;
	}
	text[n] = '\0';
	// A NUL byte would end the text before its time.
	if (strlen(text) != n)
		*fit = false;
	return 0;
}

static int
read_question(struct view *v, struct dns_question *q)
{
	char text[WIRE_NAME + 1];
	const char *why;
	size_t start = v->at;
	bool fit = true;

	if (read_name(v, text, &fit) != 0 || v->n - v->at < 4)
		return -1;
	q->type = (uint16_t)get16(v->p + v->at);
	q->class_ = (uint16_t)get16(v->p + v->at + 2);
	v->at += 4;
	q->wire_len = (uint16_t)(v->at - start);
	memcpy(q->wire, v->p + start, q->wire_len);
	if (!fit || hostname_normal(text, strlen(text), q->name, &why) != 0)
		q->name[0] = '\0';
	return 0;
}

/* A name in a record that is skipped: a pointer ends it. */
static int
skip_name(struct view *v)
{
	size_t len;

	while (v->at < v->n) {
		len = v->p[v->at++];
		if (len == 0)
			return 0;
		if (len >= 0xc0) {
			v->at++;
			return v->at <= v->n ? 0 : -1;
		}
		if (len > LABEL_MAX || len > v->n - v->at)
			return -1;
		v->at += len;
	}
	return -1;
}

static int
skip_record(struct view *v, struct dns_question *q)
{
	size_t len;

	if (skip_name(v) != 0 || v->n - v->at < RECORD_MIN - 1)
		return -1;
	if (get16(v->p + v->at) == TYPE_OPT) {
		// At most one.
		if (q->edns)
			return -1;
		q->edns = true;
	}
	len = get16(v->p + v->at + 8);
	v->at += RECORD_MIN - 1;
	if (len > v->n - v->at)
		return -1;
	v->at += len;
	return 0;
}

static int
read_body(struct view *v, struct dns_question *q)
{
	unsigned i, additional = get16(v->p + 10);

	// A query has one question, and neither answers nor authorities.
	if (get16(v->p + 4) != 1 || get16(v->p + 6) != 0 ||
	    get16(v->p + 8) != 0 || read_question(v, q) != 0)
		return -1;
	for (i = 0; i < additional; i++)
		if (skip_record(v, q) != 0)
			return -1;
	return v->at == v->n ? 0 : -1;
}

int
dns_read(const uint8_t *p, size_t n, struct dns_question *q)
{
	struct view v = {.p = p, .n = n, .at = HEADER};

	memset(q, 0, sizeof(*q));
	if (n < HEADER)
		return -1;
	q->id = (uint16_t)get16(p);
	q->flags = (uint16_t)get16(p + 2);
	if (q->flags & FLAG_QR)
		return -1;
	if (OPCODE(q->flags) != 0)
		return DNS_NOTIMP;
	if (read_body(&v, q) != 0)
		return DNS_FORMERR;
	if (q->type == TYPE_ANY)
		return DNS_NOTIMP;
	if (q->class_ != CLASS_IN || q->name[0] == '\0' ||
	    (q->type >= TYPE_META && q->type <= TYPE_ANY))
		return DNS_REFUSED;
	return DNS_NOERROR;
}

/* A normal name to the wire; at most WIRE_NAME bytes. */
static uint8_t *
put_name(uint8_t *p, const char *name)
{
	size_t len;

	for (;;) {
		len = strcspn(name, ".");
		*p++ = (uint8_t)len;
		memcpy(p, name, len);
		p += len;
		if (name[len] == '\0')
			break;
		name += len + 1;
	}
	*p++ = 0;
	return p;
}

/* The answer's record, whose owner is the question's name. */
static uint8_t *
put_record(uint8_t *p, const struct dns_answer *a)
{
	uint8_t *len;

	p = put16(p, 0xc000 | HEADER);
	p = put16(p, a->a != NULL ? DNS_A : DNS_PTR);
	p = put16(p, CLASS_IN);
	p = put16(p, a->ttl >> 16);
	p = put16(p, a->ttl & 0xffff);
	len = p;
	p += 2;
	if (a->a != NULL) {
		memcpy(p, a->a, 4);
		p += 4;
	} else {
		p = put_name(p, a->ptr);
	}
	put16(len, (unsigned)(p - len - 2));
	return p;
}

/* OPT: of a server that takes so many bytes, and has nothing to say. */
static uint8_t *
put_opt(uint8_t *p)
{
	*p++ = 0;
	p = put16(p, TYPE_OPT);
	p = put16(p, DNS_MESSAGE_MAX);
	memset(p, 0, 6);
	return p + 6;
}

size_t
dns_write(const struct dns_question *q, const struct dns_answer *a,
    uint8_t out[DNS_MESSAGE_MAX])
{
	enum dns_rcode rcode = a->rcode;
	size_t need = HEADER + q->wire_len + 12 + RECORD_MIN;
	uint8_t *p = out;
	bool record;

	if (a->ptr != NULL)
		need += strlen(a->ptr) + 2;
	record = rcode == DNS_NOERROR && (a->a != NULL || a->ptr != NULL);
	if (record && (need > DNS_MESSAGE_MAX || q->wire_len == 0)) {
		rcode = DNS_SERVFAIL;
		record = false;
	}
	p = put16(p, q->id);
	p = put16(p, FLAG_QR | (q->flags & (15u << 11 | FLAG_RD)) | FLAG_AA |
			 FLAG_RA | rcode);
	p = put16(p, q->wire_len > 0);
	p = put16(p, record);
	p = put16(p, 0);
	p = put16(p, q->edns);
	memcpy(p, q->wire, q->wire_len);
	p += q->wire_len;
	if (record)
		p = put_record(p, a);
	if (q->edns)
		p = put_opt(p);
	return (size_t)(p - out);
}

int
dns_reverse(const char *name, uint8_t a[4])
{
	static const char zone[] = ".in-addr.arpa";
	size_t len = strlen(name);
	uint8_t v[ADDRESS_BYTES];

	if (len < sizeof(zone) ||
	    strcmp(name + len - (sizeof(zone) - 1), zone) != 0)
		return -1;
	len -= sizeof(zone) - 1;
	if (address_parse(name, len, v) != 0 || memchr(name, ':', len) != NULL)
		return -1;
	a[0] = v[15];
	a[1] = v[14];
	a[2] = v[13];
	a[3] = v[12];
	return 0;
}
