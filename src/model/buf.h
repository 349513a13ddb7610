/* SPDX-License-Identifier: ISC */
/*
 * Bytes that arrive piece by piece, under a cap: a stranger sends them.
 */
#ifndef SRC_MODEL_BUF_H
#define SRC_MODEL_BUF_H

#include <stddef.h>
#include "jail/base/err.h"

struct buf {
	char *p; /* NUL-terminated once anything was appended */
	size_t len, cap;
};

/*
 * Appends n bytes. -1, and nothing appended, if more than max bytes would be
 * held or memory is out.
 */
int buf_add(struct buf *b, const char *p, size_t n, size_t max) MUST_CHECK;
/* Empties it and keeps the memory, or gives the memory back. */
void buf_reset(struct buf *b);
void buf_free(struct buf *b);
/* The text, "" when there is none. */
const char *buf_str(const struct buf *b);

#endif
