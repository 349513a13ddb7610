/* SPDX-License-Identifier: ISC */
/*
 * A model's Markdown, made fit for a terminal while it streams in: words are
 * wrapped, and marks become colours. Without colours the marks stay, and
 * nothing is lost.
 */
#ifndef SRC_TERM_MARKDOWN_H
#define SRC_TERM_MARKDOWN_H

#include <stdbool.h>
#include "src/agent/text.h"

enum markdown_block {
	MARKDOWN_UNKNOWN, /* its line has only begun */
	MARKDOWN_TEXT,
	MARKDOWN_HEADING,
	MARKDOWN_ITEM,
	MARKDOWN_QUOTE,
	MARKDOWN_TABLE, /* not wrapped */
	MARKDOWN_FENCE, /* the line that begins or ends code */
	MARKDOWN_CODE,
};

struct markdown {
	bool color;
	unsigned width; /* to wrap at; 0: not at all */

	enum markdown_block block; /* of this line */
	struct text start;	   /* its first bytes, while it is unknown */
	char fence;		   /* we are in code that this ends... */
	size_t fence_len;	   /* ...as many in a row; 0: we are not */
	struct text span;	   /* what may become **this** or `this` */
	char before;		   /* the byte before the span, or 0 */
	unsigned style;		   /* in force, bits of our own */
	struct text word;	   /* not written yet */
	unsigned spaces;	   /* before it */
	unsigned column, indent;   /* of further rows of this line */
};

void markdown_begin(struct markdown *m, bool color, unsigned width);
/* Takes a piece, of whole characters without controls, and appends. */
void
markdown_add(struct markdown *m, struct text *out, const char *p, size_t len);
/* What is still held; the line is not ended, colours are. */
void markdown_end(struct markdown *m, struct text *out);
void markdown_free(struct markdown *m);

#endif
