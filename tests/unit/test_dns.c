// SPDX-License-Identifier: ISC
// dns: questions as programs send them, every malformed kind, and answers that
// libc's own reader takes.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <arpa/nameser.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>
#include "jail/egress/dns.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Header: id 1234, recursion desired, one question, n additional. */
#define HEAD(n) "\x12\x34\x01\0\0\1\0\0\0\0\0" n
#define EXAMPLE "\7example\4test\0"
#define A_IN	"\0\1\0\1"
#define OPT	"\0\0\x29\4\xd0\0\0\0\0\0\0"
#define COOKIE                                     \
	"\0\0\x29\4\xd0\0\0\0\0\0\x0c\0\x0a\0\x08" \
	"12345678"
#define LABEL63 \
	"\x3f"  \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LABEL61 \
	"\x3d"  \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

struct row {
	const char *what, *bytes;
	size_t n;
	int want;
	const char *name; /* NULL: not looked at */
};

#define ROW(what, bytes, want, name)                       \
	{                                                  \
		what, bytes, sizeof(bytes) - 1, want, name \
	}

static const struct row rows[] = {
    ROW("A", HEAD("\0") EXAMPLE A_IN, DNS_NOERROR, "example.test"),
    ROW("upper case", HEAD("\0") "\7eXaMpLe\4TEST\0" A_IN, DNS_NOERROR,
	"example.test"),
    ROW("AAAA", HEAD("\0") EXAMPLE "\0\x1c\0\1", DNS_NOERROR, "example.test"),
    ROW("HTTPS", HEAD("\0") EXAMPLE "\0\x41\0\1", DNS_NOERROR, NULL),
    ROW("CAA", HEAD("\0") EXAMPLE "\1\1\0\1", DNS_NOERROR, NULL),
    ROW("one label", HEAD("\0") "\1a\0" A_IN, DNS_NOERROR, "a"),
    ROW("OPT", HEAD("\1") EXAMPLE A_IN OPT, DNS_NOERROR, "example.test"),
    ROW("a cookie", HEAD("\1") EXAMPLE A_IN COOKIE, DNS_NOERROR,
	"example.test"),
    ROW("another record",
	HEAD("\2") EXAMPLE A_IN OPT "\xc0\x0c\0\1\0\1\0\0\0\0\0\4"
				    "abcd",
	DNS_NOERROR, "example.test"),
    ROW("253 bytes", HEAD("\0") LABEL63 LABEL63 LABEL63 LABEL61 "\0" A_IN,
	DNS_NOERROR, NULL),
    ROW("PTR",
	HEAD("\0") "\1"
		   "1\1"
		   "0\2"
		   "18\3"
		   "198\7in-addr\4arpa\0\0\x0c\0\1",
	DNS_NOERROR, "1.0.18.198.in-addr.arpa"),
    // Not to be answered.
    ROW("nothing", "", -1, NULL),
    ROW("half a header", "\x12\x34\x01\0\0\1\0\0\0\0\0", -1, NULL),
    ROW("a response", "\x12\x34\x81\0\0\1\0\0\0\0\0\0" EXAMPLE A_IN, -1, NULL),
    // Malformed.
    ROW("no question", "\x12\x34\x01\0\0\0\0\0\0\0\0\0", DNS_FORMERR, NULL),
    ROW("two questions",
	"\x12\x34\x01\0\0\2\0\0\0\0\0\0" EXAMPLE A_IN EXAMPLE A_IN, DNS_FORMERR,
	NULL),
    ROW("an answer",
	"\x12\x34\x01\0\0\1\0\1\0\0\0\0" EXAMPLE A_IN
	"\xc0\x0c\0\1\0\1\0\0\0\0\0\4"
	"abcd",
	DNS_FORMERR, NULL),
    ROW("an authority",
	"\x12\x34\x01\0\0\1\0\0\0\1\0\0" EXAMPLE A_IN
	"\xc0\x0c\0\1\0\1\0\0\0\0\0\4"
	"abcd",
	DNS_FORMERR, NULL),
    ROW("a pointer", HEAD("\0") "\xc0\x0c" A_IN, DNS_FORMERR, NULL),
    ROW("a pointer after a label", HEAD("\0") "\7example\xc0\x0c" A_IN,
	DNS_FORMERR, NULL),
    ROW("a label of 64",
	HEAD("\0") "\x40"
		   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\0" A_IN,
	DNS_FORMERR, NULL),
    ROW("254 bytes",
	HEAD("\0") LABEL63 LABEL63 LABEL63
	"\x3e"
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\0" A_IN,
	DNS_FORMERR, NULL),
    ROW("no root", HEAD("\0") "\7example", DNS_FORMERR, NULL),
    ROW("a label cut short", HEAD("\0") "\7exam", DNS_FORMERR, NULL),
    ROW("no type", HEAD("\0") EXAMPLE, DNS_FORMERR, NULL),
    ROW("half a class", HEAD("\0") EXAMPLE "\0\1\0", DNS_FORMERR, NULL),
    ROW("more than it says", HEAD("\0") EXAMPLE A_IN "x", DNS_FORMERR, NULL),
    ROW("less than it says", HEAD("\1") EXAMPLE A_IN, DNS_FORMERR, NULL),
    ROW("half an OPT", HEAD("\1") EXAMPLE A_IN "\0\0\x29\4\xd0\0\0\0\0\0",
	DNS_FORMERR, NULL),
    ROW("OPT beyond the end",
	HEAD("\1") EXAMPLE A_IN "\0\0\x29\4\xd0\0\0\0\0\0\1", DNS_FORMERR,
	NULL),
    ROW("OPT twice", HEAD("\2") EXAMPLE A_IN OPT OPT, DNS_FORMERR, NULL),
    ROW("half a pointer", HEAD("\1") EXAMPLE A_IN "\xc0", DNS_FORMERR, NULL),
    // Not done.
    ROW("ANY", HEAD("\0") EXAMPLE "\0\xff\0\1", DNS_NOTIMP, "example.test"),
    ROW("NOTIFY", "\x12\x34\x21\0\0\1\0\0\0\0\0\0" EXAMPLE A_IN, DNS_NOTIMP,
	NULL),
    ROW("UPDATE", "\x12\x34\x28\0\0\1\0\0\0\0\0\0" EXAMPLE A_IN, DNS_NOTIMP,
	NULL),
    ROW("AXFR", HEAD("\0") EXAMPLE "\0\xfc\0\1", DNS_REFUSED, "example.test"),
    ROW("IXFR", HEAD("\0") EXAMPLE "\0\xfb\0\1", DNS_REFUSED, "example.test"),
    ROW("class CH", HEAD("\0") "\7version\4bind\0\0\x10\0\3", DNS_REFUSED,
	NULL),
    ROW("class ANY", HEAD("\0") EXAMPLE "\0\1\0\xff", DNS_REFUSED, NULL),
    ROW("the root", HEAD("\0") "\0\0\2\0\1", DNS_REFUSED, ""),
    ROW("a dot in a label", HEAD("\0") "\14example.test\0" A_IN, DNS_REFUSED,
	""),
    ROW("a dot at an end", HEAD("\0") "\7example\5test.\0" A_IN, DNS_REFUSED,
	""),
    ROW("a NUL", HEAD("\0") "\7exa\0ple\4test\0" A_IN, DNS_REFUSED, ""),
    ROW("a NUL at the end", HEAD("\0") "\5test\0\0" A_IN, DNS_REFUSED, ""),
    ROW("a space", HEAD("\0") "\7exa ple\4test\0" A_IN, DNS_REFUSED, ""),
    ROW("a byte beyond ASCII", HEAD("\0") "\7exa\xe4ple\4test\0" A_IN,
	DNS_REFUSED, ""),
    ROW("an address",
	HEAD("\0") "\3"
		   "127\1"
		   "0\1"
		   "0\1"
		   "1\0" A_IN,
	DNS_REFUSED, ""),
};

static void
test_read(void **state)
{
	struct dns_question q;
	uint8_t *exact;
	size_t i;
	int got;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		exact = malloc(rows[i].n > 0 ? rows[i].n : 1);
		assert_non_null(exact);
		memcpy(exact, rows[i].bytes, rows[i].n);
		got = dns_read(exact, rows[i].n, &q);
		free(exact);
		if (got != rows[i].want)
			fail_msg("%s: %d", rows[i].what, got);
		if (got != -1)
			assert_int_equal(q.id, 0x1234);
		if (rows[i].name != NULL && strcmp(q.name, rows[i].name) != 0)
			fail_msg("%s: \"%s\"", rows[i].what, q.name);
	}
}

static void
ask(const char *bytes, size_t n, struct dns_question *q)
{
	assert_int_equal(dns_read((const uint8_t *)bytes, n, q), DNS_NOERROR);
}

#define ASK(bytes, q) ask(bytes, sizeof(bytes) - 1, q)

/* What libc makes of an answer; its one record in *rr, if it has one. */
static ns_msg
reread(const uint8_t *p, size_t n, ns_rr *rr)
{
	ns_msg m;

	assert_true(n <= DNS_MESSAGE_MAX);
	assert_int_equal(ns_initparse(p, (int)n, &m), 0);
	assert_int_equal(ns_msg_id(m), 0x1234);
	assert_true(ns_msg_getflag(m, ns_f_qr));
	assert_true(ns_msg_getflag(m, ns_f_rd));
	assert_true(ns_msg_getflag(m, ns_f_ra));
	assert_false(ns_msg_getflag(m, ns_f_tc));
	if (ns_msg_count(m, ns_s_an) > 0)
		assert_int_equal(ns_parserr(&m, ns_s_an, 0, rr), 0);
	return m;
}

static void
test_write(void **state)
{
	static const uint8_t addr[4] = {198, 18, 0, 1};
	struct dns_answer a = {.rcode = DNS_NOERROR, .ttl = 70000, .a = addr};
	struct dns_question q;
	uint8_t out[DNS_MESSAGE_MAX];
	ns_msg m;
	ns_rr rr;

	(void)state;
	ASK(HEAD("\0") "\7eXample\4test\0" A_IN, &q);
	m = reread(out, dns_write(&q, &a, out), &rr);
	assert_int_equal(ns_msg_getflag(m, ns_f_rcode), ns_r_noerror);
	assert_int_equal(ns_msg_count(m, ns_s_an), 1);
	assert_int_equal(ns_msg_count(m, ns_s_ar), 0);
	// As it was asked, in its own letters.
	assert_string_equal(ns_rr_name(rr), "eXample.test");
	assert_int_equal(ns_rr_type(rr), ns_t_a);
	assert_int_equal(ns_rr_ttl(rr), 70000);
	assert_int_equal(ns_rr_rdlen(rr), 4);
	assert_memory_equal(ns_rr_rdata(rr), addr, 4);
	// No data, to one who speaks EDNS.
	a.a = NULL;
	ASK(HEAD("\1") EXAMPLE A_IN OPT, &q);
	m = reread(out, dns_write(&q, &a, out), &rr);
	assert_int_equal(ns_msg_count(m, ns_s_an), 0);
	assert_int_equal(ns_msg_count(m, ns_s_ar), 1);
	assert_int_equal(ns_parserr(&m, ns_s_ar, 0, &rr), 0);
	assert_int_equal(ns_rr_type(rr), ns_t_opt);
	assert_int_equal(ns_rr_class(rr), DNS_MESSAGE_MAX);
	// A refusal holds no record, whatever it is given.
	a.a = addr;
	a.rcode = DNS_REFUSED;
	m = reread(out, dns_write(&q, &a, out), &rr);
	assert_int_equal(ns_msg_getflag(m, ns_f_rcode), ns_r_refused);
	assert_int_equal(ns_msg_count(m, ns_s_an), 0);
}

static void
test_write_ptr(void **state)
{
	static const char question[] =
	    HEAD("\0") "\1"
		       "1\1"
		       "0\2"
		       "18\3"
		       "198\7in-addr\4arpa\0\0\x0c\0\1";
	struct dns_answer a = {.rcode = DNS_NOERROR, .ttl = 60};
	struct dns_question q;
	uint8_t out[DNS_MESSAGE_MAX];
	char name[256], longest[254];
	ns_msg m;
	ns_rr rr;

	(void)state;
	memset(longest, 'a', 253);
	longest[63] = longest[127] = longest[191] = '.';
	longest[253] = '\0';
	ASK(question, &q);
	a.ptr = longest;
	m = reread(out, dns_write(&q, &a, out), &rr);
	assert_int_equal(ns_msg_count(m, ns_s_an), 1);
	assert_int_equal(ns_rr_type(rr), ns_t_ptr);
	assert_true(ns_name_uncompress(ns_msg_base(m), ns_msg_end(m),
			ns_rr_rdata(rr), name, sizeof(name)) > 0);
	assert_string_equal(name, longest);
	// The longest name as an answer to the longest question: no room.
	ASK(HEAD("\0") LABEL63 LABEL63 LABEL63 LABEL61 "\0\0\x0c\0\1", &q);
	m = reread(out, dns_write(&q, &a, out), &rr);
	assert_int_equal(ns_msg_getflag(m, ns_f_rcode), ns_r_servfail);
	assert_int_equal(ns_msg_count(m, ns_s_an), 0);
}

/* What could not be read is answered without a question. */
static void
test_write_fault(void **state)
{
	static const uint8_t update[12] = "\x12\x34\x29\0\0\1\0\0\0\0\0\0";
	struct dns_answer a = {.rcode = DNS_NOTIMP};
	struct dns_question q;
	uint8_t out[DNS_MESSAGE_MAX];
	ns_msg m;
	ns_rr rr;

	(void)state;
	assert_int_equal(dns_read(update, sizeof(update), &q), DNS_NOTIMP);
	m = reread(out, dns_write(&q, &a, out), &rr);
	assert_int_equal(ns_msg_getflag(m, ns_f_opcode), ns_o_update);
	assert_int_equal(ns_msg_getflag(m, ns_f_rcode), ns_r_notimpl);
	assert_int_equal(ns_msg_count(m, ns_s_qd), 0);
}

static void
test_reverse(void **state)
{
	static const char *const bad[] = {"", "in-addr.arpa", ".in-addr.arpa",
	    "1.2.3.in-addr.arpa", "1.2.3.4.5.in-addr.arpa",
	    "1.2.3.256.in-addr.arpa", "01.2.3.4.in-addr.arpa",
	    "1.2.3.4.in-addr.arpa.", "1.2.3.4.ip6.arpa", "1.2.3.4",
	    "1.2.3.4in-addr.arpa", "1.2.3.4.in-addr.arpa.evil.test",
	    "1.0-127.2.3.in-addr.arpa", "::1.2.3.4.in-addr.arpa"};
	static const uint8_t want[4] = {198, 19, 255, 7};
	uint8_t a[4] = {0};
	size_t i;

	(void)state;
	assert_int_equal(dns_reverse("7.255.19.198.in-addr.arpa", a), 0);
	assert_memory_equal(a, want, 4);
	for (i = 0; i < COUNT(bad); i++)
		if (dns_reverse(bad[i], a) != -1)
			fail_msg("\"%s\" was taken", bad[i]);
	assert_memory_equal(a, want, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_read),
	    cmocka_unit_test(test_write),
	    cmocka_unit_test(test_write_ptr),
	    cmocka_unit_test(test_write_fault),
	    cmocka_unit_test(test_reverse),
	};

	return cmocka_run_group_tests_name("dns", tests, NULL, NULL);
}
