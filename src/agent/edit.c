// SPDX-License-Identifier: ISC
// Replacing a string in a text, and saying precisely why it could not be.
#include <string.h>
#include "src/agent/edit.h"
#include "src/agent/near.h"

#define PLACES_MAX 8 // line numbers told of an ambiguous match

static size_t
line_of(const char *data, const char *at)
{
	size_t n = 1;

	for (; data < at; data++)
		n += *data == '\n';
	return n;
}

static const char *
find(const char *p, const char *end, const char *s, size_t len)
{
	return p < end ? memmem(p, (size_t)(end - p), s, len) : NULL;
}

static size_t
count_matches(const struct edit *e, struct text *lines)
{
	const char *p = e->data, *end = p + e->len;
	size_t n = 0;

	while ((p = find(p, end, e->old, e->old_len)) != NULL) {
		if (n++ < PLACES_MAX)
			text_printf(lines, "%s%zu", n > 1 ? ", " : "",
			    line_of(e->data, p));
		p += e->old_len;
	}
	if (n > PLACES_MAX)
		text_str(lines, "...");
	return n;
}

static void
complain_absent(const struct edit *e, struct text *complaint)
{
	const struct near n = {e->data, e->len, e->old, e->old_len};

	text_str(complaint, "old_string is not in the file.");
	near_say(&n, complaint);
}

static void
to_crlf(struct text *out, const char *p, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (p[i] == '\n' && (i == 0 || p[i - 1] != '\r'))
			text_char(out, '\r');
		text_char(out, p[i]);
	}
}

static void
replace(const struct edit *e, struct text *out)
{
	const char *p = e->data, *end = p + e->len, *hit;

	while ((hit = find(p, end, e->old, e->old_len)) != NULL) {
		text_add(out, p, (size_t)(hit - p));
		text_add(out, e->new, e->new_len);
		p = hit + e->old_len;
	}
	text_add(out, p, (size_t)(end - p));
}

long
edit_apply(const struct edit *e, struct text *out, struct text *complaint)
{
	autotext struct text old = {0}, new = {0}, lines = {0};
	struct edit x = *e;
	size_t n;

	if (e->old_len == 0) {
		text_str(complaint, "old_string is empty; to make or replace a "
				    "whole file use write_file");
		return -1;
	}
	if (e->old_len == e->new_len && !memcmp(e->old, e->new, e->old_len)) {
		text_str(complaint, "old_string and new_string are the same");
		return -1;
	}
	n = count_matches(&x, &lines);
	if (n == 0 && memmem(e->data, e->len, "\r\n", 2) != NULL) {
		to_crlf(&old, e->old, e->old_len);
		to_crlf(&new, e->new, e->new_len);
		x.old = text_of(&old), x.old_len = old.len;
		x.new = text_of(&new), x.new_len = new.len;
		n = count_matches(&x, &lines);
	}
	if (n == 0) {
		complain_absent(e, complaint);
		return -1;
	}
	if (n > 1 && !e->all) {
		text_printf(complaint,
		    "old_string is in the file %zu times (lines %s); give "
		    "more lines around the one you mean, or set replace_all",
		    n, text_of(&lines));
		return -1;
	}
	replace(&x, out);
	return (long)n;
}
