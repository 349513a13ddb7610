// SPDX-License-Identifier: ISC
// Walks a tree of the sandbox, sorted by name, by descriptors handed out.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include "jail/base/fd.h"
#include "src/agent/text.h"
#include "src/agent/walk.h"

const char *const walk_skipped_names[] = {".git", ".hg", ".svn", "node_modules",
    "__pycache__", ".venv", "venv", ".tox", ".nox", ".mypy_cache",
    ".pytest_cache", ".ruff_cache", ".gradle", NULL};

struct name {
	char *name;
	unsigned char type;
	uint64_t ino;
};

struct names {
	struct name *v;
	size_t n, cap;
};

static int
by_name(const void *a, const void *b)
{
	return strcmp(
	    ((const struct name *)a)->name, ((const struct name *)b)->name);
}

static void
names_free(struct names *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->v[i].name);
	free(l->v);
}

static void
names_add(struct names *l, const struct dirent *d)
{
	if (l->n == l->cap) {
		l->cap = l->cap != 0 ? 2 * l->cap : 64;
		l->v = mem_grow(l->v, l->cap, sizeof(*l->v));
	}
	l->v[l->n++] = (struct name){mem_dup(d->d_name), d->d_type, d->d_ino};
}

/*
 * Ourselves and our parent; and sockets, which hold nothing to list or to
 * compare: those that stand in the place of a protected path are ours.
 */
static bool
is_nothing(const struct dirent *d)
{
	return strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0 ||
	       d->d_type == DT_SOCK;
}

/* Takes fd. What cannot be read ends the list. */
static void
names_read(struct walk *w, int fd, struct names *l)
{
	autoclosedir DIR *dir = fdopendir(fd);
	struct dirent *d;

	if (dir == NULL) {
		close(fd);
		return;
	}
	while ((d = readdir(dir)) != NULL) {
		if (is_nothing(d))
			continue;
		if (w->count + l->n >= w->max + w->spare) {
			w->cut = true;
			break;
		}
		names_add(l, d);
	}
	if (l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), by_name);
}

static bool
is_skipped(const char *name)
{
	size_t i;

	for (i = 0; walk_skipped_names[i] != NULL; i++)
		if (strcmp(name, walk_skipped_names[i]) == 0)
			return true;
	return false;
}

static enum walk_kind
kind_of(const struct name *n)
{
	switch (n->type) {
	case DT_REG:
		return WALK_FILE;
	case DT_DIR:
		return is_skipped(n->name) ? WALK_SKIPPED : WALK_DIR;
	case DT_LNK:
		return WALK_LINK;
	case DT_UNKNOWN:
		return WALK_UNKNOWN;
	default:
		return WALK_OTHER;
	}
}

static int
walk_dir(struct walk *w, const char *path, unsigned int depth, struct err *e);

static int
walk_one(struct walk *w, const char *dir, const struct name *n,
    unsigned int depth, struct err *e)
{
	autotext struct text path = {0};
	int r;
	struct walk_item item = {
	    .kind = kind_of(n), .depth = depth, .ino = n->ino};

	if (*dir != '\0')
		text_printf(&path, "%s/", dir);
	text_str(&path, n->name);
	item.path = path.p;
	w->count++;
	if (w->stop != NULL && *w->stop)
		return err_set(e, ERR_INTERRUPTED, 0, "stopped");
	r = w->visit(w->arg, &item, e);
	if (r != 0) {
		w->count--;
		return r < 0 ? -1 : 0;
	}
	if (item.kind != WALK_DIR || depth >= w->depth)
		return 0;
	return walk_dir(w, path.p, depth + 1, e);
}

/* Where a directory of the walk is, for the one who opens it. */
static int
open_dir(struct walk *w, const char *path, struct err *e)
{
	autotext struct text inside = {0};

	text_str(&inside, w->root);
	if (*path != '\0')
		text_printf(&inside, "/%s", path);
	return box_open(w->box, inside.p,
	    O_RDONLY | O_DIRECTORY | (*path != '\0' ? O_NOFOLLOW : 0), 0, e);
}

static bool
full(struct walk *w)
{
	if (w->count < w->max)
		return false;
	w->cut = true;
	return true;
}

static int
walk_dir(struct walk *w, const char *path, unsigned int depth, struct err *e)
{
	struct names l = {0};
	size_t i;
	int fd, r = 0;

	fd = open_dir(w, path, e);
	if (fd < 0) {
		// One that is gone, closed to us or named too long is not
		// the end of the walk, unless the walk begins there.
		if (*path == '\0' ||
		    (e->code != ERR_FILE && e->code != ERR_LIMIT))
			return -1;
		w->unreadable++;
		return 0;
	}
	names_read(w, fd, &l);
	for (i = 0; i < l.n && r == 0 && !full(w); i++)
		r = walk_one(w, path, &l.v[i], depth, e);
	names_free(&l);
	return r;
}

int
walk_tree(struct walk *w, struct err *e)
{
	if (w->depth > WALK_DEPTH_MAX)
		w->depth = WALK_DEPTH_MAX;
	return walk_dir(w, "", 1, e);
}
