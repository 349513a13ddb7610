/* SPDX-License-Identifier: ISC */
/*
 * The bytes of a request and of its answer, for a person to read: keys struck
 * out, line by line, "> " in front of what goes out and "< " of what comes in.
 */
#ifndef SRC_MODEL_WIRELOG_H
#define SRC_MODEL_WIRELOG_H

#include <stdbool.h>
#include <stdio.h>
#include "src/model/buf.h"
#include "src/model/keys.h"

struct wirelog {
	FILE *f; /* the caller's */
	const struct keys *keys;
	struct buf line[2]; /* not ended yet: in, out */
};

enum {
	WIRELOG_LINE_MAX = 16 << 20 /* what is longer is told in parts */
};

/* Bytes as they pass, cut anywhere. */
void wirelog_add(struct wirelog *w, bool out, const char *p, size_t n);
/* Ends the lines that are open, and gives their memory back. */
void wirelog_end(struct wirelog *w);

#endif
