// SPDX-License-Identifier: ISC
// Bytes that grow, and memory that does not fail twice.
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "src/agent/exit.h"
#include "src/agent/text.h"

static void __attribute__((noreturn)) out_of_memory(void)
{
	static const char words[] = "stockade: out of memory\n";

	(void)!write(STDERR_FILENO, words, sizeof(words) - 1);
	_exit(AGENT_EXIT_INTERNAL);
}

void *
mem_alloc(size_t n, size_t size)
{
	void *p = calloc(n != 0 ? n : 1, size);

	if (p == NULL)
		out_of_memory();
	return p;
}

void *
mem_grow(void *p, size_t n, size_t size)
{
	p = reallocarray(p, n != 0 ? n : 1, size);
	if (p == NULL)
		out_of_memory();
	return p;
}

char *
mem_dup(const char *s)
{
	char *p = strdup(s);

	if (p == NULL)
		out_of_memory();
	return p;
}

static void
make_room(struct text *t, size_t more)
{
	size_t need;

	if (more > SIZE_MAX / 4 || t->len > SIZE_MAX / 4)
		out_of_memory();
	need = t->len + more + 1;
	if (need <= t->cap)
		return;
	t->cap = need < 256 ? 256 : need + need / 2;
	t->p = mem_grow(t->p, t->cap, 1);
}

void
text_add(struct text *t, const void *data, size_t len)
{
	make_room(t, len);
	if (len > 0)
		memcpy(t->p + t->len, data, len);
	t->len += len;
	t->p[t->len] = '\0';
}

void
text_str(struct text *t, const char *s)
{
	text_add(t, s, strlen(s));
}

void
text_char(struct text *t, char c)
{
	text_add(t, &c, 1);
}

void
text_printf(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	make_room(t, (size_t)n);
	va_start(ap, fmt);
	vsnprintf(t->p + t->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	t->len += (size_t)n;
}

const char *
text_of(const struct text *t)
{
	return t->p != NULL ? t->p : "";
}

char *
text_take(struct text *t)
{
	char *p;

	make_room(t, 0);
	t->p[t->len] = '\0';
	p = t->p;
	memset(t, 0, sizeof(*t));
	return p;
}

void
text_free(struct text *t)
{
	free(t->p);
	memset(t, 0, sizeof(*t));
}
