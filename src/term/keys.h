/* SPDX-License-Identifier: ISC */
/*
 * What a terminal sends, as keys: bytes in, one key at a time out. Pure; who
 * calls it reads, and says when nothing more came after an escape.
 */
#ifndef SRC_TERM_KEYS_H
#define SRC_TERM_KEYS_H

#include <stdbool.h>
#include <stddef.h>

enum key {
	KEY_NONE,  /* not whole yet, or of no meaning */
	KEY_TEXT,  /* the character in text */
	KEY_PASTE, /* a piece of a paste, in text; line ends are \n */
	KEY_ENTER,
	KEY_NEWLINE, /* a line end in the text: Alt-Enter, Ctrl-J */
	KEY_TAB,
	KEY_BACKSPACE,
	KEY_DELETE,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_UP,
	KEY_DOWN,
	KEY_HOME,
	KEY_END,
	KEY_FIRST, /* of the whole text: Alt-<, Ctrl-Home */
	KEY_LAST,
	KEY_WORD_LEFT,
	KEY_WORD_RIGHT,
	KEY_KILL_END,	/* Ctrl-K */
	KEY_KILL_START, /* Ctrl-U */
	KEY_KILL_WORD,	/* Ctrl-W, Alt-Backspace: the one before */
	KEY_KILL_NEXT,	/* Alt-D: the one after */
	KEY_YANK,
	KEY_SWAP,    /* Ctrl-T: the two characters around the cursor */
	KEY_CLEAR,   /* Ctrl-L */
	KEY_SEARCH,  /* Ctrl-R */
	KEY_CANCEL,  /* Ctrl-C */
	KEY_EOF,     /* Ctrl-D: the end, or delete */
	KEY_ABORT,   /* Ctrl-G, Escape */
	KEY_EXPAND,  /* Ctrl-O */
	KEY_SUSPEND, /* Ctrl-Z */
};

struct keys {
	unsigned char held[32]; /* of an unfinished sequence */
	size_t nheld;
	bool paste;   /* between the brackets of one */
	bool cr;      /* the last pasted byte was a carriage return */
	char text[8]; /* of KEY_TEXT and KEY_PASTE */
	size_t len;
};

void keys_begin(struct keys *k);
/* Takes one byte. KEY_NONE: it takes more. */
enum key keys_add(struct keys *k, unsigned char b);
/* Whether an escape waits for what follows it. */
bool keys_pending(const struct keys *k);
/* Nothing followed: what is held, as it stands. */
enum key keys_flush(struct keys *k);

#endif
