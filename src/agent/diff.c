// SPDX-License-Identifier: ISC
// Unified differences that `patch -p1` and `git apply` take.
#include <stdlib.h>
#include <string.h>
#include "src/agent/diff.h"
#include "src/agent/myers.h"

#define CONTEXT	  3
#define SNIFF_MAX 8000 // git looks as far for a NUL

struct line {
	const char *p;
	size_t len; // its line end included
};

/* One side, cut into lines that have numbers. */
struct side {
	struct line *line;
	uint32_t *id;
	bool *edited;
	size_t n;
};

/* Equal lines get equal numbers. */
struct ids {
	struct line *key;
	uint32_t *id;
	size_t size; // a power of two
	uint32_t next;
};

bool
diff_is_binary(const char *data, size_t len)
{
	return memchr(data, '\0', len < SNIFF_MAX ? len : SNIFF_MAX) != NULL;
}

static size_t
count_lines(const char *data, size_t len)
{
	const char *p = data, *end = data + len, *nl;
	size_t n = 0;

	for (; p < end; p = nl + 1, n++)
		if ((nl = memchr(p, '\n', (size_t)(end - p))) == NULL)
			return n + 1;
	return n;
}

static uint32_t
id_of(struct ids *ids, const struct line *l)
{
	uint64_t hash = 14695981039346656037u; // FNV-1a
	size_t i;

	for (i = 0; i < l->len; i++)
		hash = (hash ^ (unsigned char)l->p[i]) * 1099511628211u;
	for (i = hash & (ids->size - 1);; i = (i + 1) & (ids->size - 1)) {
		if (ids->key[i].p == NULL) {
			ids->key[i] = *l;
			ids->id[i] = ids->next++;
			return ids->id[i];
		}
		if (ids->key[i].len == l->len &&
		    memcmp(ids->key[i].p, l->p, l->len) == 0)
			return ids->id[i];
	}
}

static void
side_cut(struct side *s, struct ids *ids, const struct diff_side *from)
{
	const char *p = from->data, *end, *nl;
	size_t i;

	s->n = p == NULL ? 0 : count_lines(p, from->len);
	s->line = mem_alloc(s->n, sizeof(*s->line));
	s->id = mem_alloc(s->n, sizeof(*s->id));
	s->edited = mem_alloc(s->n, sizeof(*s->edited));
	for (i = 0, end = p + from->len; i < s->n; i++) {
		nl = memchr(p, '\n', (size_t)(end - p));
		s->line[i].p = p;
		s->line[i].len = (size_t)((nl != NULL ? nl + 1 : end) - p);
		s->id[i] = id_of(ids, &s->line[i]);
		p += s->line[i].len;
	}
}

static void
side_free(struct side *s)
{
	free(s->line);
	free(s->id);
	free(s->edited);
}

static void
put_line(struct text *out, char sign, const struct line *l)
{
	text_char(out, sign);
	text_add(out, l->p, l->len);
	if (l->p[l->len - 1] != '\n')
		text_str(out, "\n\\ No newline at end of file\n");
}

/* A run of lines: i of a and j of b, up to but without i_end and j_end. */
struct span {
	size_t i, j, i_end, j_end;
};

/* The next edit at or after (i, j); false if there is none. */
static bool
next_edit(const struct side *a, const struct side *b, size_t i, size_t j,
    struct span *e)
{
	while (i < a->n && j < b->n && !a->edited[i] && !b->edited[j])
		i++, j++;
	e->i = e->i_end = i;
	e->j = e->j_end = j;
	while (e->i_end < a->n && a->edited[e->i_end])
		e->i_end++;
	while (e->j_end < b->n && b->edited[e->j_end])
		e->j_end++;
	return e->i_end > i || e->j_end > j;
}

static void
put_range(struct text *out, char sign, size_t start, size_t end)
{
	// A range without lines names the line before it.
	text_printf(out, " %c%zu,%zu", sign, start + (end > start ? 1 : 0),
	    end - start);
}

static void
put_hunk(struct text *out, const struct side *a, const struct side *b,
    const struct span *h, struct diff_count *count)
{
	size_t i = h->i, j = h->j;

	text_str(out, "@@");
	put_range(out, '-', h->i, h->i_end);
	put_range(out, '+', h->j, h->j_end);
	text_str(out, " @@\n");
	while (i < h->i_end || j < h->j_end) {
		if (i < h->i_end && a->edited[i]) {
			put_line(out, '-', &a->line[i++]);
			count->removed++;
		} else if (j < h->j_end && b->edited[j]) {
			put_line(out, '+', &b->line[j++]);
			count->added++;
		} else {
			put_line(out, ' ', &a->line[i++]);
			j++;
		}
	}
}

static void
put_hunks(struct text *out, const struct side *a, const struct side *b,
    struct diff_count *count)
{
	struct span e, h;
	size_t lead, after;
	bool more = next_edit(a, b, 0, 0, &e);

	while (more) {
		lead = e.i < CONTEXT ? e.i : CONTEXT;
		h.i = e.i - lead;
		h.j = e.j - lead;
		do {
			h.i_end = e.i_end;
			h.j_end = e.j_end;
			more = next_edit(a, b, e.i_end, e.j_end, &e);
		} while (more && e.i - h.i_end <= 2 * CONTEXT);
		after = a->n - h.i_end < CONTEXT ? a->n - h.i_end : CONTEXT;
		h.i_end += after;
		h.j_end += after;
		put_hunk(out, a, b, &h, count);
	}
}

static bool
is_odd(const char *path)
{
	const char *p;

	for (p = path; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || (unsigned char)*p >= 0x7f ||
		    *p == '"' || *p == '\\')
			return true;
	return false;
}

void
diff_name(struct text *out, const char *prefix, const char *path)
{
	static const char plain[] = "\a\b\t\n\v\f\r\"\\",
			  letter[] = "abtnvfr\"\\";
	const char *p, *hit;

	if (!is_odd(path)) {
		text_str(out, prefix);
		text_str(out, path);
		return;
	}
	text_char(out, '"');
	text_str(out, prefix);
	for (p = path; *p != '\0'; p++) {
		hit = strchr(plain, *p);
		if (hit != NULL)
			text_printf(out, "\\%c", letter[hit - plain]);
		else if ((unsigned char)*p < 0x20 || (unsigned char)*p >= 0x7f)
			text_printf(out, "\\%03o", (unsigned char)*p);
		else
			text_char(out, *p);
	}
	text_char(out, '"');
}

static void
put_file_line(struct text *out, const char *mark, const char *prefix,
    const char *path, bool present)
{
	text_str(out, mark);
	if (present)
		diff_name(out, prefix, path);
	else
		text_str(out, "/dev/null");
	// As git and GNU diff do: a tab ends a name that has spaces.
	if (present && strchr(path, ' ') != NULL && !is_odd(path))
		text_char(out, '\t');
	text_char(out, '\n');
}

static const char *
git_mode(const struct diff_side *s)
{
	return (s->mode & 0111) != 0 ? "100755" : "100644";
}

static void
put_header(struct text *out, const char *path, const struct diff_side *a,
    const struct diff_side *b)
{
	text_str(out, "diff --git ");
	diff_name(out, "a/", path);
	text_char(out, ' ');
	diff_name(out, "b/", path);
	text_char(out, '\n');
	if (a->data == NULL)
		text_printf(out, "new file mode %s\n", git_mode(b));
	else if (b->data == NULL)
		text_printf(out, "deleted file mode %s\n", git_mode(a));
	else if (strcmp(git_mode(a), git_mode(b)) != 0)
		text_printf(out, "old mode %s\nnew mode %s\n", git_mode(a),
		    git_mode(b));
}

void
diff_file(struct text *out, const char *path, const struct diff_side *a,
    const struct diff_side *b, struct diff_count *count)
{
	struct side sa = {0}, sb = {0};
	struct ids ids = {0};
	bool both = a->data != NULL && b->data != NULL;
	bool same =
	    both && a->len == b->len && memcmp(a->data, b->data, a->len) == 0;

	if (same && strcmp(git_mode(a), git_mode(b)) == 0)
		return;
	put_header(out, path, a, b);
	if (same || a->len + b->len == 0)
		return;
	put_file_line(out, "--- ", "a/", path, a->data != NULL);
	put_file_line(out, "+++ ", "b/", path, b->data != NULL);
	for (ids.size = 64; ids.size < 2 * (count_lines(a->data, a->len) +
					       count_lines(b->data, b->len));)
		ids.size *= 2;
	ids.key = mem_alloc(ids.size, sizeof(*ids.key));
	ids.id = mem_alloc(ids.size, sizeof(*ids.id));
	side_cut(&sa, &ids, a);
	side_cut(&sb, &ids, b);
	myers_diff(sa.id, sa.n, sb.id, sb.n, sa.edited, sb.edited);
	put_hunks(out, &sa, &sb, count);
	side_free(&sa);
	side_free(&sb);
	free(ids.key);
	free(ids.id);
}
