// SPDX-License-Identifier: ISC
// What changed between two snapshots of the workspace.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "src/agent/snapshot.h"

static const char *
verb(const struct snapshot_item *a, const struct snapshot_item *b)
{
	return a == NULL ? "added" : b == NULL ? "deleted" : "changed";
}

/* A line for what a diff cannot hold. */
static void
note(struct text *out, const char *what, const struct snapshot_item *a,
    const struct snapshot_item *b)
{
	text_printf(out, "# %s %s: ", what, verb(a, b));
	diff_name(out, "", b != NULL ? b->path : a->path);
	if (a != NULL && b != NULL && a->kind == WALK_FILE)
		text_printf(out, " (%" PRIu64 " -> %" PRIu64 " bytes)", a->size,
		    b->size);
	text_char(out, '\n');
}

static struct diff_side
side_of(const struct snapshot_item *i)
{
	if (i == NULL)
		return (struct diff_side){0};
	return (struct diff_side){i->data, i->size, i->mode};
}

/* Two regular files. Without content to compare, size and times tell. */
static bool
same_file(const struct snapshot_item *a, const struct snapshot_item *b)
{
	if (a->size != b->size)
		return false;
	if (a->data != NULL && b->data != NULL)
		return memcmp(a->data, b->data, a->size) == 0 &&
		       (a->mode & 0111) == (b->mode & 0111);
	return a->ino == b->ino && a->mode == b->mode &&
	       a->mtime.tv_sec == b->mtime.tv_sec &&
	       a->mtime.tv_nsec == b->mtime.tv_nsec;
}

static bool
kept(const struct snapshot_item *i)
{
	return i == NULL || i->data != NULL;
}

static bool
binary(const struct snapshot_item *i)
{
	return i != NULL && diff_is_binary(i->data, i->size);
}

/* Regular files on both sides, or on the one there is. */
static void
diff_files(struct text *out, const struct snapshot_item *a,
    const struct snapshot_item *b, struct snapshot_changes *c)
{
	struct diff_side x = side_of(a), y = side_of(b);

	if (a == NULL)
		c->added++;
	else if (b == NULL)
		c->deleted++;
	else if (same_file(a, b))
		return; // touched, or written as it was
	else
		c->modified++;
	if (!kept(a) || !kept(b))
		note(out, "large file", a, b);
	else if (binary(a) || binary(b))
		note(out, "binary file", a, b);
	else
		diff_file(
		    out, b != NULL ? b->path : a->path, &x, &y, &c->lines);
}

static bool
unread(const struct snapshot_item *i)
{
	return i != NULL && i->unread;
}

/* Neither has content to compare: is it at least another one? */
static void
diff_others(struct text *out, const struct snapshot_item *a,
    const struct snapshot_item *b)
{
	enum walk_kind kind = b != NULL ? b->kind : a->kind;

	if (a != NULL && b != NULL && a->ino == b->ino &&
	    a->unread == b->unread)
		return;
	if (kind == WALK_LINK)
		note(out, "symbolic link", a, b);
	else if (unread(a) || unread(b))
		note(out, "unreadable file", a, b);
	else
		note(out, "special file", a, b);
}

static void
diff_item(struct text *out, const struct snapshot_item *a,
    const struct snapshot_item *b, struct snapshot_changes *c)
{
	const struct snapshot_item *i = b != NULL ? b : a;

	if (a != NULL && b != NULL && a->kind != b->kind) {
		diff_item(out, a, NULL, c);
		diff_item(out, NULL, b, c);
	} else if (i->kind != WALK_FILE || unread(a) || unread(b)) {
		diff_others(out, a, b);
	} else if (!i->as_before) {
		diff_files(out, a, b, c);
	}
}

static bool
differs(const struct snapshot_item *a, const struct snapshot_item *b)
{
	if (a == NULL || b == NULL || a->kind != b->kind)
		return true;
	if (b->kind != WALK_FILE || a->unread || b->unread)
		return a->ino != b->ino || a->unread != b->unread;
	return !b->as_before && !same_file(a, b);
}

void
snapshot_changed(const struct snapshot *before, const struct snapshot *after,
    void (*visit)(void *arg, const char *path), void *arg)
{
	const struct snapshot_item **a = snapshot_sorted(before);
	const struct snapshot_item **b = snapshot_sorted(after);
	const struct snapshot_item *x, *y;
	size_t i = 0, j = 0;
	int order;

	while (i < before->n || j < after->n) {
		order = i == before->n	? 1
			: j == after->n ? -1
					: strcmp(a[i]->path, b[j]->path);
		x = order <= 0 ? a[i++] : NULL;
		y = order >= 0 ? b[j++] : NULL;
		if (differs(x, y))
			visit(arg, x != NULL ? x->path : y->path);
	}
	free(a);
	free(b);
}

void
snapshot_diff(const struct snapshot *before, const struct snapshot *after,
    struct text *out, struct snapshot_changes *c)
{
	const struct snapshot_item **a = snapshot_sorted(before);
	const struct snapshot_item **b = snapshot_sorted(after);
	size_t i = 0, j = 0;
	int order;

	while (i < before->n || j < after->n) {
		order = i == before->n	? 1
			: j == after->n ? -1
					: strcmp(a[i]->path, b[j]->path);
		diff_item(
		    out, order <= 0 ? a[i] : NULL, order >= 0 ? b[j] : NULL, c);
		i += order <= 0;
		j += order >= 0;
	}
	if (before->cut || after->cut)
		text_printf(out,
		    "# only the first %d files of the workspace were looked "
		    "at\n",
		    SNAPSHOT_ITEMS_MAX);
	free(a);
	free(b);
}
