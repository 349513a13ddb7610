// SPDX-License-Identifier: ISC
// Marks within a line of Markdown, as far as they are sure to be such.
//
// Stricter than CommonMark where a mark could be meant as it stands: in 2*3*4
// or *.c nothing may get lost.
#include <string.h>
#include "src/term/span.h"

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

bool
span_begins(char c)
{
	return c == '*' || c == '_' || c == '`' || c == '[';
}

static size_t
run_of(const char *p, size_t len, char c)
{
	size_t n = 0;

	while (n < len && p[n] == c)
		n++;
	return n;
}

/* Where a run of just n such begins, followed by something; len: nowhere. */
static size_t
code_end(const char *p, size_t len, size_t n, bool over)
{
	size_t i = n, run;

	while (i < len) {
		run = run_of(p + i, len - i, '`');
		if (run == n && (i + n < len || over))
			return i;
		i += run > 0 ? run : 1;
	}
	return len;
}

static enum span_kind
code(const char *p, size_t len, bool over, struct span *s)
{
	size_t n = run_of(p, len, '`'), end = code_end(p, len, n, over);

	if (end == len)
		return over ? SPAN_NONE : SPAN_MORE;
	*s = (struct span){n, end - n, 0, 0, end + n};
	return SPAN_CODE;
}

static bool
ends_there(const char *p, size_t len, size_t i, size_t n, bool over)
{
	if (is_blank(p[i - 1]) || run_of(p + i, len - i, *p) != n)
		return false;
	return i + n == len ? over : !is_word(p[i + n]);
}

static enum span_kind
emphasis(const char *p, size_t len, char before, bool over, struct span *s)
{
	static const enum span_kind kinds[] = {
	    SPAN_NONE, SPAN_ITALIC, SPAN_BOLD, SPAN_BOTH};
	size_t n = run_of(p, len, *p), i;

	if (n > 3 || is_word(before))
		return SPAN_NONE;
	if (n == len)
		return over ? SPAN_NONE : SPAN_MORE;
	if (!is_word(p[n]) && strchr("`([\"'", p[n]) == NULL)
		return SPAN_NONE;
	for (i = n + 1; i + n <= len; i++) {
		if (p[i] != *p || p[i - 1] == *p)
			continue;
		if (ends_there(p, len, i, n, over)) {
			*s = (struct span){n, i - n, 0, 0, i + n};
			return kinds[n];
		}
	}
	return over ? SPAN_NONE : SPAN_MORE;
}

static enum span_kind
link_to(const char *p, size_t len, bool over, struct span *s)
{
	const char *close = memchr(p, ']', len), *end;
	size_t at;

	if (close == NULL)
		return over ? SPAN_NONE : SPAN_MORE;
	at = (size_t)(close - p) + 1;
	if (at == len)
		return over ? SPAN_NONE : SPAN_MORE;
	if (p[at] != '(' || at == 2)
		return SPAN_NONE;
	end = memchr(p + at, ')', len - at);
	if (end == NULL)
		return over ? SPAN_NONE : SPAN_MORE;
	*s = (struct span){1, at - 2, at + 1, (size_t)(end - p) - at - 1,
	    (size_t)(end - p) + 1};
	return SPAN_LINK;
}

enum span_kind
span_look(const char *p, size_t len, char before, bool over, struct span *s)
{
	if (*p == '`')
		return code(p, len, over, s);
	if (*p == '[')
		return link_to(p, len, over, s);
	return emphasis(p, len, before, over, s);
}
