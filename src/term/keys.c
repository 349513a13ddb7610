// SPDX-License-Identifier: ISC
// What a terminal sends, as keys: control characters, sequences, pastes.
#include <string.h>
#include "src/term/keys.h"
#include "src/term/width.h"

#define ESC 0x1b

static const enum key controls[0x20] = {
    [0x01] = KEY_HOME,
    [0x02] = KEY_LEFT,
    [0x03] = KEY_CANCEL,
    [0x04] = KEY_EOF,
    [0x05] = KEY_END,
    [0x06] = KEY_RIGHT,
    [0x07] = KEY_ABORT,
    [0x08] = KEY_BACKSPACE,
    [0x09] = KEY_TAB,
    [0x0a] = KEY_NEWLINE,
    [0x0b] = KEY_KILL_END,
    [0x0c] = KEY_CLEAR,
    [0x0d] = KEY_ENTER,
    [0x0e] = KEY_DOWN,
    [0x0f] = KEY_EXPAND,
    [0x10] = KEY_UP,
    [0x12] = KEY_SEARCH,
    [0x14] = KEY_SWAP,
    [0x15] = KEY_KILL_START,
    [0x17] = KEY_KILL_WORD,
    [0x19] = KEY_YANK,
    [0x1a] = KEY_SUSPEND,
};

static const struct {
	const char *after; /* an ESC */
	enum key key;
} sequences[] = {
    {"[A", KEY_UP},
    {"OA", KEY_UP},
    {"[B", KEY_DOWN},
    {"OB", KEY_DOWN},
    {"[C", KEY_RIGHT},
    {"OC", KEY_RIGHT},
    {"[D", KEY_LEFT},
    {"OD", KEY_LEFT},
    {"[H", KEY_HOME},
    {"OH", KEY_HOME},
    {"[1~", KEY_HOME},
    {"[7~", KEY_HOME},
    {"[F", KEY_END},
    {"OF", KEY_END},
    {"[4~", KEY_END},
    {"[8~", KEY_END},
    {"[3~", KEY_DELETE},
    {"[1;5D", KEY_WORD_LEFT},
    {"[1;3D", KEY_WORD_LEFT},
    {"[5D", KEY_WORD_LEFT},
    {"b", KEY_WORD_LEFT},
    {"[1;5C", KEY_WORD_RIGHT},
    {"[1;3C", KEY_WORD_RIGHT},
    {"[5C", KEY_WORD_RIGHT},
    {"f", KEY_WORD_RIGHT},
    {"[1;5H", KEY_FIRST},
    {"<", KEY_FIRST},
    {"[1;5F", KEY_LAST},
    {">", KEY_LAST},
    {"d", KEY_KILL_NEXT},
    {"[3;5~", KEY_KILL_NEXT},
    {"\x7f", KEY_KILL_WORD},
    {"\x08", KEY_KILL_WORD},
    {"\r", KEY_NEWLINE},
    {"\n", KEY_NEWLINE},
    {"[13;2u", KEY_NEWLINE},
    {"[27;2;13~", KEY_NEWLINE},
    {"[13;3u", KEY_NEWLINE},
};

#define PASTE_BEGIN "[200~"
#define PASTE_END   "\033[201~"

void
keys_begin(struct keys *k)
{
	memset(k, 0, sizeof(*k));
}

bool
keys_pending(const struct keys *k)
{
	return k->nheld > 0 && k->held[0] == ESC;
}

static enum key
give_text(struct keys *k, enum key key, const unsigned char *p, size_t n)
{
	memcpy(k->text, p, n);
	k->text[n] = '\0';
	k->len = n;
	return key;
}

/* Whether the sequence held, ESC first, is at its end. */
static bool
is_whole(const struct keys *k)
{
	unsigned char last = k->held[k->nheld - 1];

	if (k->nheld < 2)
		return false;
	if (k->held[1] == '[')
		return k->nheld > 2 && last >= 0x40 && last <= 0x7e;
	if (k->held[1] == 'O')
		return k->nheld == 3;
	return true;
}

static enum key
sequence(struct keys *k)
{
	const char *after = (const char *)k->held + 1;
	size_t n = k->nheld - 1, i;

	k->nheld = 0;
	if (n == strlen(PASTE_BEGIN) && memcmp(after, PASTE_BEGIN, n) == 0) {
		k->paste = true;
		k->cr = false;
		return KEY_NONE;
	}
	for (i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++)
		if (strlen(sequences[i].after) == n &&
		    memcmp(after, sequences[i].after, n) == 0)
			return sequences[i].key;
	return KEY_NONE;
}

static enum key
in_sequence(struct keys *k, unsigned char b)
{
	// A second ESC begins anew; so does what is too long to be one.
	if (b == ESC) {
		k->nheld = 1;
		return KEY_NONE;
	}
	if (k->nheld == sizeof(k->held)) {
		k->nheld = 0;
		return KEY_NONE;
	}
	k->held[k->nheld++] = b;
	return is_whole(k) ? sequence(k) : KEY_NONE;
}

/* A byte of a character that may have several. */
static enum key
character(struct keys *k, unsigned char b, enum key key)
{
	size_t n = k->nheld;
	uint32_t cp;

	if (n > 0 && (b & 0xc0) != 0x80)
		n = k->nheld = 0; // cut short: gone
	k->held[n++] = b;
	k->nheld = n;
	if (b >= 0x80 && n < 4 &&
	    (width_decode((char *)k->held, n, &cp) != n || cp == 0xfffd))
		return KEY_NONE;
	k->nheld = 0;
	if (b >= 0x80 && width_decode((char *)k->held, n, &cp) != n)
		return KEY_NONE;
	return give_text(k, key, k->held, n);
}

static enum key
pasted(struct keys *k, unsigned char b)
{
	bool cr = k->cr;
	size_t n;

	if (b == ESC || (k->nheld > 0 && k->held[0] == ESC)) {
		// Whatever else begins with ESC has no place in a text.
		if (b == ESC)
			k->nheld = 0;
		k->held[k->nheld++] = b;
		n = k->nheld;
		if (memcmp(k->held, PASTE_END, n) != 0)
			k->nheld = 0;
		else if (n == strlen(PASTE_END))
			k->nheld = k->paste = 0;
		return KEY_NONE;
	}
	k->cr = b == '\r';
	if (b == '\r' || (b == '\n' && !cr))
		return give_text(k, KEY_PASTE, (const unsigned char *)"\n", 1);
	if (b < 0x20 && b != '\t')
		return KEY_NONE;
	return b == 0x7f ? KEY_NONE : character(k, b, KEY_PASTE);
}

enum key
keys_add(struct keys *k, unsigned char b)
{
	if (k->paste)
		return pasted(k, b);
	if (keys_pending(k))
		return in_sequence(k, b);
	if (b == ESC) {
		k->held[0] = b;
		k->nheld = 1;
		return KEY_NONE;
	}
	if (b < 0x20)
		return controls[b];
	return b == 0x7f ? KEY_BACKSPACE : character(k, b, KEY_TEXT);
}

enum key
keys_flush(struct keys *k)
{
	bool escape = k->nheld == 1 && k->held[0] == ESC && !k->paste;

	k->nheld = 0;
	return escape ? KEY_ABORT : KEY_NONE;
}
