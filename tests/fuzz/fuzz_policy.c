// SPDX-License-Identifier: ISC
// Any text as policy, as ceiling and as --limit: faults are whole and change
// nothing, and what is taken is sound.
#include <string.h>
#include "policy/policy.h"
#include "tests/fuzz/fuzz.h"

static void
check_fault(const struct policy_fault *f)
{
	size_t i, n = strnlen(f->text, sizeof(f->text));

	FUZZ_ASSERT(f->line >= 1 && f->column >= 1);
	FUZZ_ASSERT(n > 0 && n < sizeof(f->text));
	for (i = 0; i < n; i++)
		FUZZ_ASSERT(f->text[i] >= 0x20 && f->text[i] < 0x7f);
}

/* A policy that was read is a spec that an open ceiling admits. */
static void
check_policy(const struct policy *p)
{
	static struct policy open;
	struct policy_refusal r;

	policy_init_empty(&open);
	FUZZ_ASSERT(policy_admit(&open, &p->spec, &r));
}

/* It admits itself, unless it has a mount without a place: a ceiling. */
static void
check_ceiling(const struct policy *p)
{
	static struct spec spec;
	struct policy_refusal r;
	uint32_t i;

	FUZZ_ASSERT(p->budget.turns == 0 && p->budget.time_ms == 0);
	spec = p->spec;
	spec.nmounts = 0;
	FUZZ_ASSERT(policy_admit(p, &spec, &r));
	for (i = 0; i < p->spec.nmounts; i++) {
		spec.mount[0] = p->spec.mount[i];
		FUZZ_ASSERT(spec.mount[0].dst[0] == '\0');
		memcpy(spec.mount[0].dst, "/mnt", 5);
		spec.nmounts = 1;
		FUZZ_ASSERT(policy_admit(p, &spec, &r));
	}
}

static void
check_text(const char *text, size_t size, bool ceiling)
{
	static struct policy p, before;
	struct policy_fault f;

	if (ceiling)
		policy_init_empty(&p);
	else
		policy_init(&p);
	before = p;
	if (policy_parse(text, size, &p, &f) != 0) {
		check_fault(&f);
		FUZZ_ASSERT(memcmp(&p, &before, sizeof(p)) == 0);
	} else if (ceiling) {
		check_ceiling(&p);
	} else {
		check_policy(&p);
	}
}

static void
check_limit(const char *text, size_t size)
{
	static struct policy p;
	struct policy_fault f;
	char *s = malloc(size + 1);

	FUZZ_ASSERT(s != NULL);
	memcpy(s, text, size);
	s[size] = '\0';
	policy_init(&p);
	if (policy_parse_limit(s, &p, &f) != 0)
		check_fault(&f);
	else
		check_policy(&p);
	free(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	if (size == 0)
		text = "";
	check_text(text, size, false);
	check_text(text, size, true);
	check_limit(text, size);
	return 0;
}
