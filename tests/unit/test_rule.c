// SPDX-License-Identifier: ISC
// rule: a rule's text says the same rule, and values that no text says are
// not sound.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "policy/egress.h"
#include "policy/policy.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct spec_net_rule
rule(const char *text)
{
	static struct policy p;
	struct policy_fault f;

	policy_init(&p);
	if (policy_parse(text, strlen(text), &p, &f) != 0)
		fail_msg("%s: %u:%u: %s", text, f.line, f.column, f.text);
	assert_int_equal(p.spec.net.n, 1);
	return p.spec.net.rule[0];
}

static void
test_text(void **state)
{
	static const struct {
		const char *said, *text; /* NULL: the same */
	} rows[] = {
	    {"net allow a.example", NULL},
	    {"net deny a.example:443", NULL},
	    {"net ask *", NULL},
	    {"net deny *:25", NULL},
	    {"net open", NULL},
	    {"net open private ech=deny", NULL},
	    {"net allow *.a.example:8000-8100", NULL},
	    {"net allow **.a.example:*", NULL},
	    {"net deny *.com", NULL},
	    {"net allow host:5432", NULL},
	    {"net deny host", NULL},
	    {"net allow 192.0.2.0/24:5432", NULL},
	    {"net allow 192.0.2.1", NULL},
	    {"net allow 0.0.0.0/0", NULL},
	    {"net allow [2001:db8::]/32:443", NULL},
	    {"net allow [2001:db8::1]", NULL},
	    {"net allow [::]/0:443", NULL},
	    {"net ask a.example:22 raw private no-sni ech=deny", NULL},
	    {"net allow a.example ech=deny no-sni raw raw",
		"net allow a.example raw no-sni ech=deny"},
	    {"net allow A.Example:1-65535", "net allow a.example:*"},
	    {"net allow 192.0.2.1/32:7-7", "net allow 192.0.2.1:7"},
	    {"net allow [2001:DB8:0::1]/128", "net allow [2001:db8::1]"},
	};
	struct spec_net_rule r, again;
	char text[EGRESS_RULE_TEXT_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		r = rule(rows[i].said);
		assert_true(egress_rule_sound(&r));
		egress_rule_text(&r, text);
		assert_string_equal(
		    text, rows[i].text != NULL ? rows[i].text : rows[i].said);
		again = rule(text);
		assert_memory_equal(&r, &again, sizeof(r));
	}
}

/* The longest of all fits. */
static void
test_longest(void **state)
{
	char said[500] = "net allow **.", text[EGRESS_RULE_TEXT_MAX];
	size_t n = strlen(said), i;
	struct spec_net_rule r;

	(void)state;
	for (i = 0; i < 253; i++)
		said[n + i] = i % 2 == 0 ? 'a' : '.';
	snprintf(said + n + 253, sizeof(said) - n - 253,
	    ":10000-65535 raw private no-sni ech=deny");
	r = rule(said);
	egress_rule_text(&r, text);
	assert_string_equal(text, said);
}

static void
test_sound(void **state)
{
	const struct spec_net_rule name = rule("net allow a.example:443");
	const struct spec_net_rule cidr = rule("net allow 192.0.2.0/24");
	const struct spec_net_rule host = rule("net allow host:5432");
	const struct spec_net_rule open = rule("net open");
	struct spec_net_rule r;

	(void)state;
#define BAD(base, change)                               \
	do {                                            \
		r = base;                               \
		assert_true(egress_rule_sound(&r));     \
		change;                                 \
		if (egress_rule_sound(&r))              \
			fail_msg("sound: %s", #change); \
	} while (0)
	BAD(name, r.verdict = NET_VERDICT__COUNT);
	BAD(name, r.kind = NET_KIND__COUNT);
	BAD(name, r.kind = NET_CIDR);
	BAD(name, r.kind = NET_EVERYTHING);
	BAD(name, r.flags = 16);
	BAD(name, r.reserved = 1);
	BAD(name, r.origin = NET_ORIGIN__COUNT);
	BAD(name, r.origin = NET_FROM_PRESET);
	BAD(name, memcpy(r.preset, "pip", sizeof("pip")));
	BAD(name, (r.origin = NET_FROM_PRESET,
		      memcpy(r.preset, "Pip", sizeof("Pip"))));
	BAD(name, (r.origin = NET_FROM_PRESET, memset(r.preset, 'a', 32)));
	BAD(name, (r.verdict = NET_DENY, r.flags = NET_RAW));
	BAD(name, r.port_first = 0);
	BAD(name, r.port_first = 444);
	BAD(name, r.prefix = 1);
	BAD(name, r.addr[15] = 1);
	BAD(name, r.host[0] = '\0');
	BAD(name, r.host[0] = 'A');
	BAD(name, r.host[0] = '.');
	BAD(name, r.host[20] = 'x');
	BAD(name, memset(r.host, 'a', sizeof(r.host)));
	BAD(name, (memset(r.host, 0, sizeof(r.host)),
		      memcpy(r.host, "host", sizeof("host"))));
	BAD(name, (r.kind = NET_DOMAIN, memset(r.host + 1, 0, 20)));
	BAD(cidr, r.prefix = 129);
	BAD(cidr, r.prefix = 118);
	BAD(cidr, r.host[0] = 'a');
	BAD(host, r.port_first = r.port_last = 0);
	BAD(host, r.port_last = 65535);
	BAD(host, r.host[0] = 'h');
	BAD(open, r.port_first = r.port_last = 443);
	BAD(open, r.prefix = 1);
	r = name;
	r.origin = NET_FROM_PRESET;
	memcpy(r.preset, "a-0_z", sizeof("a-0_z"));
	assert_true(egress_rule_sound(&r));
}

/* A text of rubbish is not read beyond its room. */
static void
test_rubbish(void **state)
{
	char text[EGRESS_RULE_TEXT_MAX];
	struct spec_net_rule r;

	(void)state;
	memset(&r, 'x', sizeof(r));
	egress_rule_text(&r, text);
	assert_true(strlen(text) < sizeof(text));
	r.kind = NET_DOMAIN;
	egress_rule_text(&r, text);
	assert_true(strlen(text) < sizeof(text));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_longest),
	    cmocka_unit_test(test_sound),
	    cmocka_unit_test(test_rubbish),
	};

	return cmocka_run_group_tests_name("rule", tests, NULL, NULL);
}
