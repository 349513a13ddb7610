/* SPDX-License-Identifier: ISC */
/*
 * DNS messages: a question read, an answer written. Pure: no sockets, no heap.
 */
#ifndef JAIL_EGRESS_DNS_H
#define JAIL_EGRESS_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "policy/spec.h"

#define DNS_MESSAGE_MAX 512 /* bytes of an answer; we never need more */

enum dns_rcode {
	DNS_NOERROR = 0,
	DNS_FORMERR = 1,
	DNS_SERVFAIL = 2,
	DNS_NXDOMAIN = 3,
	DNS_NOTIMP = 4,
	DNS_REFUSED = 5,
};

enum dns_type {
	DNS_A = 1,
	DNS_PTR = 12,
	DNS_AAAA = 28,
};

struct dns_question {
	uint16_t id, flags, type, class_;
	bool edns;		      /* it came with OPT: so does the answer */
	uint16_t wire_len;	      /* bytes of the question as it came */
	uint8_t wire[260];	      /* the same, to be echoed */
	char name[SPEC_NET_HOST_MAX]; /* normal; "" if it is no host name */
};

/*
 * Reads a query of one question, of class IN; additional records are skipped.
 * Returns DNS_NOERROR with *q filled; or the code to answer with (all of *q is
 * then set, wire_len to 0 if the question could not be read): FORMERR for what
 * is malformed, NOTIMP for other operations and for ANY, REFUSED for other
 * classes, for zone transfers and for what is no host name. Or -1: not even to
 * be answered (too short, or a response).
 */
int dns_read(const uint8_t *p, size_t n, struct dns_question *q)
    __attribute__((warn_unused_result));
/* What an answer holds. */
struct dns_answer {
	enum dns_rcode rcode;
	uint32_t ttl;
	const uint8_t *a; /* 4 bytes: an A record; or NULL */
	const char *ptr;  /* a name: a PTR record; or NULL */
};
/*
 * Writes an answer of at most DNS_MESSAGE_MAX bytes; returns its length. A
 * record stands in it only with DNS_NOERROR. What has no room is SERVFAIL.
 */
size_t dns_write(const struct dns_question *q, const struct dns_answer *a,
    uint8_t out[DNS_MESSAGE_MAX]);
/* The IPv4 address of the normal name d.c.b.a.in-addr.arpa in a; or -1. */
int
dns_reverse(const char *name, uint8_t a[4]) __attribute__((warn_unused_result));

#endif
