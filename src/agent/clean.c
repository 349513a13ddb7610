// SPDX-License-Identifier: ISC
// Foreign bytes made fit for a reader: UTF-8, without controls.
#include <stdint.h>
#include <string.h>
#include "src/agent/clean.h"

enum {
	S_TEXT,
	S_ESC,
	S_CSI,
	S_STRING,
	S_STRING_ESC,
	S_ESC_ONE
};

#define REPLACEMENT "\xef\xbf\xbd"

void
clean_begin(struct clean *c, enum clean_for what)
{
	memset(c, 0, sizeof(*c));
	c->what = what;
}

/*
 * How many bytes a character that begins with b has; 0: none begins so.
 * Continuations are checked one by one, see next_ok().
 */
static unsigned int
length_of(unsigned char b)
{
	if (b < 0x80)
		return 1;
	if (b >= 0xc2 && b <= 0xdf)
		return 2;
	if (b >= 0xe0 && b <= 0xef)
		return 3;
	if (b >= 0xf0 && b <= 0xf4)
		return 4;
	return 0;
}

/* Whether b may follow: no overlong forms, no surrogates, no more than 21
   bits (Unicode's table 3-7). */
static bool
next_ok(const unsigned char *held, unsigned int n, unsigned char b)
{
	unsigned char lo = 0x80, hi = 0xbf;

	if (n == 1) {
		if (held[0] == 0xe0)
			lo = 0xa0;
		else if (held[0] == 0xed)
			hi = 0x9f;
		else if (held[0] == 0xf0)
			lo = 0x90;
		else if (held[0] == 0xf4)
			hi = 0x8f;
	}
	return b >= lo && b <= hi;
}

static uint32_t
value_of(const unsigned char *p, unsigned int n)
{
	static const unsigned char mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t v = p[0] & mask[n];
	unsigned int i;

	for (i = 1; i < n; i++)
		v = v << 6 | (p[i] & 0x3f);
	return v;
}

static bool
between(uint32_t v, uint32_t lo, uint32_t hi)
{
	return v >= lo && v <= hi;
}

/* Characters that hide, reorder or overwrite what a person reads. */
static bool
deceives(uint32_t v)
{
	static const uint32_t of[][2] = {{0xad, 0xad}, {0x34f, 0x34f},
	    {0x61c, 0x61c}, {0x115f, 0x1160}, {0x17b4, 0x17b5},
	    {0x180b, 0x180f}, {0x200b, 0x200f}, {0x2028, 0x202e},
	    {0x2060, 0x206f}, {0x3164, 0x3164}, {0xfeff, 0xfeff},
	    {0xffa0, 0xffa0}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff}};
	size_t i;

	for (i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		if (between(v, of[i][0], of[i][1]))
			return true;
	return false;
}

/* The character after ESC says which kind of sequence it is. */
static int
state_after_esc(uint32_t v)
{
	if (v == '[')
		return S_CSI;
	if (v < 0x80 && memchr("]PX^_", (int)v, 5) != NULL)
		return S_STRING;
	return between(v, 0x20, 0x2f) ? S_ESC_ONE : S_TEXT; // ESC ( B
}

/* Within OSC, DCS and the like: up to BEL or ST, but not past the line. */
static bool
in_string(struct clean *c, uint32_t v)
{
	if (c->state == S_STRING_ESC)
		c->state = v == '\\' ? S_TEXT : S_STRING;
	else if (v == 0x1b)
		c->state = S_STRING_ESC;
	else if (v == 0x07 || v == 0x9c || v == '\n')
		c->state = S_TEXT;
	return v != '\n';
}

/* Follows an escape sequence; returns true while the character is of it. */
static bool
in_sequence(struct clean *c, uint32_t v)
{
	switch (c->state) {
	case S_ESC:
		c->state = state_after_esc(v);
		return between(v, 0x20, 0x7e);
	case S_ESC_ONE:
		c->state = between(v, 0x20, 0x2f) ? S_ESC_ONE : S_TEXT;
		return between(v, 0x20, 0x7e);
	case S_CSI: // ends with a letter; a control means it was cut
		if (between(v, 0x20, 0x3f))
			return true;
		c->state = S_TEXT;
		return between(v, 0x40, 0x7e);
	case S_STRING:
	case S_STRING_ESC:
		return in_string(c, v);
	default:
		return false;
	}
}

/* A character of text: a control is written as an escape. */
static void
put_shown(
    struct clean *c, struct text *out, const unsigned char *p, unsigned int n)
{
	uint32_t v = value_of(p, n);

	if (v == '\n' || v == '\t')
		text_char(out, (char)v);
	else if (v < 0x20 || (v >= 0x7f && v < 0xa0))
		text_printf(out, "\\x%02x", v);
	else if (c->what >= CLEAN_SCREEN && deceives(v))
		text_printf(out, "\\u{%04x}", v);
	else
		text_add(out, p, n);
}

static void
put_char(
    struct clean *c, struct text *out, const unsigned char *p, unsigned int n)
{
	uint32_t v = value_of(p, n);
	bool cr = c->cr;

	if (c->what == CLEAN_FILE) {
		text_add(out, p, n);
		return;
	}
	if (c->what == CLEAN_EXACT) {
		put_shown(c, out, p, n);
		return;
	}
	if (c->state != S_TEXT && in_sequence(c, v))
		return;
	c->cr = v == '\r';
	if (v == 0x1b)
		c->state = S_ESC;
	else if (v == '\r')
		text_char(out, '\n');
	else if (v != '\n' || !cr) // CR LF is one line end, made by its CR
		put_shown(c, out, p, n);
}

static void
put_bad(struct clean *c, struct text *out)
{
	put_char(c, out, (const unsigned char *)REPLACEMENT, 3);
	c->nheld = 0;
}

void
clean_add(struct clean *c, struct text *out, const char *data, size_t len)
{
	const unsigned char *p = (const unsigned char *)data;
	size_t i;

	for (i = 0; i < len; i++) {
		// What does not continue a character begins the next one.
		if (c->nheld > 0 && !next_ok(c->held, c->nheld, p[i]))
			put_bad(c, out);
		if (c->nheld == 0 && length_of(p[i]) == 0) {
			put_bad(c, out);
			continue;
		}
		c->held[c->nheld++] = p[i];
		if (c->nheld == length_of(c->held[0])) {
			put_char(c, out, c->held, c->nheld);
			c->nheld = 0;
		}
	}
}

void
clean_end(struct clean *c, struct text *out)
{
	if (c->nheld > 0)
		put_bad(c, out);
	c->state = S_TEXT;
	c->cr = false;
}

void
clean_all(enum clean_for what, struct text *out, const char *data, size_t len)
{
	struct clean c;

	clean_begin(&c, what);
	clean_add(&c, out, data, len);
	clean_end(&c, out);
}
