/* SPDX-License-Identifier: ISC */
/*
 * What differs between two runs of the same thing, replaced by its name:
 * {DURATION}, {DATE}, {TIME}, {TMP}, {ADDR}, {PID}.
 */
#ifndef SRC_MODEL_CHANGING_H
#define SRC_MODEL_CHANGING_H

#include <stddef.h>

/*
 * A copy of the n bytes of text with every changing part named; its length
 * in *len; the caller frees it. NULL when memory is out. Naming twice is the
 * same as naming once.
 */
char *changing_named(const char *text, size_t n, size_t *len);

#endif
