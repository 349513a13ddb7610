/* SPDX-License-Identifier: ISC */
/*
 * The helper's log: a few lines on stderr, whatever anybody sends it.
 */
#ifndef JAIL_BASE_LOG_H
#define JAIL_BASE_LOG_H

#include <stddef.h>
#include "jail/base/err.h"

/* "stockade-jail: text", control characters escaped, within a budget of
 * bytes for the process's whole life. */
void log_error(const struct err *e);
/* Copies src to dst with control and non-ASCII bytes as \xNN. */
void log_escape(char *dst, size_t size, const char *src);

#endif
