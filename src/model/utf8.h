/* SPDX-License-Identifier: ISC */
/*
 * UTF-8 as RFC 3629 has it: is it, and if not, make it so.
 */
#ifndef SRC_MODEL_UTF8_H
#define SRC_MODEL_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Length of the longest valid prefix of n bytes. NUL counts as a character:
 * it is valid UTF-8.
 */
size_t utf8_prefix(const char *p, size_t n);
bool utf8_valid(const char *p, size_t n);
/*
 * A valid copy of n bytes, NUL-terminated, its length in *len: each longest
 * broken piece becomes one U+FFFD, as browsers do it. The caller frees it;
 * NULL when memory is out.
 */
char *utf8_repair(const char *p, size_t n, size_t *len);

#endif
