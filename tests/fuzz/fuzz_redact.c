// SPDX-License-Identifier: ISC
// Any bytes looked through for secrets: the same whole, cut up, and told in
// the middle of lines; and what was struck out is not found again.
#include <string.h>
#include "src/agent/redact.h"
#include "tests/fuzz/fuzz.h"

static size_t
feed(const char *p, size_t n, size_t piece, bool flush, struct text *out)
{
	struct redact r = {0};
	size_t at, take;

	for (at = 0; at < n; at += take) {
		take = piece < n - at ? piece : n - at;
		redact_add(&r, out, p + at, take);
		if (flush)
			redact_flush(&r, out);
	}
	redact_end(&r, out);
	return r.count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data;
	autotext struct text whole = {0};
	size_t n = feed(p, size, size, false, &whole), piece;

	if (n == 0)
		FUZZ_ASSERT(
		    whole.len == size && memcmp(text_of(&whole), p, size) == 0);
	for (piece = 1; piece <= 16; piece += 5) {
		autotext struct text cut = {0}, told = {0};

		FUZZ_ASSERT(feed(p, size, piece, false, &cut) == n);
		FUZZ_ASSERT(
		    cut.len == whole.len &&
		    memcmp(text_of(&cut), text_of(&whole), cut.len) == 0);
		// Who tells what is sure tells no less, and no secret more.
		if (feed(p, size, piece, true, &told) == 0)
			FUZZ_ASSERT(n == 0 && told.len == size);
	}
	return 0;
}
