/* SPDX-License-Identifier: ISC */
/*
 * A text that is being typed, drawn on a terminal again and again: rows that
 * we break ourselves, so that we know where the cursor is.
 */
#ifndef SRC_TERM_DRAW_H
#define SRC_TERM_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include "src/agent/text.h"
#include "src/term/mode.h"

/* What is to be seen. */
struct draw_view {
	const char *above;  /* a line of its own, cut where it is too long */
	const char *prompt; /* before the first line */
	const char *more;   /* before the others */
	const char *text;
	size_t len, at; /* bytes; of the cursor */
	bool color;
};

/* What is on the screen of it. */
struct draw {
	unsigned *width; /* of each row, in columns */
	size_t rows, cap;
	size_t row; /* that the cursor is in */
};

/* Appends to out what takes the screen from what it shows to the view. */
void draw_view(struct draw *d, struct text *out, const struct draw_view *v,
    const struct mode_size *size);
/* What is on the screen stays there: the cursor goes below it. */
void draw_leave(struct draw *d, struct text *out);
/* It goes away, and the cursor to where it began. */
void draw_wipe(struct draw *d, struct text *out, const struct mode_size *size);
void draw_free(struct draw *d);

#endif
