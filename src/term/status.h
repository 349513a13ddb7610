/* SPDX-License-Identifier: ISC */
/*
 * The state of a session in a line, and that line at the bottom of the
 * screen while something is under way.
 */
#ifndef SRC_TERM_STATUS_H
#define SRC_TERM_STATUS_H

#include <stdbool.h>
#include <stdint.h>
#include "src/agent/text.h"

#define STATUS_NO_COST UINT64_MAX

struct status {
	uint64_t turns;
	uint64_t input_tokens, output_tokens;
	uint64_t cost_usd_micro; /* STATUS_NO_COST: not known */
	uint64_t ms;
	const char *box;   /* "rootless, no network" */
	const char *tests; /* "green"; NULL: there are none */
	const char *doing; /* "bash make test"; NULL: nothing */
};

/* Appends it; without what is 0 or not known. */
void status_text(struct text *out, const struct status *s);
/* 999, 12.3k, 4.5M */
void status_count(struct text *out, uint64_t n);
/* 0:09, 12:34, 1:02:03 */
void status_time(struct text *out, uint64_t ms);

struct status_line {
	int fd; /* of a terminal whose cursor can be moved; -1: none */
	bool color;
	bool shown;
};

/* Puts the text there, as far as the row takes it; over the one before. */
void status_show(struct status_line *l, const char *text);
/* Takes it away: the cursor stands where it stood before it. */
void status_hide(struct status_line *l);

#endif
