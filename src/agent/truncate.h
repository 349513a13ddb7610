/* SPDX-License-Identifier: ISC */
/*
 * Long text cut in its middle, with the cut said.
 */
#ifndef SRC_AGENT_TRUNCATE_H
#define SRC_AGENT_TRUNCATE_H

#include <stddef.h>
#include <stdint.h>
#include "src/agent/clean.h"

/* What a model gets to see of one command's output, bytes of each end. */
#define TRUNCATE_HEAD 6000
#define TRUNCATE_TAIL 10000

/* The two ends of a text of total bytes; the ends may meet. */
struct truncate_ends {
	const char *head, *tail;
	size_t head_len, tail_len;
	uint64_t total;
};

/*
 * Appends head and tail, each cleaned, with "[... N bytes cut ...]" between
 * them if something is missing. No character is cut in two.
 */
void truncate_ends(
    struct text *out, enum clean_for what, const struct truncate_ends *e);
/* The same of a whole text, head and tail bytes of it at most. */
void truncate_text(struct text *out, enum clean_for what, const char *data,
    size_t len, size_t head, size_t tail);

#endif
