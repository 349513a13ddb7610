// SPDX-License-Identifier: ISC
// Replacing a string in a text, and saying precisely why it could not be.
#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include "src/agent/clean.h"
#include "src/agent/edit.h"

#define SHOWN_LINES 12	// of the nearest place
#define LINE_SHOWN  300 // bytes shown of one line
#define PLACES_MAX  8	// line numbers told of an ambiguous match

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

/* The set of letter pairs of a line, white space aside, as 512 bits. */
struct pairs {
	uint64_t bits[8];
};

static unsigned int
ones(const struct pairs *a, const struct pairs *b)
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < 8; i++)
		n +=
		    (unsigned int)__builtin_popcountll(a->bits[i] & b->bits[i]);
	return n;
}

static struct pairs
pairs_of(const char *p, size_t len)
{
	struct pairs s = {{0}};
	unsigned char last = 0;
	unsigned int h;
	size_t i;

	for (i = 0; i < len && i < 1000; i++) {
		if (isspace((unsigned char)p[i]))
			continue;
		h = (last * 31u + (unsigned char)p[i]) * 2654435761u >> 23;
		s.bits[h >> 6] |= (uint64_t)1 << (h & 63);
		last = (unsigned char)p[i];
	}
	return s;
}

/* Equal when white space is left out. */
static bool
equal_but_space(const char *a, size_t n, const char *b, size_t m)
{
	size_t i = 0, j = 0;

	for (;;) {
		while (i < n && isspace((unsigned char)a[i]))
			i++;
		while (j < m && isspace((unsigned char)b[j]))
			j++;
		if (i == n || j == m)
			return i == n && j == m;
		if (a[i++] != b[j++])
			return false;
	}
}

static size_t
line_length(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return (size_t)((nl != NULL ? nl : end) - p);
}

/* The first line of old that says something. */
static const char *
telling_line(const struct edit *e, size_t *len)
{
	const char *p = e->old, *end = p + e->old_len;

	for (; p < end; p += *len + 1) {
		*len = line_length(p, end);
		if (!equal_but_space(p, *len, "", 0))
			return p;
	}
	return NULL;
}

/* The line of the file that is most like the wanted one; NULL: none is. */
static const char *
nearest(const struct edit *e, const char *want, size_t want_len, bool *equal)
{
	const char *p, *end = e->data + e->len, *best = NULL;
	struct pairs w = pairs_of(want, want_len), l;
	unsigned int common, total, score, best_score = 400; // of 1000
	size_t n;

	for (p = e->data; p < end; p += n + 1) {
		n = line_length(p, end);
		if (equal_but_space(p, n, want, want_len)) {
			*equal = true;
			return p;
		}
		l = pairs_of(p, n);
		common = ones(&w, &l);
		total = ones(&w, &w) + ones(&l, &l);
		score = total == 0 ? 0 : 2000 * common / total;
		if (score > best_score) {
			best_score = score;
			best = p;
		}
	}
	*equal = false;
	return best;
}

static void
show_lines(const struct edit *e, const char *at, size_t lines, struct text *out)
{
	const char *end = e->data + e->len;
	size_t number = line_of(e->data, at), n;

	for (; lines > 0 && at < end; lines--, at += n + 1) {
		n = line_length(at, end);
		text_printf(out, "%6zu\t", number++);
		clean_all(CLEAN_FILE, out, at, n < LINE_SHOWN ? n : LINE_SHOWN);
		text_char(out, '\n');
	}
}

static void
complain_absent(const struct edit *e, struct text *complaint)
{
	const char *want, *at;
	size_t len, lines = 1, i;
	bool equal;

	text_str(complaint, "old_string is not in the file.");
	want = telling_line(e, &len);
	at = want != NULL ? nearest(e, want, len, &equal) : NULL;
	if (at == NULL) {
		text_str(
		    complaint, " No line is like it; read the file again.");
		return;
	}
	for (i = 0; i < e->old_len; i++)
		lines += e->old[i] == '\n';
	text_printf(complaint, " Its line \"");
	clean_all(
	    CLEAN_FILE, complaint, want, len < LINE_SHOWN ? len : LINE_SHOWN);
	text_printf(complaint, "\" %s:\n",
	    equal ? "is there, perhaps with other white space; the file has"
		  : "is most like this place");
	show_lines(e, at, lines < SHOWN_LINES ? lines : SHOWN_LINES, complaint);
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
