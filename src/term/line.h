/* SPDX-License-Identifier: ISC */
/*
 * A text that is being typed, its cursor, and what can be done to both. Of
 * any number of lines; "line" is what readers of such a text call it.
 */
#ifndef SRC_TERM_LINE_H
#define SRC_TERM_LINE_H

#include <stdbool.h>
#include "src/agent/text.h"
#include "src/term/keys.h"

#define LINE_MAX_BYTES (1u << 20)

struct line {
	struct text text;
	size_t at;	    /* of the cursor, in bytes */
	struct text killed; /* what a yank brings back */
	bool killing;	    /* the last key killed: the next one adds */
};

void line_free(struct line *l);
/* Replaces it all; the cursor stands at the end. */
void line_set(struct line *l, const char *p, size_t len);
/* At the cursor. What does not fit is left out; false then. */
bool line_insert(struct line *l, const char *p, size_t len);
/*
 * Does what the key says, if it is about a text. False: it is not, or (up,
 * down) there is no line to go to.
 */
bool line_key(struct line *l, enum key key);

#endif
