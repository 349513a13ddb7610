// SPDX-License-Identifier: ISC
// What a workspace was at one moment, and the text that it is kept as.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "src/keep/tree.h"

#define HEADER "stockade-tree 1 "
#define SECOND 1000000000u

void
keep_hex(const uint8_t digest[KEEP_DIGEST], char out[KEEP_HEX])
{
	size_t i;

	for (i = 0; i < KEEP_DIGEST; i++)
		snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
keep_unhex(const char *text, uint8_t digest[KEEP_DIGEST])
{
	size_t i;

	for (i = 0; i < KEEP_DIGEST; i++) {
		int a = nibble(text[2 * i]);
		int b = a < 0 ? -1 : nibble(text[2 * i + 1]);

		if (b < 0)
			return -1;
		digest[i] = (uint8_t)(16 * a + b);
	}
	return 0;
}

static int
number(const char **p, int base, uint64_t *out)
{
	char *end;

	if (**p < '0' || **p > '9')
		return -1;
	errno = 0;
	*out = strtoull(*p, &end, base);
	if (errno != 0 || *end != ' ')
		return -1;
	*p = end + 1;
	return 0;
}

/* True for a path that stays below where it begins. */
static bool
is_clean(const char *path)
{
	const char *p = path;
	size_t n;

	for (;; p += n + 1) {
		n = strcspn(p, "/");
		if (n == 0 || (n == 1 && p[0] == '.') ||
		    (n == 2 && p[0] == '.' && p[1] == '.'))
			return false;
		if (p[n] == '\0')
			return true;
	}
}

static int
parse_numbers(const char **p, struct keep_entry *en)
{
	uint64_t mode;

	if (number(p, 8, &mode) != 0 || mode > 07777 ||
	    number(p, 10, &en->size) != 0 || number(p, 10, &en->ino) != 0 ||
	    number(p, 10, &en->mtime) != 0 || number(p, 10, &en->ctime) != 0)
		return -1;
	en->mode = (uint32_t)mode;
	return 0;
}

static int
parse_head(const char *p, struct keep_entry *en, const char **path)
{
	en->type = *p++;
	if (en->type == '\0' || strchr("fdlpsout.", en->type) == NULL ||
	    *p++ != ' ' || parse_numbers(&p, en) != 0)
		return -1;
	if (p[0] == '-' && p[1] == ' ') {
		p += 2;
	} else if (en->type == KEEP_FILE && keep_unhex(p, en->digest) == 0 &&
		   p[KEEP_HEX - 1] == ' ') {
		en->kept = true;
		p += KEEP_HEX;
	} else {
		return -1;
	}
	*path = p;
	return en->type == KEEP_END ? -(*p != '\0') : is_clean(p) ? 0 : -1;
}

static int
add(struct keep_tree *t, const struct keep_entry *en, const char *path,
    size_t bytes)
{
	struct keep_entry *to;
	size_t cap = t->cap != 0 ? 2 * t->cap : 256;

	if (t->n == t->cap) {
		to = reallocarray(t->v, cap, sizeof(*to));
		if (to == NULL)
			return -1;
		t->v = to;
		t->cap = cap;
	}
	to = &t->v[t->n];
	*to = *en;
	to->path = malloc(bytes);
	if (to->path == NULL)
		return -1;
	memcpy(to->path, path, bytes);
	if (en->type == KEEP_LINK)
		to->target = to->path + strlen(path) + 1;
	t->n++;
	return 0;
}

ptrdiff_t
tree_parse(struct keep_tree *t, const char *text, size_t len, char *type)
{
	struct keep_entry en = {0};
	const char *end = memchr(text, '\0', len), *path;

	if (end == NULL)
		return 0;
	if (parse_head(text, &en, &path) != 0)
		return -1;
	if (en.type == KEEP_LINK) {
		end = memchr(end + 1, '\0', len - (size_t)(end + 1 - text));
		if (end == NULL)
			return 0;
	}
	*type = en.type;
	if (en.type != KEEP_END &&
	    add(t, &en, path, (size_t)(end + 1 - path)) != 0)
		return -1;
	return end + 1 - text;
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct keep_entry *)a)->path,
	    ((const struct keep_entry *)b)->path);
}

void
tree_sort(struct keep_tree *t)
{
	if (t->n > 0)
		qsort(t->v, t->n, sizeof(*t->v), by_path);
}

size_t
tree_lower(const struct keep_tree *t, const char *path)
{
	size_t lo = 0, hi = t->n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (strcmp(t->v[mid].path, path) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct keep_entry *
tree_find(const struct keep_tree *t, const char *path)
{
	size_t i = tree_lower(t, path);

	return i < t->n && strcmp(t->v[i].path, path) == 0 ? &t->v[i] : NULL;
}

void
tree_free(struct keep_tree *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		free(t->v[i].path);
	free(t->v);
	*t = (struct keep_tree){0};
}

static void
write_entry(FILE *f, const struct keep_entry *en)
{
	char hex[KEEP_HEX] = "-";

	if (en->kept)
		keep_hex(en->digest, hex);
	fprintf(f,
	    "%c %" PRIo32 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
	    " %s %s",
	    en->type, en->mode, en->size, en->ino, en->mtime, en->ctime, hex,
	    en->path);
	putc('\0', f);
	if (en->target == NULL)
		return;
	fputs(en->target, f);
	putc('\0', f);
}

char *
tree_write(const struct keep_tree *t, size_t *len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, len);
	bool bad;
	size_t i;

	if (f == NULL)
		return NULL;
	fprintf(f, HEADER "%" PRIu64, t->taken);
	putc('\0', f);
	for (i = 0; i < t->n; i++)
		write_entry(f, &t->v[i]);
	bad = ferror(f) != 0;
	if (fclose(f) == 0 && !bad)
		return text;
	free(text);
	return NULL;
}

int
tree_read(struct keep_tree *t, const char *text, size_t len, struct err *e)
{
	const char *end = memchr(text, '\0', len), *p;
	ptrdiff_t n;
	char type;

	*t = (struct keep_tree){0};
	if (end == NULL || strncmp(text, HEADER, sizeof(HEADER) - 1) != 0)
		return err_set(e, ERR_SESSION, 0, "this is no tree of ours");
	t->taken = strtoull(text + sizeof(HEADER) - 1, NULL, 10);
	for (p = end + 1; p < text + len; p += n) {
		n = tree_parse(t, p, (size_t)(text + len - p), &type);
		if (n > 0 && type != KEEP_END)
			continue;
		tree_free(t);
		return err_set(e, ERR_SESSION, 0, "a tree is torn or foreign");
	}
	tree_sort(t);
	return 0;
}

bool
tree_same(const struct keep_entry *a, const struct keep_entry *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case KEEP_FILE:
		if (a->mode != b->mode)
			return false;
		if (a->kept && b->kept)
			return memcmp(a->digest, b->digest, KEEP_DIGEST) == 0;
		return !a->kept && !b->kept && a->size == b->size &&
		       a->ino == b->ino && a->mtime == b->mtime;
	case KEEP_LINK:
		return strcmp(a->target, b->target) == 0;
	case KEEP_DIR:
	case KEEP_FIFO:
		return a->mode == b->mode;
	case KEEP_SKIPPED:
		return true;
	default:
		return a->ino == b->ino && a->mode == b->mode;
	}
}

bool
tree_untouched(const struct keep_entry *before, const struct keep_entry *now,
    uint64_t taken)
{
	return before->type == now->type && before->ino == now->ino &&
	       before->size == now->size && before->mode == now->mode &&
	       before->mtime == now->mtime && before->ctime == now->ctime &&
	       // Clocks of file systems are coarse: a change within the tick
	       // of the look leaves no other trace.
	       before->ctime + SECOND < taken;
}

/* Of each path that one of both has: the next of a, of b, or of both. */
static const char *
next_path(const struct keep_tree *a, const struct keep_tree *b, size_t i,
    size_t j, int *order)
{
	*order = i == a->n   ? 1
		 : j == b->n ? -1
			     : strcmp(a->v[i].path, b->v[j].path);
	return *order <= 0 ? a->v[i].path : b->v[j].path;
}

int
tree_doubt(struct keep_tree *t, const struct keep_tree *to,
    const struct keep_tree *a, const struct keep_tree *b)
{
	const struct keep_tree sorted = *t;
	const struct keep_entry none = {
	    .type = KEEP_OTHER, .ino = UINT64_MAX, .mode = UINT32_MAX};
	struct keep_entry *en;
	size_t i = 0, j = 0, n;
	const char *path;
	int order, rc = 0;

	// What is added goes behind those that are sorted.
	for (; rc == 0 && (i < a->n || j < b->n);
	     i += order <= 0, j += order >= 0) {
		path = next_path(a, b, i, j, &order);
		if (order == 0 && tree_same(&a->v[i], &b->v[j]))
			continue;
		n = tree_lower(&sorted, path);
		en = n < sorted.n && strcmp(t->v[n].path, path) == 0 ? &t->v[n]
								     : NULL;
		if (tree_same(en, tree_find(to, path)))
			continue;
		if (en == NULL)
			rc = add(t, &none, path, strlen(path) + 1);
		else
			*en = (struct keep_entry){.path = en->path,
			    .type = none.type,
			    .ino = none.ino,
			    .mode = none.mode};
	}
	tree_sort(t);
	return rc;
}
