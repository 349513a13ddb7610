/* SPDX-License-Identifier: ISC */
/* A command's directory, arguments and environment, as EXEC brought them. */
#ifndef JAIL_INSIDE_STRINGS_H
#define JAIL_INSIDE_STRINGS_H

#include <stddef.h>
#include "jail/wire/wire.h"

/* All zero: none. What is mapped has a size here. */
struct strings {
	char *text;
	size_t size, mapped;
	char **table; /* argv, NULL, envp, NULL */
	size_t table_size;
	char *cwd;
	char **argv, **envp;
};

/* Of a sealed memfd. */
int strings_map(struct strings *s, const struct wire_exec *x, int fd,
    struct err *e) MUST_CHECK;
/* Of the message itself, where they lie until the next one is read. */
int strings_take(
    struct strings *s, struct wire_exec_text *t, struct err *e) MUST_CHECK;
void strings_unmap(struct strings *s);

#endif
