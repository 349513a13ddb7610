// SPDX-License-Identifier: ISC
// Patches: which grammar one is in, and what both readers build.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "src/agent/patch.h"

bool
patch_peek(const struct patch_source *s, const char **line, size_t *len)
{
	const char *nl;

	if (s->p == s->end)
		return false;
	nl = memchr(s->p, '\n', (size_t)(s->end - s->p));
	*line = s->p;
	*len = (size_t)((nl != NULL ? nl : s->end) - s->p);
	return true;
}

void
patch_skip(struct patch_source *s)
{
	const char *line;
	size_t len = 0;

	if (!patch_peek(s, &line, &len))
		return;
	s->p += len < (size_t)(s->end - s->p) ? len + 1 : len;
	s->number++;
}

bool
patch_starts(const char *line, size_t len, const char *prefix)
{
	size_t n = strlen(prefix);

	return len >= n && memcmp(line, prefix, n) == 0;
}

/* Room for one more of size bytes, zeroed. */
static void *
grow(void *all, size_t *n, size_t *cap, size_t size)
{
	char *p = all;

	if (*n == *cap) {
		*cap = *cap == 0 ? 8 : 2 * *cap;
		p = mem_grow(p, *cap, size);
	}
	memset(p + *n * size, 0, size);
	++*n;
	return p;
}

struct patch_file *
patch_add_file(struct patch *p, size_t said)
{
	p->files = grow(p->files, &p->n, &p->cap, sizeof(*p->files));
	p->files[p->n - 1].said = said;
	return &p->files[p->n - 1];
}

struct patch_hunk *
patch_add_hunk(struct patch_file *f, size_t said)
{
	f->hunks = grow(f->hunks, &f->n, &f->cap, sizeof(*f->hunks));
	f->hunks[f->n - 1].said = said;
	return &f->hunks[f->n - 1];
}

void
patch_add_line(struct patch_hunk *h, char op, const char *p, size_t len)
{
	h->lines = grow(h->lines, &h->n, &h->cap, sizeof(*h->lines));
	h->lines[h->n - 1] = (struct patch_line){op, p, len};
}

int
patch_fault(struct text *complaint, size_t said, const char *fmt, ...)
{
	char words[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	text_printf(complaint, "line %zu of the patch: %s", said, words);
	return -1;
}

void
patch_free(struct patch *p)
{
	size_t i, j;

	for (i = 0; i < p->n; i++) {
		for (j = 0; j < p->files[i].n; j++)
			free(p->files[i].hunks[j].lines);
		free(p->files[i].hunks);
		free(p->files[i].path);
		free(p->files[i].to);
	}
	free(p->files);
	*p = (struct patch){0};
}

/* A fence of Markdown, and empty lines, before the patch itself. */
static void
skip_wrapping(struct patch_source *s)
{
	const char *line;
	size_t len;

	while (patch_peek(s, &line, &len) &&
	       (len == 0 || (len == 1 && *line == '\r') ||
		   patch_starts(line, len, "```")))
		patch_skip(s);
}

int
patch_read(const char *s, size_t len, struct patch *p, struct text *complaint)
{
	struct patch_source src = {s, s + len, 1};
	const char *line = NULL;
	size_t n = 0;
	int rc;

	*p = (struct patch){0};
	skip_wrapping(&src);
	if (patch_peek(&src, &line, &n) &&
	    patch_starts(line, n, "*** Begin Patch"))
		rc = patch_read_begun(&src, p, complaint);
	else
		rc = patch_read_unified(&src, p, complaint);
	if (rc == 0 && p->n == 0)
		rc = patch_fault(complaint, 1,
		    "no file is named; begin with \"--- a/PATH\" and "
		    "\"+++ b/PATH\", or with \"*** Begin Patch\"");
	if (rc != 0)
		patch_free(p);
	return rc;
}
