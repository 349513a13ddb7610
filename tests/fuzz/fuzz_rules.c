// SPDX-License-Identifier: ISC
// Rules of the network, read from any text or made up from a seed: sound, the
// same again from their own text, and of one mind with a second reading of
// them about thousands of destinations.
#include <string.h>
#include "policy/egress.h"
#include "policy/hostname.h"
#include "policy/policy.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/naive.h"

static uint64_t state;

static unsigned
random_below(unsigned n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(state >> 33) % n;
}

static void
check_same(const struct spec_net_rule *r)
{
	static struct policy p;
	char text[EGRESS_RULE_TEXT_MAX];
	struct spec_net_rule again;
	struct policy_fault f;

	FUZZ_ASSERT(egress_rule_sound(r));
	egress_rule_text(r, text);
	policy_init(&p);
	FUZZ_ASSERT(policy_parse(text, strlen(text), &p, &f) == 0);
	FUZZ_ASSERT(p.spec.net.n == 1);
	again = p.spec.net.rule[0];
	again.line = r->line;
	again.origin = r->origin;
	memcpy(again.preset, r->preset, sizeof(again.preset));
	// 1 to 65535 and no port at all are two texts, and stay two rules.
	FUZZ_ASSERT(memcmp(&again, r, sizeof(again)) == 0);
}

static void
ask(const struct egress_policy *e, const struct egress_question *q)
{
	struct egress_answer a;

	egress_decide(e, q, &a);
	FUZZ_ASSERT(a.verdict == naive_decide(e, q));
	FUZZ_ASSERT((a.verdict == NET_DENY) == (a.reason != REASON_NONE));
	FUZZ_ASSERT(a.verdict != NET_DENY || a.flags == 0);
	FUZZ_ASSERT((a.flags & ~NET_FLAG__ALL) == 0);
	FUZZ_ASSERT(a.rule < (int)(a.by_ceiling ? e->ceiling.n : e->policy.n));
	egress_match(&e->policy, q, &a);
	FUZZ_ASSERT(a.verdict == naive_match(&e->policy, q));
}

/* Around where it changes its mind. */
static uint16_t
some_port(const struct spec_net_rule *r)
{
	const uint16_t ports[] = {80, 443, 22, r->port_first, r->port_last,
	    (uint16_t)(r->port_first - 1), (uint16_t)(r->port_last + 1), 65535};

	return ports[random_below(sizeof(ports) / sizeof(ports[0]))];
}

/* The rule's name, one below, beside and above it. */
static void
some_name(const struct spec_net_rule *r, char out[SPEC_NET_HOST_MAX])
{
	static const char *const forms[][2] = {{"", ""}, {"a.", ""},
	    {"b.a.", ""}, {"a", ""}, {"", ".a"}, {"x-", ""}};
	const char *host = r->host[0] != '\0' ? r->host : "host", *why;
	char text[2 * SPEC_NET_HOST_MAX];
	const char *dot = strchr(host, '.');
	unsigned form = random_below(6);

	if (random_below(4) == 0 && dot != NULL)
		host = dot + 1;
	snprintf(
	    text, sizeof(text), "%s%s%s", forms[form][0], host, forms[form][1]);
	if (hostname_normal(text, strlen(text), out, &why) != 0)
		snprintf(out, SPEC_NET_HOST_MAX, "%s", "other.example");
}

static void
some_address(const struct spec_net_rule *r, uint8_t out[16])
{
	unsigned near = r->prefix > 0 ? r->prefix - 1u : 0, at;

	memcpy(out, r->addr, 16);
	if (random_below(8) == 0)
		memcpy(out, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
	// The last bit that counts, the first that does not, or any.
	at = random_below(3) == 0 ? random_below(128)
				  : (near + random_below(2)) % 128;
	if (random_below(4) != 0)
		out[at / 8] ^= (uint8_t)(0x80 >> at % 8);
}

static void
ask_around(const struct egress_policy *e, const struct spec_net_rule *r)
{
	struct egress_question q;
	char name[SPEC_NET_HOST_MAX];
	uint8_t addr[16];
	unsigned i;

	for (i = 0; i < 24; i++) {
		q.port = some_port(r);
		q.addr = addr;
		some_address(r, addr);
		some_name(r, name);
		q.name = random_below(3) == 0 ? NULL : name;
		ask(e, &q);
	}
}

/* The first half of the rules as policy, the other as ceiling; and so on. */
static void
check_rules(const struct spec_net *net)
{
	static struct egress_policy e;
	uint32_t i, half = net->n / 2;

	for (i = 0; i < net->n; i++)
		check_same(&net->rule[i]);
	e.has_ceiling = 0;
	e.policy = *net;
	e.ceiling.n = 0;
	for (i = 0; i < net->n && i < 8; i++)
		ask_around(&e, &net->rule[i]);
	e.has_ceiling = 1;
	e.policy.n = half;
	e.ceiling.n = net->n - half;
	memcpy(e.ceiling.rule, &net->rule[half],
	    e.ceiling.n * sizeof(net->rule[0]));
	for (i = 0; i < net->n && i < 8; i++)
		ask_around(&e, &net->rule[i]);
}

static void
check_text(const char *text, size_t size)
{
	static struct policy p;
	struct policy_fault f;

	policy_init(&p);
	if (policy_parse(text, size, &p, &f) == 0)
		check_rules(&p.spec.net);
	policy_init(&p);
	if (policy_parse_rules(text, size, "some", &p, &f) == 0)
		check_rules(&p.spec.net);
}

static size_t
made_up_rule(char *out, size_t size)
{
	static const char *const verdicts[] = {"allow", "allow", "deny", "ask"};
	static const char *const hosts[] = {"a.example", "*.a.example",
	    "**.a.example", "b.a.example", "*.b.a.example", "xa.example",
	    "host", "*", "192.0.2.0/24", "192.0.2.128/25", "192.0.2.129",
	    "0.0.0.0/0", "10.0.0.0/8", "[2001:db8::]/32", "[2001:db8::1]",
	    "[::]/0", "a.example.a"};
	static const char *const ports[] = {"", "", "", ":443", ":80", ":22",
	    ":*", ":1-79", ":80-443", ":65535"};
	static const char *const flags[] = {"", "", " raw", " private",
	    " no-sni raw", " ech=deny", " raw private no-sni ech=deny"};
	const char *verdict = verdicts[random_below(4)];
	bool deny = strcmp(verdict, "deny") == 0;
	int n;

	if (random_below(12) == 0)
		n = snprintf(out, size, "net open%s\n", flags[random_below(7)]);
	else
		n = snprintf(out, size, "net %s %s%s%s\n", verdict,
		    hosts[random_below(17)], ports[random_below(10)],
		    deny ? "" : flags[random_below(7)]);
	return n > 0 && (size_t)n < size ? (size_t)n : 0;
}

/* Rules that may not be are left out, each by itself. */
static void
check_made_up(void)
{
	static struct policy p;
	struct policy_fault f;
	unsigned rules = random_below(12), i;
	char line[200];
	size_t n;

	policy_init(&p);
	for (i = 0; i < rules; i++) {
		n = made_up_rule(line, sizeof(line));
		if (policy_parse(line, n, &p, &f) != 0)
			FUZZ_ASSERT(f.text[0] != '\0');
	}
	check_rules(&p.spec.net);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = size > 0 ? (const char *)data : "";
	unsigned i;

	state = size;
	for (i = 0; i < size && i < 16; i++)
		state = state * 257 + data[i];
	// NUL, which no text has: a seed.
	if (size > 0 && data[0] == '\0')
		for (i = 0; i < 25; i++)
			check_made_up();
	else
		check_text(text, size);
	return 0;
}
