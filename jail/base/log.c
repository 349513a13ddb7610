// SPDX-License-Identifier: ISC
// The helper's log: escaped, and no more than a budget of bytes.
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/base/log.h"

static size_t budget = 64 * 1024;

void
log_escape(char *dst, size_t size, const char *src)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;
	unsigned char c;

	for (; (c = (unsigned char)*src) != '\0' && n + 5 < size; src++) {
		if (c >= 0x20 && c < 0x7f && c != '\\') {
			dst[n++] = (char)c;
			continue;
		}
		dst[n++] = '\\';
		dst[n++] = 'x';
		dst[n++] = hex[c >> 4];
		dst[n++] = hex[c & 15];
	}
	dst[n] = '\0';
}

void
log_error(const struct err *e)
{
	char text[sizeof(e->text) * 4], line[sizeof(text) + 64];
	int n;

	log_escape(text, sizeof(text), e->text);
	n = snprintf(line, sizeof(line), "stockade-jail: %s: %s\n",
	    err_name(e->code), text);
	if (n <= 0 || (size_t)n > budget)
		return;
	budget -= (size_t)n;
	if (fd_write_all(STDERR_FILENO, line, (size_t)n) != 0)
		budget = 0; // nobody listens
}
