// SPDX-License-Identifier: ISC
// Unified diffs: plain ones, git's with its extended headers, and the sloppy
// ones of models: counts that are wrong, none at all, empty lines without
// their space.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "src/agent/patch.h"

struct reader {
	struct patch_source *s;
	struct patch *p;
	struct patch_file *f; // at hand, or NULL
	bool git;	      // it began with "diff --git"
	bool mode_only;	      // it may change nothing but its mode or name
	struct text *complaint;
};

static char *
dup(const char *p, size_t len)
{
	struct text t = {0};

	text_add(&t, p, len);
	text_char(&t, '\0');
	return text_take(&t);
}

static char *
unquote(const char *p, size_t len)
{
	static const char from[] = "abtnvfr\"\\", to[] = "\a\b\t\n\v\f\r\"\\";
	struct text t = {0};
	const char *end = p + len, *at;
	int i, v;

	for (; p < end && *p != '"'; p++) {
		if (*p != '\\' || ++p == end) {
			text_char(&t, p < end ? *p : '\\');
			continue;
		}
		at = strchr(from, *p);
		if (at != NULL && *at != '\0') {
			text_char(&t, to[at - from]);
			continue;
		}
		for (v = 0, i = 0; i < 3 && p < end && *p >= '0' && *p <= '7';
		     i++, p++)
			v = v * 8 + (*p - '0');
		p -= i > 0;
		text_char(&t, i > 0 ? (char)v : *p);
	}
	text_char(&t, '\0');
	return text_take(&t);
}

/* A name of a header: up to a tab, which a time follows. NULL: /dev/null. */
static char *
read_name(const char *p, size_t len)
{
	const char *tab;

	while (len > 0 && (*p == ' ' || *p == '\t'))
		p++, len--;
	if (len > 0 && *p == '"')
		return unquote(p + 1, len - 1);
	tab = memchr(p, '\t', len);
	if (tab != NULL)
		len = (size_t)(tab - p);
	while (len > 0 && isspace((unsigned char)p[len - 1]))
		len--;
	if (len == 9 && memcmp(p, "/dev/null", 9) == 0)
		return NULL;
	return dup(p, len);
}

static bool
led_by(const char *name, char letter)
{
	return name == NULL || (name[0] == letter && name[1] == '/');
}

static char *
without_letter(char *name)
{
	if (name != NULL)
		memmove(name, name + 2, strlen(name + 2) + 1);
	return name;
}

static bool
is_named(struct reader *r, const char *line, size_t len)
{
	struct patch_source next = *r->s;

	if (!patch_starts(line, len, "--- "))
		return false;
	patch_skip(&next);
	return patch_peek(&next, &line, &len) &&
	       patch_starts(line, len, "+++ ");
}

static void
give_names(struct patch_file *f, char *from, char *to)
{
	if (f->to != NULL) { // git said so already
		free(from);
		free(to);
		return;
	}
	free(f->path);
	f->path = from != NULL ? from : to;
	if (from == NULL)
		return;
	if (to != NULL && strcmp(from, to) != 0)
		f->to = to;
	else
		free(to);
}

/* "--- a/OLD" and "+++ b/NEW". */
static int
read_names(struct reader *r)
{
	const char *line;
	char *from, *to;
	size_t len, said = r->s->number;
	bool fresh = !r->git || r->f == NULL || r->f->n > 0;

	patch_peek(r->s, &line, &len);
	from = read_name(line + 4, len - 4);
	patch_skip(r->s);
	patch_peek(r->s, &line, &len);
	to = read_name(line + 4, len - 4);
	patch_skip(r->s);
	if (led_by(from, 'a') && led_by(to, 'b')) {
		from = without_letter(from);
		to = without_letter(to);
	}
	if (fresh) {
		r->f = patch_add_file(r->p, said);
		r->git = r->mode_only = false;
	}
	r->f->whole = true;
	if (from == NULL && to == NULL)
		return patch_fault(r->complaint, said, "no file is named");
	r->f->kind = from == NULL ? PATCH_CREATE
		     : to == NULL ? PATCH_DELETE
				  : PATCH_MODIFY;
	give_names(r->f, from, to);
	return 0;
}

/* diff --git a/NAME b/NAME: the only place that names a file of no lines. */
static void
begin_git(struct reader *r, const char *line, size_t len)
{
	size_t n;

	r->f = patch_add_file(r->p, r->s->number);
	r->f->whole = true;
	r->git = true;
	r->mode_only = false;
	line += 11, len -= 11;
	while (len > 0 && isspace((unsigned char)line[len - 1]))
		len--;
	n = len / 2;
	if (len % 2 == 1 && n > 2 && line[n] == ' ' &&
	    memcmp(line, "a/", 2) == 0 && memcmp(line + n + 1, "b/", 2) == 0 &&
	    memcmp(line + 2, line + n + 3, n - 2) == 0)
		r->f->path = dup(line + 2, n - 2);
}

static int
read_mode(struct reader *r, const char *text, size_t len)
{
	if (len < 6 || memcmp(text, "100", 3) != 0)
		return patch_fault(r->complaint, r->s->number,
		    "only regular files can be patched (mode 100644 or "
		    "100755)");
	r->f->mode = memcmp(text + 3, "755", 3) == 0 ? 0755 : 0644;
	r->mode_only = true;
	return 0;
}

/* One of git's lines between "diff --git" and the hunks; 1: it is none. */
static int
read_extended(struct reader *r, const char *line, size_t len)
{
	struct patch_file *f = r->f;

	if (patch_starts(line, len, "new file mode ")) {
		f->kind = PATCH_CREATE;
		return read_mode(r, line + 14, len - 14);
	}
	if (patch_starts(line, len, "new mode "))
		return read_mode(r, line + 9, len - 9);
	if (patch_starts(line, len, "deleted file mode ")) {
		f->kind = PATCH_DELETE;
		r->mode_only = true;
		return 0;
	}
	if (patch_starts(line, len, "rename from ")) {
		free(f->path);
		f->path = read_name(line + 12, len - 12);
		return 0;
	}
	if (patch_starts(line, len, "rename to ")) {
		free(f->to);
		f->to = read_name(line + 10, len - 10);
		r->mode_only = true;
		return 0;
	}
	if (patch_starts(line, len, "copy from ") ||
	    patch_starts(line, len, "Binary files ") ||
	    patch_starts(line, len, "GIT binary patch"))
		return patch_fault(r->complaint, r->s->number,
		    "copies and binary files cannot be patched; use bash");
	return 1;
}

static bool
number(const char **p, const char *end, size_t *v)
{
	const char *start = *p;

	for (*v = 0; *p < end && isdigit((unsigned char)**p); ++*p)
		*v = *v > 100000000 ? *v : *v * 10 + (size_t)(**p - '0');
	return *p > start;
}

/* "-A[,B]" of the old file or "+A[,B]" of the new one. */
static bool
range(const char **p, const char *end, char sign, size_t *first, size_t *count)
{
	while (*p < end && **p == ' ')
		++*p;
	if (*p == end || **p != sign)
		return false;
	++*p;
	if (!number(p, end, first))
		return false;
	*count = 1;
	if (*p < end && **p == ',') {
		++*p;
		return number(p, end, count);
	}
	return true;
}

/* Returns whether it counts its lines. */
static bool
read_at(struct patch_hunk *h, const char *line, size_t len, size_t count[2])
{
	const char *p = line + 2, *end = line + len, *at;
	size_t ignored;
	bool counted;

	counted = range(&p, end, '-', &h->line, &count[0]) &&
		  range(&p, end, '+', &ignored, &count[1]);
	if (!counted) {
		p = line + 2;
		h->line = 0;
	} else if (count[0] == 0) {
		h->line++; // it names the line before
	} else if (h->line == 0) {
		h->line = 1;
	}
	at = memmem(p, (size_t)(end - p), "@@", 2);
	if (at != NULL && counted)
		p = at + 2;
	while (p < end && *p == ' ')
		p++;
	while (end > p && (isspace((unsigned char)end[-1]) || end[-1] == '@'))
		end--;
	// After numbers it is for people: git's guess of the function.
	if (!counted && end > p) {
		h->section = p;
		h->section_len = (size_t)(end - p);
	}
	return counted;
}

static void
note_no_newline(struct patch_hunk *h)
{
	if (h->n > 0 && h->lines[h->n - 1].op != '-')
		h->no_newline = true;
	h->at_end = true;
}

/* Lines as the counts say; false if they do not fit what is there. */
static bool
read_counted(struct patch_source *s, struct patch_hunk *h, size_t count[2])
{
	size_t old = count[0], new = count[1], len;
	const char *line;
	char op;

	while (patch_peek(s, &line, &len)) {
		op = len == 0 ? ' ' : *line;
		if (op == '\\') {
			note_no_newline(h);
			patch_skip(s);
			continue;
		}
		if (old == 0 && new == 0)
			// An empty line may follow, more of a hunk may not.
			return len == 0 || strchr(" +", op) == NULL;
		if (strchr(" -+", op) == NULL || (op != '+' && old == 0) ||
		    (op != '-' && new == 0))
			return false;
		old -= op != '+';
		new -= op != '-';
		patch_add_line(h, op, line + (len > 0), len - (len > 0));
		patch_skip(s);
	}
	return old == 0 && new == 0;
}

static bool
is_header(struct reader *r, const char *line, size_t len)
{
	return patch_starts(line, len, "diff --git ") ||
	       patch_starts(line, len, "@@") ||
	       patch_starts(line, len, "```") || is_named(r, line, len);
}

/* Lines as far as they look like those of a hunk. */
static void
read_uncounted(struct reader *r, struct patch_hunk *h)
{
	const char *line;
	size_t len, keep = 0;

	for (; patch_peek(r->s, &line, &len); patch_skip(r->s)) {
		if (is_header(r, line, len))
			break;
		if (len > 0 && *line == '\\') {
			note_no_newline(h);
			continue;
		}
		if (len > 0 && strchr(" -+", *line) == NULL)
			break;
		patch_add_line(h, len > 0 ? *line : ' ', line + (len > 0),
		    len - (len > 0));
		if (len > 0)
			keep = h->n;
	}
	// Empty lines at the end part the patch from what follows it.
	h->n = keep;
}

static int
read_hunk(struct reader *r, const char *line, size_t len)
{
	struct patch_hunk *h = patch_add_hunk(r->f, r->s->number);
	struct patch_source back;
	size_t count[2];
	bool counted;

	counted = read_at(h, line, len, count);
	patch_skip(r->s);
	back = *r->s;
	if (counted && read_counted(r->s, h, count))
		return 0;
	*r->s = back;
	h->n = 0;
	h->no_newline = h->at_end = false;
	read_uncounted(r, h);
	if (h->n > 0 || h->section != NULL)
		return 0;
	return patch_fault(
	    r->complaint, h->said, "no lines follow this \"@@\"");
}

static int
read_line(struct reader *r, const char *line, size_t len)
{
	int rc = 1;

	if (is_named(r, line, len))
		return read_names(r);
	if (patch_starts(line, len, "diff --git "))
		begin_git(r, line, len);
	else if (patch_starts(line, len, "@@") && r->f == NULL)
		return patch_fault(r->complaint, r->s->number,
		    "a hunk before any \"--- PATH\" and \"+++ PATH\"");
	else if (patch_starts(line, len, "@@"))
		return read_hunk(r, line, len);
	else if (r->git && r->f->n == 0)
		rc = read_extended(r, line, len);
	if (rc >= 0)
		patch_skip(r->s); // a log message, an index line
	return rc < 0 ? -1 : 0;
}

static int
check_last(struct reader *r)
{
	struct patch_file *f = r->f;

	if (f == NULL)
		return 0;
	if (f->path == NULL)
		return patch_fault(r->complaint, f->said,
		    "the file is not named; give \"--- a/PATH\" and "
		    "\"+++ b/PATH\"");
	if (f->n > 0 || f->kind == PATCH_DELETE || r->mode_only)
		return 0;
	return patch_fault(r->complaint, f->said,
	    "no \"@@\" follows, so that nothing is changed");
}

int
patch_read_unified(
    struct patch_source *s, struct patch *p, struct text *complaint)
{
	struct reader r = {.s = s, .p = p, .complaint = complaint};
	const char *line;
	size_t len;

	while (patch_peek(s, &line, &len)) {
		if ((patch_starts(line, len, "diff --git ") ||
			(is_named(&r, line, len) && (!r.git || r.f->n > 0))) &&
		    check_last(&r) != 0)
			return -1;
		if (read_line(&r, line, len) != 0)
			return -1;
	}
	return check_last(&r);
}
