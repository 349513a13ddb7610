// SPDX-License-Identifier: ISC
// statement_net: rules, include and expect lines of a policy, --net, and the
// place and words of each fault.
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

static struct policy p, before;
static struct policy_fault f;

static void
good(const char *text)
{
	policy_init(&p);
	if (policy_parse(text, strlen(text), &p, &f) != 0)
		fail_msg("%s: %u:%u: %s", text, f.line, f.column, f.text);
}

static void
is_fault(const char *text, const char *fault)
{
	char got[300];

	snprintf(got, sizeof(got), "%u:%u: %s", f.line, f.column, f.text);
	if (strncmp(got, fault, strlen(fault)) != 0)
		fail_msg("%s\n got %s\nnot %s", text, got, fault);
	assert_memory_equal(&p, &before, sizeof(p));
}

/* A fault that begins so, and p as it was. */
static void
bad(const char *text, const char *fault)
{
	policy_init(&before);
	memcpy(&p, &before, sizeof(p));
	if (policy_parse(text, strlen(text), &p, &f) != -1)
		fail_msg("\"%s\" was taken", text);
	is_fault(text, fault);
}

static void
test_rules(void **state)
{
	const struct spec_net_rule *r = p.spec.net.rule;

	(void)state;
	good("# net\nnet allow a.example limit time 3s net deny b.example:25\n"
	     "net ask * raw\n");
	assert_int_equal(p.spec.net.n, 3);
	assert_true(p.spec.limit[LIMIT_TIME] == 3000);
	assert_int_equal(r[0].line, 2);
	assert_int_equal(r[0].verdict, NET_ALLOW);
	assert_int_equal(r[0].kind, NET_NAME);
	assert_string_equal(r[0].host, "a.example");
	assert_int_equal(r[0].port_first, 0);
	assert_int_equal(r[0].origin, NET_FROM_POLICY);
	assert_int_equal(r[1].verdict, NET_DENY);
	assert_int_equal(r[1].port_first, 25);
	assert_int_equal(r[1].port_last, 25);
	assert_int_equal(r[2].line, 3);
	assert_int_equal(r[2].verdict, NET_ASK);
	assert_int_equal(r[2].kind, NET_EVERYTHING);
	assert_int_equal(r[2].flags, NET_RAW);
	// Over what is there.
	assert_int_equal(policy_parse("net open", 8, &p, &f), 0);
	assert_int_equal(p.spec.net.n, 4);
	good("net allow \"limit\" net allow xn--bcher-kva.example");
	assert_string_equal(r[0].host, "limit");
}

static void
test_bad_rules(void **state)
{
	static const struct {
		const char *text, *fault;
	} rows[] = {
	    {"net", "1:1: \"net\" lacks a word; the form is: net allow|deny"},
	    {"net allow", "1:5: \"net allow\" lacks a destination"},
	    {"net open a.example", "1:10: unknown flag of a rule"},
	    {"net alow a.example",
		"1:5: unknown verdict \"alow\"; did you mean \"allow\"?"},
	    {"net permit a.example",
		"1:5: unknown verdict \"permit\"; there are deny, ask, allow, "
		"open"},
	    {"net allow a.example rav",
		"1:21: unknown flag of a rule \"rav\"; did you mean \"raw\"?"},
	    {"net allow a.example raw private no-sni ech=deny raw",
		"1:49: unexpected \"raw\"; the form is:"},
	    {"net deny a.example raw",
		"1:20: a rule that denies grants nothing: leave \"raw\" out"},
	    {"net allow *",
		"1:11: \"*\" would open everything: say \"net open\" if"},
	    {"net allow *:443", "1:11: \"*:443\" would open everything"},
	    {"net allow *.example",
		"1:11: \"*.example\" is everything below one label"},
	    {"net allow **.example:443", "1:11: \"**.example:443\" is everyth"},
	    {"net allow a.*.example", "1:11: \"a.*.example\" has a * in anoth"},
	    {"net allow ***.a.example", "1:11: \"***.a.example\" has a * in a"},
	    {"net allow api-*.a.example", "1:11: \"api-*.a.example\" has a *"},
	    {"net ask *.", "1:9: \"*.\" "},
	    {"net ask **", "1:9: \"**\" has a *"},
	    {"net allow \"\"", "1:11: \"\" is empty"},
	    {"net allow :443", "1:11: \":443\" "},
	    {"net allow a.example:", "1:11: \"a.example:\" has no port behin"},
	    {"net allow a.example:0", "1:11: \"a.example:0\" has no port"},
	    {"net allow a.example:65536", "1:11: \"a.example:65536\" has no p"},
	    {"net allow a.example:0443", "1:11: \"a.example:0443\" has no por"},
	    {"net allow a.example:http", "1:11: \"a.example:http\" has no por"},
	    {"net allow a.example:9-8", "1:11: \"a.example:9-8\" has no range"},
	    {"net allow a.example:9-", "1:11: \"a.example:9-\" has no range"},
	    {"net allow a.example:-9", "1:11: \"a.example:-9\" has no port"},
	    {"net allow a.example:+9", "1:11: \"a.example:+9\" has no port"},
	    {"net allow https://a.example/", "1:11: \"https://a.example/\" is "
					     "a URL: a rule is HOST[:PORT]"},
	    {"net allow git@a.example:22", "1:11: \"git@a.example:22\" names "
					   "a user"},
	    {"net allow a.example/24", "1:11: \"a.example/24\" has a /, whi"},
	    {"net allow a.example/x:443", "1:11: \"a.example/x:443\" has a /"},
	    {"net ask */8", "1:9: \"*/8\" has a /"},
	    {"net allow b\xc3\xbc"
	     "cher.example",
		"1:11: \"b\?\?cher.example\" is not ASCII: write the name's "
		"A-label (xn--...)"},
	    {"net allow a..example", "1:11: \"a..example\" "},
	    {"net allow -", "1:11: \"-\" "},
	    {"net allow localhost:5432",
		"1:11: \"localhost:5432\" is the sandbox itself, inside"},
	    {"net allow a.localhost", "1:11: \"a.localhost\" is the sandbox"},
	    {"net allow *.host", "1:11: \"*.host\" alone means the host's"},
	    {"net allow host", "1:11: \"host\" must name the service's port"},
	    {"net ask host:*", "1:9: \"host:*\" must name the service's port"},
	    {"net allow host:1-65", "1:11: \"host:1-65\" must name the serv"},
	    {"net allow host/8:1", "1:11: \"host/8:1\" has a /"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		bad(rows[i].text, rows[i].fault);
}

static void
test_bad_addresses(void **state)
{
	static const struct {
		const char *text, *fault;
	} rows[] = {
	    {"net allow 192.0.2.1/24", "1:11: \"192.0.2.1/24\" has bits set"},
	    {"net allow 192.0.2.0/33", "1:11: \"192.0.2.0/33\" has no prefix"},
	    {"net allow 192.0.2.0/", "1:11: \"192.0.2.0/\" has no prefix"},
	    {"net allow 192.0.2.0/+8", "1:11: \"192.0.2.0/+8\" has no prefix"},
	    {"net allow 192.0.2.0/8/8", "1:11: \"192.0.2.0/8/8\" has no pref"},
	    {"net allow 192.0.2.0:80/24", "1:11: \"192.0.2.0:80/24\" has no "
					  "port"},
	    {"net allow 192.0.2", "1:11: \"192.0.2\" "},
	    {"net allow 0300.0.2.1", "1:11: \"0300.0.2.1\" "},
	    {"net allow 0xc0000201", "1:11: \"0xc0000201\" "},
	    {"net allow 3221225985", "1:11: \"3221225985\" "},
	    {"net allow 2001:db8::1", "1:11: \"2001:db8::1\" has more than "
				      "one colon: an IPv6 address stands in"},
	    {"net allow [2001:db8::1", "1:11: \"[2001:db8::1\" has no ]"},
	    {"net allow [2001:db8::1]443", "1:11: \"[2001:db8::1]443\" has so"},
	    {"net allow [2001:db8::1]/129", "1:11: \"[2001:db8::1]/129\" has "
					    "no prefix"},
	    {"net allow [2001:db8::1]/32", "1:11: \"[2001:db8::1]/32\" has b"},
	    {"net allow [a.example]", "1:11: \"[a.example]\" has no IPv6"},
	    {"net allow [*]:443", "1:11: \"[*]:443\" has no IPv6"},
	    {"net allow [host]:443", "1:11: \"[host]:443\" has no IPv6"},
	    {"net allow [::ffff:192.0.2.1]", "1:11: \"[::ffff:192.0.2.1]\" is "
					     "an IPv4 address"},
	    {"net allow [fe80::1%eth0]", "1:11: \"[fe80::1%eth0]\" has no IPv"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		bad(rows[i].text, rows[i].fault);
}

static void
test_too_many(void **state)
{
	static char text[SPEC_NET_MAX * 16 + 100];
	size_t i, n = 0;

	(void)state;
	for (i = 0; i < SPEC_NET_MAX; i++)
		n += (size_t)snprintf(
		    text + n, sizeof(text) - n, "net ask a.b\n");
	good(text);
	assert_int_equal(p.spec.net.n, SPEC_NET_MAX);
	snprintf(text + n, sizeof(text) - n, "net ask *");
	bad(text, "257:1: more than 256 rules of the network");
	n = 0;
	for (i = 0; i <= POLICY_INCLUDES_MAX; i++)
		n +=
		    (size_t)snprintf(text + n, sizeof(text) - n, "include a\n");
	bad(text, "33:1: more than 32 include lines");
	n = 0;
	for (i = 0; i <= POLICY_EXPECTS_MAX; i++)
		n += (size_t)snprintf(
		    text + n, sizeof(text) - n, "expect deny net a.b:1\n");
	bad(text, "65:1: more than 64 expect lines");
}

static void
test_expect(void **state)
{
	(void)state;
	good("net allow a.example\nexpect allow net a.example:443\n"
	     "expect deny net a.example:22 expect deny net 192.0.2.1:443\n"
	     "net ask host:80 expect ask net host:80\n"
	     "net allow [2001:db8::]/32 expect allow net [2001:db8::1]:80");
	assert_int_equal(p.nexpects, 5);
	// Wherever the rules stand.
	good("expect allow net a.example:443\nnet allow a.example");
	bad("net allow a.example\n\nexpect deny net a.example:443",
	    "3:17: a.example:443 is allowed, not denied as expected: \"net "
	    "allow a.example\" says so (line 1)");
	bad("expect allow net a.example:22\nnet allow a.example",
	    "1:18: a.example:22 is denied, not allowed as expected: no rule "
	    "names it");
	bad("expect allow net 192.0.2.1:22",
	    "1:18: 192.0.2.1:22 is denied, not allowed as expected: no rule "
	    "names it");
	bad("expect allow net a.example", "1:18: \"a.example\" must name one");
	bad("expect allow net a.example:1-2", "1:18: \"a.example:1-2\" must n");
	bad("expect allow net *.a.example:1", "1:18: \"*.a.example:1\" is not");
	bad("expect allow net *:1", "1:18: \"*:1\" is not one name");
	bad("expect allow net 192.0.2.0/24:1", "1:18: \"192.0.2.0/24:1\" is a");
	bad("expect allow a.example:1", "1:1: \"expect\" lacks a word");
	bad("expect allow a.example:1 x",
	    "1:14: unknown thing to expect of \"a.example:1\"; there are net");
	bad("expect yes net a.example:1", "1:8: unknown verdict \"yes\"");
	bad("expect open net a.example:1", "1:8: unknown verdict \"open\"");
	bad("expect", "1:1: \"expect\" lacks a word; the form is: expect all");
}

static void
test_include(void **state)
{
	(void)state;
	good("net allow a.example\ninclude preset:pip-2_x\n"
	     "include \"../some rules\" include /etc/x\n"
	     "expect allow net b.example:443\n");
	assert_int_equal(p.nincludes, 3);
	assert_int_equal(p.include[0].preset, 1);
	assert_int_equal(p.include[0].line, 2);
	assert_int_equal(p.include[0].column, 9);
	assert_string_equal(p.include[0].name, "pip-2_x");
	assert_int_equal(p.include[1].preset, 0);
	assert_string_equal(p.include[1].name, "../some rules");
	assert_string_equal(p.include[2].name, "/etc/x");
	// What is included may yet allow it; later it is asked for.
	assert_int_equal(policy_expect(&p, &f), -1);
	assert_int_equal(f.line, 4);
	bad("include", "1:1: \"include\" lacks a word");
	bad("include \"\"", "1:9: \"\" is empty");
	bad("include preset:", "1:9: \"preset:\" names no preset");
	bad("include preset:Pip", "1:9: \"preset:Pip\" is no name of a preset");
	bad("include preset:../x", "1:9: \"preset:../x\" is no name of a pres");
	bad("include preset:a1234567890123456789012345678901",
	    "1:9: \"preset:a1234567890123456789012345678901\" is too long");
	policy_init_empty(&before);
	memcpy(&p, &before, sizeof(p));
	assert_int_equal(policy_parse("include x", 9, &p, &f), -1);
	is_fault("include x", "1:1: a ceiling is one file");
}

static void
test_ceiling(void **state)
{
	static const char text[] = "net open net deny a.example "
				   "expect deny net a.example:22";

	(void)state;
	policy_init_empty(&p);
	assert_int_equal(policy_parse(text, sizeof(text) - 1, &p, &f), 0);
	assert_int_equal(p.spec.net.n, 2);
	assert_int_equal(policy_parse(text, 9, &p, &f), 0);
	policy_init_empty(&before);
	memcpy(&p, &before, sizeof(p));
	assert_int_equal(
	    policy_parse("expect allow net a.b:1", 22, &p, &f), -1);
	is_fault("ceiling", "1:18: a.b:1 is denied");
}

static void
test_included(void **state)
{
	static const char text[] = "net allow b.example\ninclude y\n";
	const struct spec_net_rule *r = p.spec.net.rule;

	(void)state;
	good("net allow a.example");
	assert_int_equal(
	    policy_parse_rules(text, sizeof(text) - 1, "pip", &p, &f), 0);
	assert_int_equal(p.spec.net.n, 2);
	assert_int_equal(p.nincludes, 1);
	assert_int_equal(r[0].origin, NET_FROM_POLICY);
	assert_int_equal(r[1].origin, NET_FROM_PRESET);
	assert_string_equal(r[1].preset, "pip");
	assert_true(egress_rule_sound(&r[1]));
	assert_int_equal(policy_parse_rules("net open", 8, NULL, &p, &f), 0);
	assert_int_equal(r[2].origin, NET_FROM_POLICY);
	policy_init(&before);
	memcpy(&p, &before, sizeof(p));
	assert_int_equal(
	    policy_parse_rules("\nlimit time 3s", 14, "pip", &p, &f), -1);
	is_fault("limit", "2:1: \"limit\" cannot stand in an included text");
	assert_int_equal(
	    policy_parse_rules("net open x", 10, "pip", &p, &f), -1);
	is_fault("net open x", "1:10: unknown flag");
}

static void
test_option(void **state)
{
	static const char *const bads[][2] = {
	    {"", "1:1: this is no rule; write allow=HOST"},
	    {"a.example", "1:1: unknown verdict \"a.example\""},
	    {"allow", "1:1: \"net allow\" lacks a destination"},
	    {"allow=", "1:1: \"net allow\" lacks a destination"},
	    {"allow=*", "1:7: \"*\" would open everything"},
	    {"allow=a.example,rav", "1:17: unknown flag"},
	    {"preset:", "1:1: \"preset:\" names no preset"},
	    {"preset:a b", "1:1: this is no rule"},
	    {"open=a.example", "1:6: unknown flag"},
	};
	const struct spec_net_rule *r = p.spec.net.rule;
	char text[EGRESS_RULE_TEXT_MAX];
	size_t i;

	(void)state;
	good("net allow a.example");
	assert_int_equal(
	    policy_parse_net("allow=b.example:443,raw,ech=deny", &p, &f), 0);
	assert_int_equal(policy_parse_net("ask *", &p, &f), 0);
	assert_int_equal(policy_parse_net("open", &p, &f), 0);
	assert_int_equal(policy_parse_net("preset:pip", &p, &f), 0);
	assert_int_equal(p.spec.net.n, 4);
	egress_rule_text(&r[1], text);
	assert_string_equal(text, "net allow b.example:443 raw ech=deny");
	assert_int_equal(r[1].origin, NET_FROM_OPTION);
	assert_int_equal(r[2].kind, NET_EVERYTHING);
	assert_int_equal(p.nincludes, 1);
	assert_string_equal(p.include[0].name, "pip");
	for (i = 0; i < COUNT(bads); i++) {
		policy_init(&before);
		memcpy(&p, &before, sizeof(p));
		if (policy_parse_net(bads[i][0], &p, &f) != -1)
			fail_msg("\"%s\" was taken", bads[i][0]);
		is_fault(bads[i][0], bads[i][1]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rules),
	    cmocka_unit_test(test_bad_rules),
	    cmocka_unit_test(test_bad_addresses),
	    cmocka_unit_test(test_too_many),
	    cmocka_unit_test(test_expect),
	    cmocka_unit_test(test_include),
	    cmocka_unit_test(test_ceiling),
	    cmocka_unit_test(test_included),
	    cmocka_unit_test(test_option),
	};

	return cmocka_run_group_tests_name("statement_net", tests, NULL, NULL);
}
