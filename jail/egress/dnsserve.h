/* SPDX-License-Identifier: ISC */
/*
 * Port 53 of the gate, by UDP and TCP: a made-up address for every name, and
 * nobody is ever asked.
 */
#ifndef JAIL_EGRESS_DNSSERVE_H
#define JAIL_EGRESS_DNSSERVE_H

#include <stdint.h>
#include "jail/base/err.h"
#include "jail/egress/dns.h"
#include "jail/egress/loop.h"
#include "jail/wire/wire.h"

#define DNSSERVE_STREAMS 16  /* connections by TCP at one time */
#define DNSSERVE_RATE	 200 /* questions a second; what is more is dropped */

struct broker;

struct dns_stream {
	struct source source;
	struct timer timer;
	struct broker *b;
	size_t len;
	uint8_t buf[2 + DNS_MESSAGE_MAX];
};

struct dnsserve {
	struct source udp, tcp;
	struct dns_stream stream[DNSSERVE_STREAMS];
	uint64_t filled_ms;
	unsigned tokens;
};

/* A socket of the helper's: taken over. */
int dnsserve_take(struct broker *b, enum wire_gate_kind kind, int fd,
    struct err *e) MUST_CHECK;
/* There is a policy: begins to answer. */
int dnsserve_begin(struct broker *b, struct err *e) MUST_CHECK;
/* Answers one question; returns the answer's length, 0: none is due. */
size_t dnsserve_answer(
    struct broker *b, const uint8_t *p, size_t n, uint8_t out[DNS_MESSAGE_MAX]);

#endif
