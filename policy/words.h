/* SPDX-License-Identifier: ISC */
/*
 * A policy text as a row of words: lines, blanks, quotes and comments.
 *
 * A line ends at LF or CR LF, the last one also at the end of the text. It
 * has 4096 bytes at most, and no control character but tabs, not even in a
 * comment. Words stand between blanks; `#` where a word could start begins a
 * comment. A word in double quotes may have blanks and `#`; it has no
 * escapes and ends before a blank or the line's end.
 */
#ifndef POLICY_WORDS_H
#define POLICY_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "policy/policy.h"

#define WORDS_LINE_MAX 4096
#define WORDS_SHOW_MAX 48 /* bytes words_show() fills at most */

struct word {
	const char *s; /* in the text; not terminated */
	size_t len;
	uint32_t line, column; /* of its first byte, quote included */
	bool quoted;
};

struct words {
	const char *text;
	size_t len;
	size_t start, end; /* of the current line */
	size_t next;	   /* where the line after it starts */
	size_t pos;
	uint32_t line;
};

/* The text stays the caller's. */
void words_begin(struct words *w, const char *text, size_t len);
/* 1: *out is the next word; 0: the text is over; -1: *f says what is wrong. */
int words_next(struct words *w, struct word *out, struct policy_fault *f)
    __attribute__((warn_unused_result));
/* True if the word, quoted or not, is exactly this. */
bool words_is(const struct word *w, const char *what);
/* The word in quotes for a message: cut if long, nothing unprintable. */
const char *words_show(const struct word *w, char buf[WORDS_SHOW_MAX]);
/* Fills *f for a fault at the word. Returns -1. */
int words_fault(struct policy_fault *f, const struct word *at, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));

#endif
