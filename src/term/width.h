/* SPDX-License-Identifier: ISC */
/*
 * How many columns of a terminal a text takes, and where its characters
 * begin and end. Of our own: libc's answer depends on a locale that nobody
 * has to have set.
 */
#ifndef SRC_TERM_WIDTH_H
#define SRC_TERM_WIDTH_H

#include <stddef.h>
#include <stdint.h>

struct width_range {
	uint32_t first, last;
};

extern const struct width_range width_none[], width_two[];
extern const size_t width_none_count, width_two_count;

/*
 * The character that p, of at least one byte, begins with: how many bytes it
 * has. A byte that begins none is one of U+FFFD.
 */
size_t width_decode(const char *p, size_t len, uint32_t *cp);
/* Columns of one character: 0, 1 or 2. Controls have none. */
unsigned width_of(uint32_t cp);
/* Columns of a text without line ends. */
size_t width_text(const char *p, size_t len);
/*
 * Where the next, and the previous, thing begins that a person takes for one
 * character: a base with all that is put over it, or joined to it.
 */
size_t width_next(const char *p, size_t len, size_t at);
size_t width_prev(const char *p, size_t len, size_t at);

#endif
