// SPDX-License-Identifier: ISC
// Any bytes as a DNS query: its answer is one that libc reads, says the same
// name, and, turned into a query again, is read as the same question.
#include <arpa/nameser.h>
#include <resolv.h>
#include <string.h>
#include "jail/egress/dns.h"
#include "policy/hostname.h"
#include "tests/fuzz/fuzz.h"

static ns_msg
reread(const uint8_t *p, size_t n, const struct dns_question *q)
{
	ns_msg m;
	ns_rr rr;

	FUZZ_ASSERT(n >= 12 && n <= DNS_MESSAGE_MAX);
	FUZZ_ASSERT(ns_initparse(p, (int)n, &m) == 0);
	FUZZ_ASSERT(ns_msg_id(m) == q->id);
	FUZZ_ASSERT(ns_msg_getflag(m, ns_f_qr));
	FUZZ_ASSERT(ns_msg_count(m, ns_s_qd) == (q->wire_len > 0));
	FUZZ_ASSERT(ns_msg_count(m, ns_s_ns) == 0);
	FUZZ_ASSERT(ns_msg_count(m, ns_s_ar) == q->edns);
	if (q->wire_len > 0) {
		FUZZ_ASSERT(ns_parserr(&m, ns_s_qd, 0, &rr) == 0);
		FUZZ_ASSERT(ns_rr_type(rr) == q->type);
		FUZZ_ASSERT((uint16_t)ns_rr_class(rr) == q->class_);
	}
	return m;
}

/* A name that is fit is the one that libc reads there. */
static void
check_same_name(ns_msg m, const struct dns_question *q)
{
	char normal[SPEC_NET_HOST_MAX];
	const char *why;
	ns_rr rr;

	FUZZ_ASSERT(ns_parserr(&m, ns_s_qd, 0, &rr) == 0);
	FUZZ_ASSERT(hostname_normal(ns_rr_name(rr), strlen(ns_rr_name(rr)),
			normal, &why) == 0);
	FUZZ_ASSERT(strcmp(normal, q->name) == 0);
}

static void
check_answers(const struct dns_question *q, int rcode)
{
	static const uint8_t addr[4] = {198, 18, 1, 2};
	struct dns_answer a = {.rcode = (enum dns_rcode)rcode, .ttl = 60};
	uint8_t out[DNS_MESSAGE_MAX];
	size_t n;
	ns_msg m;
	ns_rr rr;

	m = reread(out, dns_write(q, &a, out), q);
	FUZZ_ASSERT(ns_msg_getflag(m, ns_f_rcode) == rcode);
	FUZZ_ASSERT(ns_msg_count(m, ns_s_an) == 0);
	if (q->name[0] != '\0')
		check_same_name(m, q);
	a.a = addr;
	n = dns_write(q, &a, out);
	m = reread(out, n, q);
	FUZZ_ASSERT(ns_msg_count(m, ns_s_an) == (rcode == DNS_NOERROR));
	if (rcode != DNS_NOERROR)
		return;
	FUZZ_ASSERT(ns_parserr(&m, ns_s_an, 0, &rr) == 0);
	FUZZ_ASSERT(memcmp(ns_rr_rdata(rr), addr, 4) == 0);
	a.a = NULL;
	a.ptr = q->name;
	m = reread(out, dns_write(q, &a, out), q);
	if (ns_msg_getflag(m, ns_f_rcode) == ns_r_noerror)
		FUZZ_ASSERT(ns_msg_count(m, ns_s_an) == 1);
	else
		FUZZ_ASSERT(strlen(q->name) > 200);
}

/* An answer without a record, its QR taken off, asks the same again. */
static void
check_again(const struct dns_question *q, int rcode)
{
	struct dns_answer a = {.rcode = DNS_NOERROR};
	struct dns_question again;
	uint8_t out[DNS_MESSAGE_MAX];
	size_t n = dns_write(q, &a, out);

	FUZZ_ASSERT(dns_read(out, n, &again) == -1);
	out[2] &= 0x7f;
	FUZZ_ASSERT(dns_read(out, n, &again) == rcode);
	FUZZ_ASSERT(again.wire_len == q->wire_len && again.edns == q->edns);
	FUZZ_ASSERT(memcmp(again.wire, q->wire, q->wire_len) == 0);
	FUZZ_ASSERT(strcmp(again.name, q->name) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dns_question q;
	uint8_t a[4];
	int rcode = dns_read(data, size, &q);

	FUZZ_ASSERT(rcode == -1 || rcode == DNS_NOERROR ||
		    rcode == DNS_FORMERR || rcode == DNS_NOTIMP ||
		    rcode == DNS_REFUSED);
	FUZZ_ASSERT(rcode != DNS_NOERROR || q.name[0] != '\0');
	if (rcode == -1)
		return 0;
	FUZZ_ASSERT(q.wire_len <= sizeof(q.wire));
	check_answers(&q, rcode);
	if (rcode != DNS_FORMERR && q.wire_len > 0)
		check_again(&q, rcode);
	if (dns_reverse(q.name, a) == 0)
		FUZZ_ASSERT(strstr(q.name, ".in-addr.arpa") != NULL);
	return 0;
}
