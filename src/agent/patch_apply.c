// SPDX-License-Identifier: ISC
// Lays the hunks of a patch over a file: where they say, else at the nearest
// place that fits, else where it fits but for white space; never at a guess.
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "src/agent/near.h"
#include "src/agent/patch.h"

#define PLACES_MAX 8 // told of an ambiguous hunk
#define NOWHERE	   SIZE_MAX

enum likeness {
	EXACT,
	TRAILING, // white space at the end aside
	SPACE,	  // all white space aside
	LIKENESSES
};

struct line {
	const char *p;
	size_t len;
};

struct old {
	struct line *line;
	size_t n;
	bool crlf;	 // its lines end in CR LF
	bool no_newline; // its last line does not end
};

struct applying {
	const struct patch_file *f;
	struct old old;
	size_t next;   // line of the old file that is not yet copied
	int64_t drift; // places found, against those that were said
	struct text *out, *notes, *complaint;
};

static void
split(struct old *o, const struct text *t)
{
	const char *p = t->p, *end = p + t->len, *nl;
	size_t cap = 0, len;

	o->crlf = t->len > 0 && memmem(p, t->len, "\r\n", 2) != NULL;
	for (; p < end; p += len + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		len = (size_t)((nl != NULL ? nl : end) - p);
		if (o->n == cap) {
			cap = cap == 0 ? 256 : 2 * cap;
			o->line = mem_grow(o->line, cap, sizeof(*o->line));
		}
		o->line[o->n++] = (struct line){p, len};
		o->no_newline = nl == NULL;
	}
}

static size_t
trimmed(const char *p, size_t len)
{
	while (len > 0 && isspace((unsigned char)p[len - 1]))
		len--;
	return len;
}

static bool
alike(const struct line *a, const char *p, size_t len, enum likeness how,
    bool crlf)
{
	size_t n = a->len;

	if (how == SPACE)
		return near_equal(a->p, n, p, len);
	if (how == TRAILING) {
		n = trimmed(a->p, n);
		len = trimmed(p, len);
	} else if (crlf) {
		// A patch may have either line end.
		n -= n > 0 && a->p[n - 1] == '\r';
		len -= len > 0 && p[len - 1] == '\r';
	}
	return n == len && memcmp(a->p, p, n) == 0;
}

static size_t
old_lines(const struct patch_hunk *h)
{
	size_t i, n = 0;

	for (i = 0; i < h->n; i++)
		n += h->lines[i].op != '+';
	return n;
}

static bool
fits(const struct old *o, size_t at, const struct patch_hunk *h,
    enum likeness how)
{
	size_t i;

	for (i = 0; i < h->n; i++) {
		if (h->lines[i].op == '+')
			continue;
		if (at == o->n || !alike(&o->line[at], h->lines[i].p,
				      h->lines[i].len, how, o->crlf))
			return false;
		at++;
	}
	return true;
}

struct found {
	size_t at; // the best place, or NOWHERE
	size_t n;  // places in all
	size_t places[PLACES_MAX];
};

static uint64_t
distance(size_t a, size_t b)
{
	return a > b ? a - b : b - a;
}

/* Every place from `from` on; the best is the nearest to `want`. */
static void
look(const struct applying *a, const struct patch_hunk *h, size_t from,
    size_t want, enum likeness how, struct found *f)
{
	size_t at, need = old_lines(h);

	*f = (struct found){.at = NOWHERE};
	for (at = from; at + need <= a->old.n; at++) {
		if (h->at_end && h->line == 0 && at + need != a->old.n)
			continue;
		if (!fits(&a->old, at, h, how))
			continue;
		if (f->n < PLACES_MAX)
			f->places[f->n] = at;
		f->n++;
		if (f->at == NOWHERE ||
		    distance(at, want) < distance(f->at, want))
			f->at = at;
	}
}

/* Where to begin: after the section, if one is named; NOWHERE: it is not
   there. */
static size_t
after_section(const struct applying *a, const struct patch_hunk *h)
{
	enum likeness how;
	size_t at;

	if (h->section == NULL)
		return a->next;
	for (how = EXACT; how < LIKENESSES; how++)
		for (at = a->next; at < a->old.n; at++)
			if (alike(&a->old.line[at], h->section, h->section_len,
				how, a->old.crlf))
				return at + 1;
	return NOWHERE;
}

static void
want_text(const struct patch_hunk *h, struct text *t)
{
	size_t i;

	for (i = 0; i < h->n; i++) {
		if (h->lines[i].op == '+')
			continue;
		if (t->len > 0)
			text_char(t, '\n');
		text_add(t, h->lines[i].p, h->lines[i].len);
	}
}

static int
complain_absent(
    struct applying *a, const struct patch_hunk *h, const struct text *old)
{
	autotext struct text want = {0};
	struct near n = {.data = text_of(old), .len = old->len};

	want_text(h, &want);
	n.want = text_of(&want);
	n.want_len = want.len;
	patch_fault(a->complaint, h->said,
	    a->next > 0 ? "the hunk does not fit after the one before it."
			: "the hunk fits nowhere.");
	near_say(&n, a->complaint);
	return -1;
}

static int
complain_ambiguous(
    struct applying *a, const struct patch_hunk *h, const struct found *f)
{
	size_t i;

	patch_fault(
	    a->complaint, h->said, "the hunk fits %zu places (lines ", f->n);
	for (i = 0; i < f->n && i < PLACES_MAX; i++)
		text_printf(
		    a->complaint, "%s%zu", i > 0 ? ", " : "", f->places[i] + 1);
	text_printf(a->complaint,
	    "%s); give more lines around the one you mean, or line numbers",
	    f->n > PLACES_MAX ? "..." : "");
	return -1;
}

static void
note(struct applying *a, const struct patch_hunk *h, size_t at,
    enum likeness how)
{
	if (h->line != 0 && at + 1 != h->line)
		text_printf(a->notes,
		    "the hunk of line %zu applied at line %zu, not %zu\n",
		    h->said, at + 1, h->line);
	if (how != EXACT)
		text_printf(a->notes,
		    "the hunk of line %zu applied at line %zu with other "
		    "white space\n",
		    h->said, at + 1);
}

/* Only lines to add: the place is all that is to be known. */
static size_t
place_of_addition(
    const struct applying *a, const struct patch_hunk *h, size_t from)
{
	size_t at = a->old.n;

	if (h->line != 0)
		at = (size_t)((int64_t)h->line - 1 + a->drift);
	else if (h->section != NULL && !h->at_end)
		at = from;
	if (at > a->old.n)
		at = a->old.n;
	return at < a->next ? a->next : at;
}

static int
place(struct applying *a, const struct patch_hunk *h, const struct text *old,
    size_t *at)
{
	size_t from = after_section(a, h), want = from;
	enum likeness how;
	struct found f;

	if (from == NOWHERE)
		return patch_fault(a->complaint, h->said,
		    "the line \"%.*s\" that is to stand above is not in the "
		    "file%s",
		    (int)(h->section_len < 200 ? h->section_len : 200),
		    h->section, a->next > 0 ? " after the last hunk" : "");
	if (old_lines(h) == 0) {
		*at = h->n == 0 ? from : place_of_addition(a, h, from);
		return 0;
	}
	if (h->line != 0 && (int64_t)h->line - 1 + a->drift > 0)
		want = (size_t)((int64_t)h->line - 1 + a->drift);
	for (how = EXACT; how < LIKENESSES; how++) {
		look(a, h, from, want, how, &f);
		if (f.n > 1 && h->line == 0 && h->section == NULL)
			return complain_ambiguous(a, h, &f);
		if (f.n == 0)
			continue;
		*at = f.at;
		if (h->line != 0)
			a->drift = (int64_t)f.at - (int64_t)h->line + 1;
		note(a, h, f.at, how);
		return 0;
	}
	return complain_absent(a, h, old);
}

static void
put_line(struct applying *a, const char *p, size_t len, bool ends)
{
	text_add(a->out, p, len);
	if (ends)
		text_char(a->out, '\n');
}

static void
copy_to(struct applying *a, size_t at)
{
	for (; a->next < at; a->next++)
		put_line(a, a->old.line[a->next].p, a->old.line[a->next].len,
		    a->next + 1 < a->old.n || !a->old.no_newline);
}

/* The old file's last line has no end, and something is to follow it. */
static void
end_line(struct applying *a)
{
	if (a->out->len > 0 && a->out->p[a->out->len - 1] != '\n')
		text_char(a->out, '\n');
}

static void
put_hunk(struct applying *a, const struct patch_hunk *h)
{
	const struct patch_line *l;
	size_t i;

	for (i = 0; i < h->n; i++) {
		l = &h->lines[i];
		if (l->op == ' ')
			copy_to(a, a->next + 1); // with the file's own space
		else if (l->op == '-')
			a->next++;
		else {
			end_line(a);
			text_add(a->out, l->p, l->len);
			if (a->old.crlf &&
			    (l->len == 0 || l->p[l->len - 1] != '\r'))
				text_char(a->out, '\r');
			text_char(a->out, '\n');
		}
	}
	// The flag is about the new file's last line, whoever wrote it.
	if (h->no_newline && a->next == a->old.n && a->out->len > 0 &&
	    a->out->p[a->out->len - 1] == '\n')
		a->out->len--;
	if (a->out->p != NULL)
		a->out->p[a->out->len] = '\0';
}

static int
apply_all(struct applying *a, const struct text *old)
{
	size_t i, at = 0;

	for (i = 0; i < a->f->n; i++) {
		const struct patch_hunk *h = &a->f->hunks[i];

		if (place(a, h, old, &at) != 0)
			return -1;
		copy_to(a, at);
		put_hunk(a, h);
	}
	copy_to(a, a->old.n);
	if (a->f->kind == PATCH_DELETE && a->f->n > 0 && a->out->len > 0)
		return patch_fault(a->complaint, a->f->said,
		    "the file would be deleted, but has more lines than the "
		    "patch takes away; read it again");
	return 0;
}

int
patch_apply(const struct patch_file *f, const struct text *old,
    struct text *out, struct text *notes, struct text *complaint)
{
	struct applying a = {
	    .f = f, .out = out, .notes = notes, .complaint = complaint};
	int rc;

	split(&a.old, old);
	rc = apply_all(&a, old);
	free(a.old.line);
	return rc;
}
