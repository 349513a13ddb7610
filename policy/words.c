// SPDX-License-Identifier: ISC
// A policy text as a row of words: lines, blanks, quotes and comments.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "policy/words.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static int
fault_at(
    struct policy_fault *f, const struct words *w, size_t pos, const char *text)
{
	f->line = w->line;
	f->column = (uint32_t)(pos - w->start) + 1;
	snprintf(f->text, sizeof(f->text), "%s", text);
	return -1;
}

void
words_begin(struct words *w, const char *text, size_t len)
{
	memset(w, 0, sizeof(*w));
	w->text = text;
	w->len = len;
}

/* Refuses what could hide something from whoever reads the file. */
static int
check_line(const struct words *w, struct policy_fault *f)
{
	char why[64];
	unsigned char c;
	size_t i;

	if (w->end - w->start > WORDS_LINE_MAX)
		return fault_at(f, w, w->start + WORDS_LINE_MAX,
		    "the line is longer than 4096 bytes");
	for (i = w->start; i < w->end; i++) {
		c = (unsigned char)w->text[i];
		if (c == '\t' || (c >= 0x20 && c != 0x7f))
			continue;
		if (c == '\0')
			return fault_at(f, w, i, "NUL byte: not a text file");
		snprintf(why, sizeof(why), "control character 0x%02x", c);
		return fault_at(f, w, i, why);
	}
	if (w->line == 1 && w->end - w->start >= 3 &&
	    memcmp(w->text, "\xef\xbb\xbf", 3) == 0)
		return fault_at(f, w, w->start,
		    "byte order mark: save the file without one");
	return 0;
}

/* Goes to the line that starts at w->next. As words_next(). */
static int
next_line(struct words *w, struct policy_fault *f)
{
	const char *lf;

	if (w->next >= w->len)
		return 0;
	w->start = w->pos = w->next;
	lf = memchr(w->text + w->start, '\n', w->len - w->start);
	w->end = lf != NULL ? (size_t)(lf - w->text) : w->len;
	w->next = lf != NULL ? w->end + 1 : w->len;
	if (w->end > w->start && w->text[w->end - 1] == '\r')
		w->end--;
	w->line++;
	return check_line(w, f) == 0 ? 1 : -1;
}

static int
take_quoted(struct words *w, struct word *out, struct policy_fault *f)
{
	const char *s = w->text + w->pos + 1;
	const char *end = memchr(s, '"', w->end - w->pos - 1);

	if (end == NULL)
		return fault_at(f, w, w->pos, "the quote does not end");
	out->quoted = true;
	out->s = s;
	out->len = (size_t)(end - s);
	w->pos += out->len + 2;
	if (w->pos < w->end && !is_blank(w->text[w->pos]))
		return fault_at(f, w, w->pos,
		    "a blank must follow the quote that ends a word");
	return 1;
}

static int
take_word(struct words *w, struct word *out, struct policy_fault *f)
{
	memset(out, 0, sizeof(*out));
	out->line = w->line;
	out->column = (uint32_t)(w->pos - w->start) + 1;
	if (w->text[w->pos] == '"')
		return take_quoted(w, out, f);
	out->s = w->text + w->pos;
	for (; w->pos < w->end && !is_blank(w->text[w->pos]); w->pos++)
		if (w->text[w->pos] == '"')
			return fault_at(f, w, w->pos,
			    "a quote must stand at the start of a word");
	out->len = (size_t)(w->text + w->pos - out->s);
	return 1;
}

int
words_next(struct words *w, struct word *out, struct policy_fault *f)
{
	int r;

	for (;;) {
		while (w->pos < w->end && is_blank(w->text[w->pos]))
			w->pos++;
		if (w->pos < w->end && w->text[w->pos] != '#')
			return take_word(w, out, f);
		r = next_line(w, f);
		if (r != 1)
			return r;
	}
}

bool
words_is(const struct word *w, const char *what)
{
	return strlen(what) == w->len && memcmp(w->s, what, w->len) == 0;
}

const char *
words_show(const struct word *w, char buf[WORDS_SHOW_MAX])
{
	size_t i, n = 0, most = WORDS_SHOW_MAX - 6; // quotes, dots, NUL

	buf[n++] = '"';
	for (i = 0; i < w->len && i < most; i++)
		buf[n++] = w->s[i] >= 0x20 && w->s[i] < 0x7f ? w->s[i] : '?';
	if (i < w->len)
		for (i = 0; i < 3; i++)
			buf[n++] = '.';
	buf[n++] = '"';
	buf[n] = '\0';
	return buf;
}

int
words_fault(struct policy_fault *f, const struct word *at, const char *fmt, ...)
{
	va_list ap;

	f->line = at->line;
	f->column = at->column;
	va_start(ap, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
	return -1;
}
