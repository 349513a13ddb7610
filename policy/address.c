// SPDX-License-Identifier: ISC
// Addresses as text, and their ranges. What each leads to: address_class.c.
#include <stdio.h>
#include <string.h>
#include "policy/address.h"

#define GROUPS 8 /* of an IPv6 address, 16 bits each */

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

void
address_from_v4(uint8_t a[ADDRESS_BYTES], const uint8_t v4[4])
{
	memcpy(a, mapped, sizeof(mapped));
	memcpy(a + sizeof(mapped), v4, 4);
}

bool
address_is_v4(const uint8_t a[ADDRESS_BYTES])
{
	return memcmp(a, mapped, sizeof(mapped)) == 0;
}

bool
address_within(const uint8_t a[ADDRESS_BYTES], const uint8_t net[ADDRESS_BYTES],
    unsigned prefix)
{
	unsigned whole = prefix / 8, rest = prefix % 8;

	if (prefix > ADDRESS_BYTES * 8 || memcmp(a, net, whole) != 0)
		return false;
	return rest == 0 || (a[whole] ^ net[whole]) >> (8 - rest) == 0;
}

/* 0 to 255, without a needless 0, which some would read as octal. */
static int
parse_octet(const char *s, size_t len, uint8_t *v)
{
	unsigned n = 0;
	size_t i;

	if (len == 0 || len > 3 || (len > 1 && s[0] == '0'))
		return -1;
	for (i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		n = n * 10 + (unsigned)(s[i] - '0');
	}
	if (n > 255)
		return -1;
	*v = (uint8_t)n;
	return 0;
}

static int
parse_quad(const char *s, size_t len, uint8_t v[4])
{
	const char *dot, *end = s + len;
	size_t n;
	int i;

	for (i = 0; i < 4; i++) {
		dot = memchr(s, '.', (size_t)(end - s));
		if ((dot == NULL) != (i == 3))
			return -1;
		n = (size_t)((dot != NULL ? dot : end) - s);
		if (parse_octet(s, n, &v[i]) != 0)
			return -1;
		s += n + (i < 3);
	}
	return 0;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static int
parse_group(const char *s, size_t len, uint8_t v[2])
{
	unsigned n = 0;
	size_t i;

	if (len == 0 || len > 4)
		return -1;
	for (i = 0; i < len; i++) {
		if (hex_digit(s[i]) < 0)
			return -1;
		n = n << 4 | (unsigned)hex_digit(s[i]);
	}
	v[0] = (uint8_t)(n >> 8);
	v[1] = (uint8_t)n;
	return 0;
}

/* What stands at the end of an address: a group, or a quad in two's place. */
static int
parse_last(const char *s, size_t len, uint8_t *v, int room)
{
	if (room >= 2 && memchr(s, '.', len) != NULL)
		return parse_quad(s, len, v) == 0 ? 2 : -1;
	return room >= 1 && parse_group(s, len, v) == 0 ? 1 : -1;
}

/*
 * Groups between colons to v. Returns how many there were, 0 for an empty
 * text; or -1.
 */
static int
parse_groups(const char *s, size_t len, uint8_t v[16])
{
	const char *colon, *end = s + len;
	int n = 0, last;

	if (len == 0)
		return 0;
	while ((colon = memchr(s, ':', (size_t)(end - s))) != NULL) {
		if (n == GROUPS ||
		    parse_group(s, (size_t)(colon - s), v + n * 2) != 0)
			return -1;
		n++;
		s = colon + 1;
	}
	last = parse_last(s, (size_t)(end - s), v + n * 2, GROUPS - n);
	return last < 0 ? -1 : n + last;
}

static const char *
find_gap(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i + 1 < len; i++)
		if (s[i] == ':' && s[i + 1] == ':')
			return s + i;
	return NULL;
}

static int
parse_v6(const char *s, size_t len, uint8_t v[16])
{
	const char *gap = find_gap(s, len), *rest;
	uint8_t tail[16];
	int head, after;

	if (gap == NULL)
		return parse_groups(s, len, v) == GROUPS ? 0 : -1;
	rest = gap + 2;
	head = parse_groups(s, (size_t)(gap - s), v);
	after = parse_groups(rest, (size_t)(s + len - rest), tail);
	// A quad stands at the end alone, a gap for one group at least.
	if (memchr(s, '.', (size_t)(gap - s)) != NULL || head < 0 ||
	    after < 0 || head + after >= GROUPS)
		return -1;
	memset(v + head * 2, 0, (size_t)(16 - head * 2 - after * 2));
	memcpy(v + 16 - after * 2, tail, (size_t)after * 2);
	return 0;
}

int
address_parse(const char *s, size_t len, uint8_t a[ADDRESS_BYTES])
{
	uint8_t v[ADDRESS_BYTES];

	memcpy(v, mapped, sizeof(mapped));
	if (len == 0 || len >= ADDRESS_TEXT_MAX)
		return -1;
	if (memchr(s, ':', len) == NULL ? parse_quad(s, len, v + 12) != 0
					: parse_v6(s, len, v) != 0)
		return -1;
	memcpy(a, v, sizeof(v));
	return 0;
}

/* The longest run of two zero groups or more; its length, 0 for none. */
static int
longest_gap(const uint8_t *a, int *at)
{
	int i, run = 0, best = 0;

	for (i = 0; i < GROUPS; i++) {
		run = a[i * 2] == 0 && a[i * 2 + 1] == 0 ? run + 1 : 0;
		if (run > best) {
			best = run;
			*at = i + 1 - run;
		}
	}
	return best > 1 ? best : 0;
}

void
address_format(const uint8_t a[ADDRESS_BYTES], char out[ADDRESS_TEXT_MAX])
{
	int i, n = 0, at = -1, gap;

	if (address_is_v4(a)) {
		snprintf(out, ADDRESS_TEXT_MAX, "%u.%u.%u.%u", a[12], a[13],
		    a[14], a[15]);
		return;
	}
	gap = longest_gap(a, &at);
	for (i = 0; i < GROUPS; i++) {
		if (gap > 0 && i == at) {
			n += snprintf(out + n, ADDRESS_TEXT_MAX - (size_t)n,
			    i + gap == GROUPS ? "::" : ":");
			i += gap - 1;
			continue;
		}
		n += snprintf(out + n, ADDRESS_TEXT_MAX - (size_t)n, "%s%x",
		    i > 0 ? ":" : "", (unsigned)a[i * 2] << 8 | a[i * 2 + 1]);
	}
}
