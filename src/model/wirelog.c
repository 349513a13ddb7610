// SPDX-License-Identifier: ISC
// The bytes of a request and of its answer, for a person to read.
#include <string.h>
#include <strings.h>
#include "src/model/wirelog.h"

/* What a header of such a name has is struck out, whatever it is. */
static size_t
secret_header(const char *p, size_t n)
{
	static const char *const names[] = {"authorization:", "x-api-key:",
	    "api-key:", "proxy-authorization:", "cookie:", "set-cookie:"};
	size_t i, len;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		len = strlen(names[i]);
		if (n >= len && strncasecmp(p, names[i], len) == 0)
			return len;
	}
	return n;
}

/* A byte that could move a cursor is told in hexadecimal. */
static void
put_text(FILE *f, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];
		unsigned char next = i + 1 < n ? (unsigned char)p[i + 1] : '\0';

		if (c == 0xc2 && next >= 0x80 && next < 0xa0)
			fprintf(f, "\\xc2\\x%02x", p[++i] & 0xff);
		else if ((c < ' ' && c != '\t') || c == 0x7f)
			fprintf(f, "\\x%02x", c);
		else
			putc(c, f);
	}
}

static void
put_line(struct wirelog *w, bool out)
{
	struct buf *b = &w->line[out];
	size_t n = b->len, shown;

	if (n > 0 && b->p[n - 1] == '\r')
		n--;
	fputs(out ? "> " : "< ", w->f);
	if (n > 0) {
		keys_redact(w->keys, b->p, n);
		shown = secret_header(b->p, n);
		put_text(w->f, b->p, shown);
		if (shown < n)
			fputs(" ***", w->f);
	}
	putc('\n', w->f);
	buf_reset(b);
}

void
wirelog_add(struct wirelog *w, bool out, const char *p, size_t n)
{
	const char *end;
	size_t len;

	while (n > 0) {
		end = memchr(p, '\n', n);
		len = end != NULL ? (size_t)(end - p) : n;
		if (buf_add(&w->line[out], p, len, WIRELOG_LINE_MAX) == -1) {
			put_line(w, out);
			if (buf_add(&w->line[out], p, len, len) == -1)
				return;
		}
		if (end != NULL)
			put_line(w, out);
		len += end != NULL;
		p += len;
		n -= len;
	}
	fflush(w->f);
}

void
wirelog_end(struct wirelog *w)
{
	int out;

	for (out = 1; out >= 0; out--) {
		if (w->line[out].len > 0)
			put_line(w, out);
		buf_free(&w->line[out]);
	}
	if (w->f != NULL)
		fflush(w->f);
}
