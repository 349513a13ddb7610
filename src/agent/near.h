/* SPDX-License-Identifier: ISC */
/*
 * Which place of a text is most like what was looked for in it in vain.
 */
#ifndef SRC_AGENT_NEAR_H
#define SRC_AGENT_NEAR_H

#include <stdbool.h>
#include <stddef.h>
#include "src/agent/text.h"

struct near {
	const char *data; /* the text */
	size_t len;
	const char *want;
	size_t want_len;
};

/* Appends a sentence and the lines of that place, or that there is none. */
void near_say(const struct near *e, struct text *out);
/* Equal when white space is left out. */
bool near_equal(const char *a, size_t n, const char *b, size_t m);

#endif
