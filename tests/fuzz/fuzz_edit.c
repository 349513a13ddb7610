// SPDX-License-Identifier: ISC
// OLD, NUL, NEW, NUL, a file: an edit replaces what is there once, and nothing
// else; what is not there, or more often, is refused with words.
#include <string.h>
#include "src/agent/edit.h"
#include "tests/fuzz/fuzz.h"

static size_t
matches(const struct edit *e)
{
	const char *p = e->data, *end = e->data + e->len;
	size_t n = 0;

	while (e->old_len > 0 &&
	       (p = memmem(p, (size_t)(end - p), e->old, e->old_len)) != NULL) {
		p += e->old_len;
		n++;
	}
	return n;
}

static void
edit(struct edit *e)
{
	autotext struct text out = {0}, complaint = {0};
	size_t n = matches(e);
	long r = edit_apply(e, &out, &complaint);

	FUZZ_ASSERT(r == -1 || r > 0);
	FUZZ_ASSERT((r == -1) == (complaint.len > 0));
	// With CR LF in the file old and new may be meant otherwise.
	if (r < 0 || memchr(e->data, '\r', e->len) != NULL)
		return;
	FUZZ_ASSERT((size_t)r == n && (e->all || n == 1));
	FUZZ_ASSERT(out.len == e->len - n * e->old_len + n * e->new_len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data, *end = p + size, *a, *b;
	struct edit e = {0};

	a = size > 0 ? memchr(p, '\0', size) : NULL;
	b = a != NULL ? memchr(a + 1, '\0', (size_t)(end - a - 1)) : NULL;
	if (b == NULL)
		return 0;
	e.old = p;
	e.old_len = (size_t)(a - p);
	e.new = a + 1;
	e.new_len = (size_t)(b - a - 1);
	e.data = b + 1;
	e.len = (size_t)(end - b - 1);
	edit(&e);
	e.all = true;
	edit(&e);
	return 0;
}
