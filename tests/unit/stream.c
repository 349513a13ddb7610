// SPDX-License-Identifier: ISC
// For tests: a whole stream of server-sent events through a dialect.
#include <string.h>
#include "src/model/field.h"
#include "src/model/sse.h"
#include "tests/unit/stream.h"

struct through {
	const struct dialect *d;
	void *parser;
	struct answer *a;
	struct err *e;
};

static int
on_event(void *arg, const char *data, size_t len)
{
	struct through *t = arg;

	return t->d->event(t->parser, t->a, data, len, t->e);
}

int
stream_through(const struct dialect *d, const char *text, size_t first,
    size_t piece, struct answer *a, struct err *e)
{
	const struct model_sink *sink = a->sink;
	struct through t = {.d = d, .a = a, .e = e};
	size_t n = strlen(text), at, take;
	struct sse s;
	int r = 0;

	t.parser = d->begin();
	answer_begin(a, sink);
	sse_begin(&s, 1 << 20, on_event, &t);
	for (at = 0; at < n && r == 0; at += take) {
		take = at == 0 && first > 0 ? first : piece;
		take = take < n - at ? take : n - at;
		r = sse_feed(&s, text + at, take, e);
	}
	if (r == 0)
		r = d->finish(t.parser, a, e);
	d->end(t.parser);
	sse_end(&s);
	return r;
}

const char *
stream_blocks(const struct answer *a)
{
	size_t n;

	return field_text(a->blocks, &n);
}
