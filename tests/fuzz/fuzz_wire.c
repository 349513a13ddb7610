// SPDX-License-Identifier: ISC
// Any bytes as a message: what is taken is of the table, of its exact size,
// and every part of it is what its reader relies on.
//
// Input: the ways, how many descriptors came, then header and body.
#include <string.h>
#include "jail/wire/wire.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/raw.h"

static void
check_part(const struct raw_part *part, const char *at)
{
	size_t i, n = strnlen(at, part->size);
	uint32_t v;

	if (part->kind == NAME) {
		FUZZ_ASSERT(n > 0 && n < part->size);
		for (i = n; i < part->size; i++)
			FUZZ_ASSERT(at[i] == '\0');
		return;
	}
	if (part->kind == ZERO) {
		for (i = 0; i < part->size; i++)
			FUZZ_ASSERT(at[i] == '\0');
		return;
	}
	for (i = 0; i < part->size; i += sizeof(v)) {
		memcpy(&v, at + i, sizeof(v));
		FUZZ_ASSERT(v < (part->kind == BOOL ? 2 : WIRE_BY__COUNT));
	}
}

static void
check_taken(const struct wire_msg *m, size_t size, unsigned nfds, unsigned ways)
{
	const struct wire_info *w = wire_info(m->h.type);
	const struct raw_part *part;

	FUZZ_ASSERT(w != NULL && (w->way & ways) != 0);
	FUZZ_ASSERT(size == sizeof(m->h) + w->len && m->h.len == w->len);
	FUZZ_ASSERT(nfds == w->nfds && m->h.nfds == nfds);
	FUZZ_ASSERT(m->h.version == WIRE_VERSION && m->h.reserved == 0);
	for (part = raw_parts; part->name != NULL; part++)
		if (part->type == w->type)
			check_part(part, (const char *)&m->u + part->at);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct wire_msg m;
	struct err e;
	unsigned ways, nfds;

	if (size < 2 || size - 2 > sizeof(m.h) + sizeof(m.u))
		return 0;
	ways = data[0];
	nfds = data[1];
	size -= 2;
	// Rests of an earlier message must not make a short one whole.
	memset(&m, 0, sizeof(m));
	memcpy(&m, data + 2, size);
	memset(&e, 0xff, sizeof(e));
	if (wire_check(&m, size, nfds, ways, &e) == 0) {
		check_taken(&m, size, nfds, ways);
		return 0;
	}
	FUZZ_ASSERT(e.code == ERR_PROTOCOL && e.sys_errno == 0);
	FUZZ_ASSERT(e.text[0] != '\0');
	FUZZ_ASSERT(strnlen(e.text, sizeof(e.text)) < sizeof(e.text));
	return 0;
}
