// SPDX-License-Identifier: ISC
// Which place of a text is most like what was looked for in it in vain.
#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include "src/agent/clean.h"
#include "src/agent/near.h"

#define SHOWN_LINES 12	// of the nearest place
#define LINE_SHOWN  300 // bytes shown of one line

static size_t
line_of(const char *data, const char *at)
{
	size_t n = 1;

	for (; data < at; data++)
		n += *data == '\n';
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

bool
near_equal(const char *a, size_t n, const char *b, size_t m)
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

/* The first wanted line that says something. */
static const char *
telling_line(const struct near *e, size_t *len)
{
	const char *p = e->want, *end = p + e->want_len;

	for (; p < end; p += *len + 1) {
		*len = line_length(p, end);
		if (!near_equal(p, *len, "", 0))
			return p;
	}
	return NULL;
}

/* The line of the file that is most like the wanted one; NULL: none is. */
static const char *
nearest(const struct near *e, const char *want, size_t want_len, bool *equal)
{
	const char *p, *end = e->data + e->len, *best = NULL;
	struct pairs w = pairs_of(want, want_len), l;
	unsigned int common, total, score, best_score = 400; // of 1000
	size_t n;

	for (p = e->data; p < end; p += n + 1) {
		n = line_length(p, end);
		if (near_equal(p, n, want, want_len)) {
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
show_lines(const struct near *e, const char *at, size_t lines, struct text *out)
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

void
near_say(const struct near *e, struct text *out)
{
	const char *want, *at;
	size_t len, lines = 1, i;
	bool equal;

	want = telling_line(e, &len);
	at = want != NULL ? nearest(e, want, len, &equal) : NULL;
	if (at == NULL) {
		text_str(out, " No line is like it; read the file again.");
		return;
	}
	for (i = 0; i < e->want_len; i++)
		lines += e->want[i] == '\n';
	text_printf(out, " Its line \"");
	clean_all(CLEAN_FILE, out, want, len < LINE_SHOWN ? len : LINE_SHOWN);
	text_printf(out, "\" %s:\n",
	    equal ? "is there, perhaps with other white space; the file has"
		  : "is most like this place");
	show_lines(e, at, lines < SHOWN_LINES ? lines : SHOWN_LINES, out);
}
