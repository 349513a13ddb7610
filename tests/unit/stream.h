/* SPDX-License-Identifier: ISC */
/*
 * For tests: a whole stream of server-sent events through a dialect.
 */
#ifndef TESTS_UNIT_STREAM_H
#define TESTS_UNIT_STREAM_H

#include "src/model/dialect.h"

/*
 * Feeds the text in pieces of `piece` bytes, the first one of `first`.
 * Returns what the dialect says at the end, or at its first complaint. *a is
 * the caller's to free in any case.
 */
int stream_through(const struct dialect *d, const char *text, size_t first,
    size_t piece, struct answer *a, struct err *e) MUST_CHECK;
/* The blocks as text. */
const char *stream_blocks(const struct answer *a);

#endif
