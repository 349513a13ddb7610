// SPDX-License-Identifier: ISC
// What is to be done so that a workspace is again as it was.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "src/keep/plan.h"

struct making {
	struct keep_plan *p;
	const struct keep_tree *last, *to, *now;
	const struct keep_tree *sure; // what differs from it is not ours
	bool force, failed;
};

const char *
plan_kind_name(enum plan_kind kind)
{
	static const char *const names[] = {
	    [PLAN_REMOVE] = "remove",
	    [PLAN_RMDIR] = "rmdir",
	    [PLAN_DIR] = "mkdir",
	    [PLAN_FILE] = "restore",
	    [PLAN_LINK] = "link",
	    [PLAN_FIFO] = "mkfifo",
	    [PLAN_MODE] = "mode",
	};

	return names[kind];
}

const char *
plan_why_name(enum plan_why why)
{
	static const char *const names[] = {
	    [PLAN_DO] = "done",
	    [PLAN_CHANGED] = "changed since",
	    [PLAN_NOT_KEPT] = "not kept",
	    [PLAN_IN_USE] = "not empty",
	};

	return names[why];
}

void
keep_plan_free(struct keep_plan *p)
{
	free(p->v);
	*p = (struct keep_plan){0};
}

static bool
is_dir(const struct keep_entry *en)
{
	return en != NULL && (en->type == KEEP_DIR || en->type == KEEP_SKIPPED);
}

/* Which of the three ways there are from what is there to what shall be. */
static enum plan_kind
kind_of(const struct keep_entry *now, const struct keep_entry *to)
{
	if (to == NULL)
		return is_dir(now) ? PLAN_RMDIR : PLAN_REMOVE;
	if (now != NULL && now->type == to->type && to->type == KEEP_FILE &&
	    now->kept && to->kept &&
	    memcmp(now->digest, to->digest, KEEP_DIGEST) == 0)
		return PLAN_MODE;
	if (to->type == KEEP_DIR)
		return now != NULL && now->type == KEEP_DIR ? PLAN_MODE
							    : PLAN_DIR;
	if (to->type == KEEP_FIFO)
		return PLAN_FIFO;
	return to->type == KEEP_LINK ? PLAN_LINK : PLAN_FILE;
}

static bool
can_make(const struct keep_entry *to)
{
	return to == NULL || to->type == KEEP_DIR || to->type == KEEP_LINK ||
	       to->type == KEEP_FIFO || (to->type == KEEP_FILE && to->kept);
}

static void
add(struct making *m, const struct keep_step *s)
{
	struct keep_plan *p = m->p;
	size_t cap = p->cap != 0 ? 2 * p->cap : 64;
	struct keep_step *v;

	if (p->n == p->cap) {
		v = reallocarray(p->v, cap, sizeof(*v));
		if (v == NULL) {
			m->failed = true;
			return;
		}
		p->v = v;
		p->cap = cap;
	}
	p->v[p->n++] = *s;
}

/* What keeps a step of that kind from being done, if anything does. */
static enum plan_why
why_of(const struct making *m, const struct keep_entry *now,
    const struct keep_entry *to, bool ours)
{
	if (!can_make(to) || (now != NULL && now->type == KEEP_SKIPPED))
		return PLAN_NOT_KEPT;
	if (now != NULL && now->type == KEEP_UNREADABLE && to == NULL)
		return PLAN_NOT_KEPT; // it may be a directory, and hold some
	return ours || m->force ? PLAN_DO : PLAN_CHANGED;
}

static void
consider(struct making *m, const struct keep_entry *last,
    const struct keep_entry *to)
{
	const char *path = last != NULL ? last->path : to->path;
	const struct keep_entry *now = tree_find(m->now, path);
	bool ours = tree_same(now, tree_find(m->sure, path));
	struct keep_step s = {.path = path, .to = to};

	// What the run did not change, or is as it shall be.
	if (tree_same(last, to) || tree_same(now, to))
		return;
	// A cache that came up in between is no work of anybody's.
	if (to == NULL && now != NULL && now->type == KEEP_SKIPPED)
		return;
	s.kind = kind_of(now, to);
	s.why = why_of(m, now, to, ours);
	s.forced = s.why == PLAN_DO && !ours;
	add(m, &s);
}

static void
all_paths(struct making *m)
{
	size_t i = 0, j = 0;
	int order;

	while (i < m->last->n || j < m->to->n) {
		order = i == m->last->n ? 1
			: j == m->to->n
			    ? -1
			    : strcmp(m->last->v[i].path, m->to->v[j].path);
		consider(m, order <= 0 ? &m->last->v[i] : NULL,
		    order >= 0 ? &m->to->v[j] : NULL);
		i += order <= 0;
		j += order >= 0;
	}
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct keep_step *)a)->path,
	    ((const struct keep_step *)b)->path);
}

static struct keep_step *
find(const struct keep_plan *p, size_t n, const char *path)
{
	const struct keep_step key = {.path = path};

	return n == 0 ? NULL : bsearch(&key, p->v, n, sizeof(key), by_path);
}

/* Whether dir is there, or will be by a step that there is. */
static bool
will_be(const struct making *m, const char *dir, size_t sorted)
{
	const struct keep_entry *now = tree_find(m->now, dir);
	const struct keep_step *s = find(m->p, sorted, dir);
	size_t i;

	if ((now != NULL && now->type == KEEP_DIR) ||
	    (s != NULL && s->why == PLAN_DO))
		return true;
	for (i = sorted; i < m->p->n; i++)
		if (strcmp(m->p->v[i].path, dir) == 0)
			return true;
	return false;
}

/*
 * Somebody removed a directory, or put something else in its place, and a
 * step makes a file in it. The first n steps are sorted, by path.
 */
static void
add_parents(struct making *m, size_t n)
{
	const struct keep_entry *dir;
	struct keep_step s;
	char *slash, *path;
	size_t i;

	for (i = 0; i < n; i++) {
		if (m->p->v[i].why != PLAN_DO || m->p->v[i].to == NULL)
			continue;
		path = strdup(m->p->v[i].path);
		m->failed |= path == NULL;
		while (path != NULL && (slash = strrchr(path, '/')) != NULL) {
			*slash = '\0';
			dir = tree_find(m->to, path);
			if (dir == NULL || will_be(m, path, n))
				continue;
			s = (struct keep_step){.kind = PLAN_DIR,
			    .why = m->force ? PLAN_DO : PLAN_CHANGED,
			    .forced = m->force,
			    .path = dir->path,
			    .to = dir};
			add(m, &s);
		}
		free(path);
	}
}

/* Whether all that a directory holds now goes before it does. */
static bool
empties(const struct making *m, const char *dir)
{
	const struct keep_step *s;
	size_t len = strlen(dir), i;
	char *below = malloc(len + 2);
	bool yes = below != NULL;

	if (!yes)
		return false;
	memcpy(below, dir, len);
	memcpy(below + len, "/", 2);
	for (i = tree_lower(m->now, below);
	     yes && i < m->now->n &&
	     strncmp(m->now->v[i].path, below, len + 1) == 0;
	     i++) {
		s = find(m->p, m->p->n, m->now->v[i].path);
		yes = m->now->v[i].type == KEEP_LEFTOVER ||
		      (s != NULL && s->to == NULL && s->why == PLAN_DO);
	}
	free(below);
	return yes;
}

static void
look_at_dirs(struct making *m)
{
	const struct keep_entry *now;
	size_t i;

	// From below upwards: what stays keeps its parents.
	for (i = m->p->n; i-- > 0;) {
		struct keep_step *s = &m->p->v[i];

		now = tree_find(m->now, s->path);
		if (s->why == PLAN_DO && now != NULL && now->type == KEEP_DIR &&
		    s->kind != PLAN_MODE && !empties(m, s->path))
			s->why = PLAN_IN_USE;
	}
}

/*
 * What goes, from below upwards; what comes, from above downwards; modes of
 * directories last, for one may close its directory to us.
 */
static int
rank(const struct keep_step *s)
{
	if (s->to == NULL)
		return 0;
	return s->kind == PLAN_MODE && s->to->type == KEEP_DIR ? 2 : 1;
}

static int
by_turn(const void *a, const void *b)
{
	const struct keep_step *x = a, *y = b;
	int order = strcmp(x->path, y->path);

	if (rank(x) != rank(y))
		return rank(x) - rank(y);
	return rank(x) == 1 ? order : -order;
}

int
plan_make(struct keep_plan *p, const struct keep_tree *last,
    const struct keep_tree *to, const struct keep_tree *now, unsigned flags,
    struct err *e)
{
	struct making m = {.p = p,
	    .last = flags & PLAN_UNFINISHED ? now : last,
	    .to = to,
	    .now = now,
	    .sure = last,
	    .force = flags & PLAN_FORCE};
	size_t i;

	*p = (struct keep_plan){0};
	all_paths(&m);
	add_parents(&m, p->n);
	if (m.failed) {
		keep_plan_free(p);
		return err_set(e, ERR_SYSTEM, ENOMEM, "plan an undo");
	}
	if (p->n > 0)
		qsort(p->v, p->n, sizeof(*p->v), by_path);
	look_at_dirs(&m);
	for (i = 0; i < p->n; i++)
		p->count[p->v[i].why]++;
	if (p->n > 0)
		qsort(p->v, p->n, sizeof(*p->v), by_turn);
	return 0;
}
