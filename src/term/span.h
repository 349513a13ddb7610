/* SPDX-License-Identifier: ISC */
/*
 * Marks within a line of Markdown: *this*, **this**, `this`, [this](there).
 */
#ifndef SRC_TERM_SPAN_H
#define SRC_TERM_SPAN_H

#include <stdbool.h>
#include <stddef.h>

enum span_kind {
	SPAN_NONE, /* it is no mark but itself */
	SPAN_MORE, /* that depends on what follows */
	SPAN_CODE,
	SPAN_BOLD,
	SPAN_ITALIC,
	SPAN_BOTH,
	SPAN_LINK,
};

struct span {
	size_t text, text_len; /* what is marked */
	size_t link, link_len; /* SPAN_LINK: where it leads */
	size_t len;	       /* of all, marks included */
};

/* Whether a byte may begin one. */
bool span_begins(char c);
/*
 * What p begins with, after the byte before (0: the line's begin). over: the
 * line ends behind p, nothing follows.
 */
enum span_kind
span_look(const char *p, size_t len, char before, bool over, struct span *s);

#endif
