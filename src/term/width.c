// SPDX-License-Identifier: ISC
// How many columns of a terminal a text takes.
#include <stdbool.h>
#include "src/term/width.h"

enum {
	JOINER = 0x200d,
	REPLACEMENT = 0xfffd
};

/* How many bytes a character that begins with b has; 0: none begins so. */
static size_t
length_of(unsigned char b)
{
	if (b < 0x80)
		return 1;
	if (b >= 0xc2 && b <= 0xdf)
		return 2;
	if (b >= 0xe0 && b <= 0xef)
		return 3;
	return b >= 0xf0 && b <= 0xf4 ? 4 : 0;
}

/* Overlong forms, surrogates and what is past the last character. */
static bool
impossible(uint32_t v, size_t n)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

	return v < least[n] || (v >= 0xd800 && v <= 0xdfff) || v > 0x10ffff;
}

size_t
width_decode(const char *p, size_t len, uint32_t *cp)
{
	static const unsigned char mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	size_t n = length_of((unsigned char)*p), i;
	uint32_t v;

	*cp = REPLACEMENT;
	if (n == 0 || n > len)
		return 1;
	v = (unsigned char)*p & mask[n];
	for (i = 1; i < n; i++) {
		if (((unsigned char)p[i] & 0xc0) != 0x80)
			return 1;
		v = v << 6 | ((unsigned char)p[i] & 0x3f);
	}
	if (impossible(v, n))
		return 1;
	*cp = v;
	return n;
}

static bool
among(uint32_t cp, const struct width_range *r, size_t n)
{
	size_t lo = 0, hi = n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (cp > r[mid].last)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && cp >= r[lo].first;
}

unsigned
width_of(uint32_t cp)
{
	if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
		return 0;
	if (cp < 0x300)
		return 1;
	if (among(cp, width_none, width_none_count))
		return 0;
	return among(cp, width_two, width_two_count) ? 2 : 1;
}

size_t
width_text(const char *p, size_t len)
{
	size_t i, n = 0;
	uint32_t cp;

	for (i = 0; i < len;) {
		i += width_decode(p + i, len - i, &cp);
		n += width_of(cp);
	}
	return n;
}

/* Whether this goes over what is before it, rather than beside. */
static bool
is_added(uint32_t cp)
{
	return cp >= 0x300 && width_of(cp) == 0;
}

size_t
width_next(const char *p, size_t len, size_t at)
{
	uint32_t cp, before;
	size_t n;

	if (at >= len)
		return len;
	at += width_decode(p + at, len - at, &before);
	while (at < len) {
		n = width_decode(p + at, len - at, &cp);
		if (!is_added(cp) && before != JOINER)
			break;
		before = cp;
		at += n;
	}
	return at;
}

size_t
width_prev(const char *p, size_t len, size_t at)
{
	size_t from = at, next;

	// A line end is a character of its own: what is before it is enough.
	while (from > 0 && p[from - 1] != '\n')
		from--;
	if (from == at)
		return at > 0 ? at - 1 : 0;
	while ((next = width_next(p, len, from)) < at)
		from = next;
	return from;
}
