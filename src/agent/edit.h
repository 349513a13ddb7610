/* SPDX-License-Identifier: ISC */
/*
 * Replacing a string in a text, and saying precisely why it could not be.
 */
#ifndef SRC_AGENT_EDIT_H
#define SRC_AGENT_EDIT_H

#include <stdbool.h>
#include <stddef.h>
#include "src/agent/text.h"

struct edit {
	const char *data; /* the file */
	size_t len;
	const char *old, *new;
	size_t old_len, new_len;
	bool all; /* every match, not the only one */
};

/*
 * Appends the edited text to out and returns how many matches it replaced;
 * or -1, with a complaint that names counts and lines. In a file with CR LF
 * line ends old and new may have LF: they are taken to mean CR LF.
 */
long edit_apply(const struct edit *e, struct text *out, struct text *complaint);

#endif
