// SPDX-License-Identifier: ISC
// Errors are values: filled where they happen, prefixed on the way up.
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include "jail/base/err.h"

struct err_row {
	uint32_t code;
	const char *name;
	const char *sentence;
};

static const struct err_row rows[] = {
#define X(id, value, what) {value, #id, what},
    ERR_TABLE(X)
#undef X
};

static const struct err_row *
row_of(uint32_t code)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].code == code)
			return &rows[i];
	return NULL;
}

int
err_set(struct err *e, enum err_code code, int sys, const char *fmt, ...)
{
	va_list ap;
	const char *why;
	size_t n;

	if (e == NULL)
		return -1;
	memset(e, 0, sizeof(*e));
	e->code = (uint32_t)code;
	e->sys_errno = sys;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	// strerrordesc_np takes no lock and no locale: fit for after clone.
	why = sys != 0 ? strerrordesc_np(sys) : NULL;
	n = strlen(e->text);
	if (why != NULL)
		snprintf(e->text + n, sizeof(e->text) - n, ": %s", why);
	return -1;
}

int
err_prefix(struct err *e, const char *fmt, ...)
{
	char old[sizeof(e->text)];
	va_list ap;
	size_t n;

	if (e == NULL)
		return -1;
	memcpy(old, e->text, sizeof(old));
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	n = strlen(e->text);
	snprintf(e->text + n, sizeof(e->text) - n, ": %s", old);
	return -1;
}

const char *
err_name(uint32_t code)
{
	static char name[ERR__END][16];
	const struct err_row *row = row_of(code);
	size_t i;

	if (row == NULL)
		return "unknown";
	for (i = 0; i < sizeof(name[0]) - 1 && row->name[i] != '\0'; i++)
		name[row->code][i] = (char)(row->name[i] | 0x20);
	return name[row->code];
}

const char *
err_sentence(uint32_t code)
{
	const struct err_row *row = row_of(code);

	return row != NULL ? row->sentence : "an error of an unknown kind";
}
