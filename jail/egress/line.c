// SPDX-License-Identifier: ISC
// One line of JSON in a fixed buffer, by hand: few shapes, no heap, no locale.
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "jail/egress/line.h"
#include "policy/address.h"

static void
put(struct line *l, const char *p, size_t n)
{
	if (n > sizeof(l->buf) - l->len) {
		l->over = true;
		return;
	}
	memcpy(l->buf + l->len, p, n);
	l->len += n;
}

__attribute__((format(printf, 2, 3))) static void
format(struct line *l, const char *fmt, ...)
{
	char text[64];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(text))
		l->over = true;
	else
		put(l, text, (size_t)n);
}

void
line_begin(struct line *l)
{
	l->len = 0;
	l->over = false;
	put(l, "{", 1);
}

// Keys are ours, and need no escapes.
static void
key(struct line *l, const char *k)
{
	if (l->len > 0 && l->buf[l->len - 1] != '{')
		put(l, ",", 1);
	put(l, "\"", 1);
	put(l, k, strlen(k));
	put(l, "\":", 2);
}

static void
quoted(struct line *l, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t i;

	put(l, "\"", 1);
	for (i = 0; i < LINE_TEXT_MAX && p[i] != '\0'; i++)
		if (p[i] == '"' || p[i] == '\\')
			format(l, "\\%c", p[i]);
		else if (p[i] < 0x20 || p[i] >= 0x7f)
			format(l, "\\u%04x", p[i]);
		else
			put(l, (const char *)p + i, 1);
	put(l, "\"", 1);
}

void
line_text(struct line *l, const char *k, const char *text)
{
	if (text == NULL)
		return;
	key(l, k);
	quoted(l, text);
}

void
line_number(struct line *l, const char *k, uint64_t v)
{
	key(l, k);
	format(l, "%" PRIu64, v);
}

void
line_true(struct line *l, const char *k)
{
	key(l, k);
	put(l, "true", 4);
}

void
line_hex(struct line *l, const char *k, const uint8_t *p, size_t n)
{
	size_t i;

	key(l, k);
	put(l, "\"", 1);
	for (i = 0; i < n; i++)
		format(l, "%02x", p[i]);
	put(l, "\"", 1);
}

static void
address(struct line *l, const uint8_t a[16])
{
	char text[INET6_ADDRSTRLEN] = "";

	if (address_is_v4(a))
		inet_ntop(AF_INET, a + 12, text, sizeof(text));
	else
		inet_ntop(AF_INET6, a, text, sizeof(text));
	quoted(l, text);
}

void
line_address(struct line *l, const char *k, const uint8_t a[16])
{
	key(l, k);
	address(l, a);
}

void
line_addresses(
    struct line *l, const char *k, const uint8_t (*a)[16], unsigned n)
{
	unsigned i;

	key(l, k);
	put(l, "[", 1);
	for (i = 0; i < n; i++) {
		if (i > 0)
			put(l, ",", 1);
		address(l, a[i]);
	}
	put(l, "]", 1);
}

// gmtime(3) would read the time zone's file, for nothing, and the broker's
// filter knows no open(2). Days to a date after H. Hinnant's public note.
void
line_time(struct line *l, const char *k, uint64_t usec)
{
	uint64_t sec = usec / 1000000, days = sec / 86400 + 719468;
	uint64_t era = days / 146097, doe = days % 146097;
	uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	uint64_t mp = (5 * doy + 2) / 153;
	unsigned day = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
	unsigned month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	unsigned year = (unsigned)(yoe + era * 400 + (month <= 2));

	key(l, k);
	format(l, "\"%04u-%02u-%02uT%02u:%02u:%02u.%06uZ\"", year, month, day,
	    (unsigned)(sec / 3600 % 24), (unsigned)(sec / 60 % 60),
	    (unsigned)(sec % 60), (unsigned)(usec % 1000000));
}

void
line_end(struct line *l)
{
	put(l, "}\n", 2);
}

bool
line_whole(const char *p, size_t n)
{
	bool in_text = false, escaped = false;
	size_t i, depth = 0;

	for (i = 0; i < n; i++) {
		if (in_text) {
			if (!escaped && p[i] == '"')
				in_text = false;
			escaped = !escaped && p[i] == '\\';
			continue;
		}
		in_text = p[i] == '"';
		depth += p[i] == '{';
		if (depth == 0)
			return false;
		depth -= p[i] == '}';
		if (depth == 0)
			return i == n - 1;
	}
	return false;
}
