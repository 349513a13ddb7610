// SPDX-License-Identifier: ISC
// Any bytes as a stream of events: the same ones come out whole and cut up,
// each of them valid UTF-8 and no larger than the maximum.
#include <string.h>
#include "src/model/sse.h"
#include "src/model/utf8.h"
#include "tests/fuzz/fuzz.h"

#define MAXIMUM 64

/* A digest of all events, in their order. */
struct seen {
	uint64_t hash;
	size_t events;
};

static int
on_event(void *arg, const char *data, size_t len)
{
	struct seen *s = arg;
	size_t i;

	// A byte that is no character becomes three.
	FUZZ_ASSERT(len <= 3 * MAXIMUM && data[len] == '\0');
	FUZZ_ASSERT(utf8_valid(data, len));
	for (i = 0; i < len; i++)
		s->hash = (s->hash ^ (unsigned char)data[i]) * 1099511628211u;
	s->hash = (s->hash ^ 256) * 1099511628211u;
	s->events++;
	return 0;
}

static int
feed(const char *p, size_t n, size_t piece, struct seen *seen)
{
	struct err e = {0};
	struct sse s;
	size_t at, take;
	int r = 0;

	memset(seen, 0, sizeof(*seen));
	sse_begin(&s, MAXIMUM, on_event, seen);
	for (at = 0; at < n && r == 0; at += take) {
		take = piece < n - at ? piece : n - at;
		r = sse_feed(&s, p + at, take, &e);
	}
	sse_end(&s);
	FUZZ_ASSERT(r == 0 || (r == -1 && e.code == ERR_MODEL));
	return r;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen whole, cut;
	size_t piece;
	int r;

	r = feed((const char *)data, size, size, &whole);
	for (piece = 1; piece <= 3; piece++) {
		FUZZ_ASSERT(feed((const char *)data, size, piece, &cut) == r);
		FUZZ_ASSERT(memcmp(&whole, &cut, sizeof(cut)) == 0);
	}
	return 0;
}
