// SPDX-License-Identifier: ISC
// Which name counts, by what the first bytes say.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "jail/egress/inspect.h"
#include "policy/address.h"

static struct egress_policy policy;
static const struct target named = {
    .name = "srv.test", .port = 80, .from = "dns"};
static struct target literal = {.literal = true, .port = 80};

static enum inspect
look(const struct target *t, uint16_t flags, const char *text,
    struct inspected *s)
{
	struct inspect_as as = {&policy, t, flags};

	memset(s, 0, sizeof(*s));
	return inspect_first(&as, (const uint8_t *)text, strlen(text), s);
}

static void
test_http(void **state)
{
	static const struct {
		const char *text;
		enum inspect want;
		enum reason why;
	} rows[] = {
	    {"", INSPECT_MORE, REASON_NONE},
	    {"GET / HT", INSPECT_MORE, REASON_NONE},
	    {"GET / HTTP/1.1\r\nHost: srv.test\r\n\r\n", INSPECT_PASS,
		REASON_NONE},
	    {"GET / HTTP/1.1\r\nHost: SRV.test.:80\r\n\r\n", INSPECT_PASS,
		REASON_NONE},
	    {"GET http://srv.test/ HTTP/1.1\r\nHost: srv.test\r\n\r\n",
		INSPECT_PASS, REASON_NONE},
	    {"GET / HTTP/1.1\r\nHost: srv.test:8080\r\n\r\n", INSPECT_REFUSE,
		REASON_HOST},
	    {"GET / HTTP/1.1\r\nHost: srv.test.evil.test\r\n\r\n",
		INSPECT_REFUSE, REASON_HOST},
	    {"GET / HTTP/1.1\r\nHost: 25.0.0.1\r\n\r\n", INSPECT_REFUSE,
		REASON_HOST},
	    {"CONNECT srv.test:80 HTTP/1.1\r\n\r\n", INSPECT_REFUSE,
		REASON_HOST},
	    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", INSPECT_REFUSE, REASON_H2C},
	    {"GET / HTTP/1.1\nHost: srv.test\n\n", INSPECT_REFUSE, REASON_HTTP},
	    {"\x01\x02\x03\x04 neither", INSPECT_REFUSE, REASON_PROTOCOL},
	};
	struct inspected s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (look(&named, 0, rows[i].text, &s) != rows[i].want ||
		    s.reason != rows[i].why)
			fail_msg("%s: %s", rows[i].text, reason_word(s.reason));
	}
}

static void
test_proxy(void **state)
{
	struct inspected s;

	(void)state;
	assert_int_equal(
	    look(NULL, 0, "CONNECT a.test:444 HTTP/1.1\r\n\r\n", &s),
	    INSPECT_TARGET);
	assert_string_equal(s.target.name, "a.test");
	assert_int_equal(s.target.port, 444);
	assert_string_equal(s.target.from, "connect");
	assert_int_equal(look(NULL, 0,
			     "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n"
			     "\r\n",
			     &s),
	    INSPECT_TARGET);
	assert_int_equal(s.target.port, 80);
	assert_string_equal(s.target.from, "uri");
	assert_int_equal(
	    look(NULL, 0, "CONNECT 25.0.0.1:443 HTTP/1.1\r\n\r\n", &s),
	    INSPECT_TARGET);
	assert_true(s.target.literal);
	assert_int_equal(
	    look(NULL, 0, "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n", &s),
	    INSPECT_REFUSE);
	assert_int_equal(s.reason, REASON_HTTP);
}

// An address: Host is the same one, or a name that is allowed by itself.
static void
test_literal(void **state)
{
	struct inspected s;

	(void)state;
	assert_int_equal(address_parse("25.0.0.1", 8, literal.addr), 0);
	policy.policy.n = 1;
	policy.policy.rule[0] = (struct spec_net_rule){
	    .verdict = NET_ALLOW,
	    .kind = NET_NAME,
	    .host = "ok.test",
	};
	assert_int_equal(
	    look(&literal, 0, "GET / HTTP/1.1\r\nHost: 25.0.0.1\r\n\r\n", &s),
	    INSPECT_PASS);
	assert_int_equal(
	    look(&literal, 0, "GET / HTTP/1.1\r\nHost: 25.0.0.2\r\n\r\n", &s),
	    INSPECT_REFUSE);
	assert_int_equal(
	    look(&literal, 0, "GET / HTTP/1.1\r\nHost: ok.test\r\n\r\n", &s),
	    INSPECT_PASS);
	assert_int_equal(
	    look(&literal, 0, "GET / HTTP/1.1\r\nHost: no.test\r\n\r\n", &s),
	    INSPECT_REFUSE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_http),
	    cmocka_unit_test(test_proxy),
	    cmocka_unit_test(test_literal),
	};

	return cmocka_run_group_tests_name("inspect", tests, NULL, NULL);
}
