// SPDX-License-Identifier: ISC
// Bytes that arrive piece by piece, under a cap: a stranger sends them.
#include <stdlib.h>
#include <string.h>
#include "src/model/buf.h"

int
buf_add(struct buf *b, const char *p, size_t n, size_t max)
{
	size_t cap = b->cap > 0 ? b->cap : 256;
	char *q;

	if (b->len > max || n > max - b->len)
		return -1;
	while (cap - 1 < b->len + n)
		cap *= 2;
	if (cap != b->cap) {
		q = realloc(b->p, cap);
		if (q == NULL)
			return -1;
		b->p = q;
		b->cap = cap;
	}
	if (n > 0)
		memcpy(b->p + b->len, p, n);
	b->len += n;
	b->p[b->len] = '\0';
	return 0;
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	if (b->p != NULL)
		b->p[0] = '\0';
}

void
buf_free(struct buf *b)
{
	free(b->p);
	memset(b, 0, sizeof(*b));
}

const char *
buf_str(const struct buf *b)
{
	return b->p != NULL ? b->p : "";
}
