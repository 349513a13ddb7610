// SPDX-License-Identifier: ISC
// egress: which rule decides a destination, whatever the order of the rules,
// and what the ceiling makes of it.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "policy/address.h"
#include "policy/egress.h"
#include "policy/policy.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct egress_policy e;

static void
rules(struct spec_net *net, const char *text)
{
	static struct policy p;
	struct policy_fault f;

	policy_init(&p);
	if (policy_parse(text, strlen(text), &p, &f) != 0)
		fail_msg("%s: %u:%u: %s", text, f.line, f.column, f.text);
	*net = p.spec.net;
}

/* The rules in the other order: nothing but indices may change. */
static void
turned(struct spec_net *net)
{
	struct spec_net was = *net;
	uint32_t i;

	for (i = 0; i < was.n; i++)
		net->rule[i] = was.rule[was.n - 1 - i];
}

static struct egress_answer
ask(const char *host, uint16_t port)
{
	uint8_t addr[ADDRESS_BYTES];
	struct egress_question q = {.name = host, .addr = addr, .port = port};
	struct egress_answer a, b;

	if (address_parse(host, strlen(host), addr) == 0)
		q.name = NULL;
	egress_decide(&e, &q, &a);
	turned(&e.policy);
	turned(&e.ceiling);
	egress_decide(&e, &q, &b);
	turned(&e.policy);
	turned(&e.ceiling);
	assert_int_equal(a.verdict, b.verdict);
	assert_int_equal(a.reason, b.reason);
	assert_int_equal(a.flags, b.flags);
	assert_int_equal(a.kind == NET_EVERYTHING, b.kind == NET_EVERYTHING);
	assert_int_equal(a.by_ceiling, b.by_ceiling);
	return a;
}

/* One letter an answer: allow, ask (?), deny. */
static void
says(const char *policy, const char *host, uint16_t port, char verdict)
{
	struct egress_answer a;

	memset(&e, 0, sizeof(e));
	rules(&e.policy, policy);
	a = ask(host, port);
	if ("d?a"[a.verdict] != verdict)
		fail_msg("%s: %s:%u is %c", policy, host, (unsigned)port,
		    "d?a"[a.verdict]);
	assert_true((a.verdict == NET_DENY) == (a.reason != REASON_NONE));
}

static void
test_names(void **state)
{
	static const struct {
		const char *policy, *host;
		uint16_t port;
		char verdict;
	} rows[] = {
	    {"", "a.example", 443, 'd'},
	    {"net allow a.example", "a.example", 443, 'a'},
	    {"net allow a.example", "a.example", 80, 'a'},
	    {"net allow a.example", "a.example", 22, 'd'},
	    {"net allow a.example", "b.a.example", 443, 'd'},
	    {"net allow a.example", "evil-a.example", 443, 'd'},
	    {"net allow a.example", "a.example.evil.test", 443, 'd'},
	    {"net allow a.example:22", "a.example", 22, 'a'},
	    {"net allow a.example:22", "a.example", 443, 'd'},
	    {"net allow a.example:20-30", "a.example", 20, 'a'},
	    {"net allow a.example:20-30", "a.example", 30, 'a'},
	    {"net allow a.example:20-30", "a.example", 31, 'd'},
	    {"net allow a.example:20-30", "a.example", 19, 'd'},
	    {"net allow a.example:*", "a.example", 1, 'a'},
	    {"net allow a.example:*", "a.example", 65535, 'a'},
	    // At a label's boundary, and the apex by ** alone.
	    {"net allow *.a.example", "b.a.example", 443, 'a'},
	    {"net allow *.a.example", "c.b.a.example", 443, 'a'},
	    {"net allow *.a.example", "a.example", 443, 'd'},
	    {"net allow *.a.example", "ba.example", 443, 'd'},
	    {"net allow *.a.example", "b.a.example.test", 443, 'd'},
	    {"net allow **.a.example", "a.example", 443, 'a'},
	    {"net allow **.a.example", "b.a.example", 443, 'a'},
	    {"net allow **.a.example", "ba.example", 443, 'd'},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		says(rows[i].policy, rows[i].host, rows[i].port,
		    rows[i].verdict);
}

static void
test_literals(void **state)
{
	static const struct {
		const char *policy, *host;
		char verdict;
	} rows[] = {
	    {"net allow 192.0.2.0/24", "192.0.2.0", 'a'},
	    {"net allow 192.0.2.0/24", "192.0.2.255", 'a'},
	    {"net allow 192.0.2.0/24", "192.0.3.0", 'd'},
	    {"net allow 192.0.2.0/24", "192.0.1.255", 'd'},
	    {"net allow 192.0.2.7", "192.0.2.7", 'a'},
	    {"net allow 192.0.2.7", "192.0.2.6", 'd'},
	    {"net allow 0.0.0.0/0", "203.0.113.9", 'a'},
	    {"net allow 0.0.0.0/0", "2001:db8::1", 'd'},
	    {"net allow [::]/0", "2001:db8::1", 'a'},
	    {"net allow [::]/0", "192.0.2.7", 'd'},
	    {"net allow [2001:db8::]/32", "2001:db8:ffff::1", 'a'},
	    {"net allow [2001:db8::]/32", "2001:db9::1", 'd'},
	    {"net allow [2001:db8::1]", "2001:db8::1", 'a'},
	    // Names are names, addresses addresses; * is for names, but open.
	    {"net allow **.a.example", "192.0.2.7", 'd'},
	    {"net allow 0.0.0.0/0", "a.example", 'd'},
	    {"net ask *", "192.0.2.7", 'd'},
	    {"net open", "192.0.2.7", 'a'},
	    {"net open net deny 192.0.2.0/24", "192.0.2.7", 'd'},
	};
	struct egress_answer a;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		says(rows[i].policy, rows[i].host, 443, rows[i].verdict);
	memset(&e, 0, sizeof(e));
	rules(&e.policy, "net allow a.example");
	a = ask("192.0.2.7", 443);
	assert_int_equal(a.reason, REASON_LITERAL);
	assert_int_equal(a.rule, -1);
}

static void
test_strictest(void **state)
{
	static const struct {
		const char *policy, *host;
		uint16_t port;
		char verdict;
	} rows[] = {
	    {"net allow a.example net deny a.example", "a.example", 443, 'd'},
	    {"net allow a.example net ask a.example", "a.example", 443, '?'},
	    {"net ask a.example net deny *.example", "a.example", 443, 'd'},
	    // A port not said: all of them, unless it allows.
	    {"net allow a.example:22 net deny a.example", "a.example", 22, 'd'},
	    {"net allow a.example:22 net deny a.example:443", "a.example", 22,
		'a'},
	    {"net ask a.example", "a.example", 22, '?'},
	    // * is for the rest.
	    {"net ask *", "a.example", 443, '?'},
	    {"net ask *", "a.example", 22, '?'},
	    {"net ask *:443", "a.example", 22, 'd'},
	    {"net ask * net allow a.example", "a.example", 443, 'a'},
	    {"net ask * net allow a.example", "a.example", 22, '?'},
	    {"net ask * net deny a.example", "a.example", 443, 'd'},
	    {"net deny * net allow a.example", "a.example", 443, 'a'},
	    {"net open", "a.example", 22, 'a'},
	    {"net open net ask a.example", "a.example", 22, '?'},
	    {"net open net deny **.a.example", "b.a.example", 22, 'd'},
	    {"net open net ask *", "a.example", 443, '?'},
	    {"net open net ask * net deny *", "a.example", 443, 'd'},
	    // The host's loopback is what it is called, and nothing else.
	    {"net allow host:5432", "host", 5432, 'a'},
	    {"net allow host:5432", "host", 5433, 'd'},
	    {"net allow host:5432 net deny host", "host", 5432, 'd'},
	    {"net ask host:80", "host", 80, '?'},
	    {"net open", "host", 5432, 'd'},
	    {"net ask *", "host", 5432, 'd'},
	    {"net allow host:5432", "host.example", 5432, 'd'},
	    {"net allow host:5432", "127.0.0.1", 5432, 'd'},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		says(rows[i].policy, rows[i].host, rows[i].port,
		    rows[i].verdict);
}

static uint16_t
flags_of(const char *policy, const char *host, uint16_t port)
{
	memset(&e, 0, sizeof(e));
	rules(&e.policy, policy);
	return ask(host, port).flags;
}

static void
test_flags(void **state)
{
	const uint16_t open = NET_RAW | NET_NO_SNI;

	(void)state;
	assert_int_equal(flags_of("net allow a.example", "a.example", 80), 0);
	assert_int_equal(
	    flags_of("net allow a.example raw private no-sni ech=deny",
		"a.example", 443),
	    NET_FLAG__ALL);
	assert_int_equal(flags_of("net deny a.example", "a.example", 443), 0);
	// Two that say the same: what either grants.
	assert_int_equal(
	    flags_of("net allow **.a.example raw net allow a.example private "
		     "net ask b.example no-sni",
		"a.example", 443),
	    NET_RAW | NET_PRIVATE);
	// The rule that decides, not those it is stronger than.
	assert_int_equal(
	    flags_of("net ask a.example private net allow a.example raw",
		"a.example", 443),
	    NET_PRIVATE);
	assert_int_equal(
	    flags_of("net open net allow a.example", "a.example", 443), 0);
	// What goes without saying.
	assert_int_equal(flags_of("net open", "a.example", 22), open);
	assert_int_equal(flags_of("net ask *", "a.example", 22), 0);
	assert_int_equal(
	    flags_of("net allow host:1", "host", 1), open | NET_PRIVATE);
	assert_int_equal(
	    flags_of("net allow 8.8.8.0/24", "8.8.8.8", 443), NET_NO_SNI);
	assert_int_equal(flags_of("net allow 10.1.0.0/16", "10.1.2.3", 443),
	    NET_NO_SNI | NET_PRIVATE);
	assert_int_equal(flags_of("net allow [fd00::]/8", "fd00::1", 443),
	    NET_NO_SNI | NET_PRIVATE);
	// A range that is more than private does not mean what is private.
	assert_int_equal(
	    flags_of("net allow 0.0.0.0/0", "10.1.2.3", 443), NET_NO_SNI);
	assert_int_equal(
	    flags_of("net allow 10.0.0.0/7", "10.1.2.3", 443), NET_NO_SNI);
}

static struct egress_answer
under(const char *ceiling, const char *policy, const char *host, uint16_t port)
{
	memset(&e, 0, sizeof(e));
	rules(&e.policy, policy);
	rules(&e.ceiling, ceiling);
	e.has_ceiling = 1;
	return ask(host, port);
}

static void
test_ceiling(void **state)
{
	struct egress_answer a;

	(void)state;
	a = under(
	    "net allow a.example", "net allow **.a.example", "a.example", 443);
	assert_int_equal(a.verdict, NET_ALLOW);
	assert_false(a.by_ceiling);
	assert_int_equal(a.kind, NET_DOMAIN);
	a = under("net allow a.example", "net open", "b.example", 443);
	assert_int_equal(a.verdict, NET_DENY);
	assert_int_equal(a.reason, REASON_CEILING);
	assert_int_equal(a.rule, -1);
	assert_true(a.by_ceiling);
	a = under("net open net deny b.example", "net open", "b.example", 443);
	assert_int_equal(a.reason, REASON_CEILING);
	assert_int_equal(e.ceiling.rule[a.rule].verdict, NET_DENY);
	a = under("net ask *", "net allow b.example", "b.example", 443);
	assert_int_equal(a.verdict, NET_ASK);
	assert_int_equal(a.reason, REASON_NONE);
	assert_true(a.by_ceiling);
	// Asked by both: the policy's own question.
	a = under("net ask *", "net ask b.example", "b.example", 443);
	assert_int_equal(a.verdict, NET_ASK);
	assert_false(a.by_ceiling);
	// The ceiling allows nothing by itself.
	a = under("net open", "", "b.example", 443);
	assert_int_equal(a.reason, REASON_UNLISTED);
	assert_false(a.by_ceiling);
	a = under("net open", "net deny b.example", "b.example", 443);
	assert_int_equal(a.reason, REASON_DENIED);
	assert_int_equal(
	    under("net open", "net allow host:80", "host", 80).verdict,
	    NET_DENY);
	// Rules that do not hold: an empty ceiling is for who sets that.
	assert_int_equal(
	    under("", "net open", "a.example", 443).reason, REASON_CEILING);
}

static void
test_ceiling_flags(void **state)
{
	(void)state;
	assert_int_equal(under("net open", "net allow a.example raw private",
			     "a.example", 443)
			     .flags,
	    NET_RAW);
	assert_int_equal(
	    under("net open private", "net open private", "a.example", 443)
		.flags,
	    NET_RAW | NET_PRIVATE | NET_NO_SNI);
	// What is refused, either refuses.
	assert_int_equal(
	    under("net open ech=deny", "net allow a.example", "a.example", 443)
		.flags,
	    NET_ECH_DENY);
	assert_int_equal(
	    under("net open", "net allow a.example ech=deny", "a.example", 443)
		.flags,
	    NET_ECH_DENY);
	assert_int_equal(
	    under("net ask * raw", "net allow a.example raw", "a.example", 443)
		.flags,
	    NET_RAW);
}

/* Which rule it was, and that a count beyond the room is not believed. */
static void
test_index(void **state)
{
	struct egress_question q = {.name = "a.example", .port = 443};
	struct egress_answer a;
	struct spec_net net;

	(void)state;
	rules(&net, "net allow b.example\nnet allow a.example\n"
		    "net allow **.a.example\n");
	egress_match(&net, &q, &a);
	assert_int_equal(a.rule, 1);
	assert_int_equal(net.rule[a.rule].line, 2);
	net.n = 1;
	egress_match(&net, &q, &a);
	assert_int_equal(a.rule, -1);
	memset(net.rule, 0, sizeof(net.rule));
	net.n = UINT32_MAX;
	egress_match(&net, &q, &a);
	assert_int_equal(a.rule, -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_literals),
	    cmocka_unit_test(test_strictest),
	    cmocka_unit_test(test_flags),
	    cmocka_unit_test(test_ceiling),
	    cmocka_unit_test(test_ceiling_flags),
	    cmocka_unit_test(test_index),
	};

	return cmocka_run_group_tests_name("egress", tests, NULL, NULL);
}
