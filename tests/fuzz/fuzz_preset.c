// SPDX-License-Identifier: ISC
// Any text where a tool's configuration has URLs: what becomes of it is a text
// of rules, each of which allows one name or address, and one port.
#include <string.h>
#include "policy/egress.h"
#include "policy/policy.h"
#include "src/egress/hostfile.h"
#include "src/egress/preset.h"
#include "tests/fuzz/fuzz.h"

static void
check_rule(const struct spec_net_rule *r)
{
	FUZZ_ASSERT(egress_rule_sound(r));
	FUZZ_ASSERT(r->verdict == NET_ALLOW);
	FUZZ_ASSERT(
	    r->kind == NET_NAME || (r->kind == NET_CIDR && r->prefix == 128));
	FUZZ_ASSERT(r->port_first != 0 && r->port_first == r->port_last);
}

/* Lines and settings stay within the text. */
static void
check_lines(const char *text, size_t size)
{
	struct hostfile_setting s;
	struct hostfile_line l = {0};

	while (hostfile_line(&l, text)) {
		FUZZ_ASSERT(l.s >= text && l.s + l.len <= text + size);
		FUZZ_ASSERT(memchr(l.s, '\n', l.len) == NULL);
		if (!hostfile_setting(l.s, l.len, '=', &s))
			continue;
		FUZZ_ASSERT(s.key >= l.s && s.value >= s.key + s.key_len);
		FUZZ_ASSERT(s.value + s.value_len <= l.s + l.len);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct preset_where nowhere;
	static struct policy p;
	struct preset o = {.name = "some", .where = &nowhere};
	struct policy_fault f;
	char *text = malloc(size + 1);
	uint32_t i;

	FUZZ_ASSERT(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	check_lines(text, strlen(text));
	o.rules = open_memstream(&o.text, &o.len);
	o.told = open_memstream(&o.notes, &o.notes_len);
	FUZZ_ASSERT(o.rules != NULL && o.told != NULL);
	preset_urls(&o, text, size, PRESET_CONFIGURED, text);
	preset_host(&o, text, size, 443, PRESET_BUILT_IN, "x");
	FUZZ_ASSERT(fflush(o.rules) == 0 && fflush(o.told) == 0);
	policy_init(&p);
	if (o.nrules <= SPEC_NET_MAX) {
		FUZZ_ASSERT(
		    policy_parse_rules(o.text, o.len, "some", &p, &f) == 0);
		FUZZ_ASSERT(p.spec.net.n == o.nrules);
	}
	for (i = 0; i < p.spec.net.n; i++)
		check_rule(&p.spec.net.rule[i]);
	preset_free(&o);
	free(text);
	return 0;
}
