/* SPDX-License-Identifier: ISC */
/*
 * Bytes that grow. Always NUL-terminated once something was added.
 *
 * Nobody here checks for want of memory: the process ends at once (with
 * AGENT_EXIT_INTERNAL). Its helper then undoes the sandbox, and the session
 * file is whole to the last step.
 */
#ifndef SRC_AGENT_TEXT_H
#define SRC_AGENT_TEXT_H

#include <stddef.h>

struct text {
	char *p; /* NULL while nothing was added */
	size_t len, cap;
};

#define autotext __attribute__((cleanup(text_free)))

void text_add(struct text *t, const void *data, size_t len);
void text_str(struct text *t, const char *s);
void text_char(struct text *t, char c);
void text_printf(struct text *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The text so far; "" if nothing was added. Stays the text's own. */
const char *text_of(const struct text *t);
/* Hands the bytes to the caller (free); the text is empty again. */
char *text_take(struct text *t);
void text_free(struct text *t);

/* Never NULL. */
void *mem_alloc(size_t n, size_t size);
void *mem_grow(void *p, size_t n, size_t size);
char *mem_dup(const char *s);

#endif
