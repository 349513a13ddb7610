// SPDX-License-Identifier: ISC
// UTF-8 as RFC 3629 has it: is it, and if not, make it so.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "src/model/utf8.h"

/*
 * What may follow a lead byte: how many bytes, and the range of the first of
 * them, which is where overlong forms, surrogates and what lies beyond
 * U+10FFFF are kept out. (Unicode standard, table 3-7.)
 */
static const struct lead {
	unsigned char from, to, more, low, high;
} leads[] = {
    {0x00, 0x7f, 0, 0, 0},
    {0xc2, 0xdf, 1, 0x80, 0xbf},
    {0xe0, 0xe0, 2, 0xa0, 0xbf},
    {0xe1, 0xec, 2, 0x80, 0xbf},
    {0xed, 0xed, 2, 0x80, 0x9f},
    {0xee, 0xef, 2, 0x80, 0xbf},
    {0xf0, 0xf0, 3, 0x90, 0xbf},
    {0xf1, 0xf3, 3, 0x80, 0xbf},
    {0xf4, 0xf4, 3, 0x80, 0x8f},
};

static const struct lead *
lead_of(unsigned char c)
{
	size_t i;

	for (i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
		if (c >= leads[i].from && c <= leads[i].to)
			return &leads[i];
	return NULL;
}

/*
 * Looks at one character of n > 0 bytes: whether it is whole, and how many
 * bytes it, or its longest broken piece, takes.
 */
static bool
one(const unsigned char *p, size_t n, size_t *take)
{
	const struct lead *l = lead_of(p[0]);
	size_t i;

	*take = 1;
	if (l == NULL)
		return false;
	for (i = 1; i <= l->more; i++) {
		unsigned char low = i == 1 ? l->low : 0x80;
		unsigned char high = i == 1 ? l->high : 0xbf;

		if (i == n || p[i] < low || p[i] > high)
			return false;
		*take = i + 1;
	}
	return true;
}

size_t
utf8_prefix(const char *p, size_t n)
{
	size_t i = 0, take;

	while (i < n && one((const unsigned char *)p + i, n - i, &take))
		i += take;
	return i;
}

bool
utf8_valid(const char *p, size_t n)
{
	return utf8_prefix(p, n) == n;
}

char *
utf8_repair(const char *p, size_t n, size_t *len)
{
	static const char mark[3] = "\xef\xbf\xbd";
	size_t i = 0, o = 0, take;
	char *out;

	if (n > (SIZE_MAX - 1) / sizeof(mark))
		return NULL;
	out = malloc(n * sizeof(mark) + 1);
	if (out == NULL)
		return NULL;
	while (i < n) {
		if (one((const unsigned char *)p + i, n - i, &take)) {
			memcpy(out + o, p + i, take);
			o += take;
		} else {
			memcpy(out + o, mark, sizeof(mark));
			o += sizeof(mark);
		}
		i += take;
	}
	out[o] = '\0';
	*len = o;
	return out;
}
