// SPDX-License-Identifier: ISC
// A workspace looked at, and what is new of it kept.
#include <string.h>
#include <time.h>
#include "src/keep/checkpoint.h"

#define ASKED_MAX 256u	 // files asked for before the first is read...
#define BYTES_MAX 16384u // ...and bytes of their names: less than a pipe holds

const char *const keep_skipped[] = {".git", ".hg", ".svn", "node_modules",
    "__pycache__", ".venv", "venv", ".tox", ".nox", ".mypy_cache",
    ".pytest_cache", ".ruff_cache", ".gradle", NULL};

struct look {
	struct keep *k;
	struct keeper *kp;
	struct keep_entry *asked[ASKED_MAX];
	size_t nasked, bytes;
	uint64_t room; // for what is new
};

static int
take_content(struct look *l, struct keep_entry *en, struct err *e)
{
	struct keep_blob b;
	const char *data;
	uint64_t size = 0;
	size_t n;
	int rc;

	if (keep_blob_begin(l->k, &b, e) != 0)
		return -1;
	while ((rc = keeper_piece(l->kp, &data, &n, e)) == 0 && n > 0) {
		size += n;
		// One that grows while it is read: its rest is let go by.
		if (size <= KEEP_FILE_MAX &&
		    keep_blob_add(l->k, &b, data, n, e) != 0)
			rc = -1;
		if (rc != 0)
			break;
	}
	if (rc != 0 || size > KEEP_FILE_MAX) {
		keep_blob_drop(l->k, &b);
		return rc < 0 ? -1 : 0;
	}
	if (keep_blob_end(l->k, &b, en->digest, e) != 0)
		return -1;
	en->kept = true;
	en->size = size;
	return 0;
}

static int
take_asked(struct look *l, struct err *e)
{
	size_t i;

	for (i = 0; i < l->nasked; i++)
		if (take_content(l, l->asked[i], e) != 0)
			return -1;
	l->nasked = l->bytes = 0;
	return 0;
}

static int
ask(struct look *l, struct keep_entry *en, struct err *e)
{
	size_t n = strlen(en->path) + 2;

	if (en->size > KEEP_FILE_MAX || en->size > l->room)
		return 0;
	l->room -= en->size;
	if ((l->nasked == ASKED_MAX || l->bytes + n > BYTES_MAX) &&
	    take_asked(l, e) != 0)
		return -1;
	if (keeper_ask(l->kp, en->path, e) != 0)
		return -1;
	l->asked[l->nasked++] = en;
	l->bytes += n;
	return 0;
}

static int
take_all(struct look *l, const struct keep_tree *before, struct keep_tree *now,
    struct err *e)
{
	const struct keep_entry *was;
	struct keep_entry *en;
	size_t i;

	for (i = 0; i < now->n; i++) {
		en = &now->v[i];
		if (en->type != KEEP_FILE)
			continue;
		was = before != NULL ? tree_find(before, en->path) : NULL;
		if (was != NULL && was->kept &&
		    tree_untouched(was, en, before->taken) &&
		    keep_has(l->k, was->digest)) {
			memcpy(en->digest, was->digest, sizeof(en->digest));
			en->kept = true;
		} else if (ask(l, en, e) != 0) {
			return -1;
		}
	}
	return take_asked(l, e);
}

int
checkpoint_look(struct keep *k, struct keeper *kp,
    const struct keep_tree *before, struct keep_tree *now, struct err *e)
{
	struct look l = {.k = k, .kp = kp, .room = KEEP_TOTAL_MAX};
	struct timespec ts;
	uint64_t taken;

	clock_gettime(CLOCK_REALTIME, &ts);
	taken = (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
	if (keeper_scan(kp, keep_skipped, now, e) != 0)
		return -1;
	now->taken = taken;
	if (keep_lock(k, false, e) == 0 && take_all(&l, before, now, e) == 0)
		return 0;
	keep_unlock(k);
	tree_free(now);
	return -1;
}

static bool
lacks(const struct keep_entry *en)
{
	return en->type == KEEP_OTHER || en->type == KEEP_UNREADABLE ||
	       (en->type == KEEP_FILE && !en->kept);
}

int
checkpoint_note(struct keep *k, const char *session,
    const struct keep_tree *now, struct keep_point *p, struct err *e)
{
	size_t i;

	p->files = p->unkept = 0;
	for (i = 0; i < now->n; i++) {
		p->files += now->v[i].type == KEEP_FILE;
		p->unkept += lacks(&now->v[i]);
	}
	if (keep_put_tree(k, now, p->tree, e) != 0 || keep_settle(k, e) != 0)
		return -1;
	return keep_session_add(k, session, p, e);
}

/* What the workspace was when it was last looked at; empty if nobody did. */
static void
last_tree(const struct keep *k, const char *session, struct keep_tree *t)
{
	struct keep_session s;
	char id[KEEP_ID_MAX];
	struct err ignored;

	*t = (struct keep_tree){0};
	if (keep_session_load(k, session, &s, &ignored) != 0)
		return;
	if (s.npoints == 0) {
		keep_session_of(k, s.dev, s.ino, 0, id);
		keep_session_free(&s);
		if (id[0] == '\0' ||
		    keep_session_load(k, id, &s, &ignored) != 0)
			return;
	}
	if (s.npoints > 0 &&
	    keep_get_tree(k, s.v[s.npoints - 1].tree, t, &ignored) != 0)
		*t = (struct keep_tree){0};
	keep_session_free(&s);
}

static bool
all_same(const struct keep_tree *a, const struct keep_tree *b)
{
	size_t i;

	for (i = 0; a->n == b->n && i < a->n; i++)
		if (strcmp(a->v[i].path, b->v[i].path) != 0 ||
		    !tree_same(&a->v[i], &b->v[i]))
			return false;
	return a->n == b->n;
}

int
checkpoint_take(struct keep *k, struct keeper *kp, const char *session,
    struct keep_point *p, bool only_new, struct err *e)
{
	struct keep_tree before, now;
	bool same;
	int rc;

	last_tree(k, session, &before);
	rc = checkpoint_look(k, kp, &before, &now, e);
	same = rc == 0 && all_same(&before, &now);
	tree_free(&before);
	if (rc != 0)
		return -1;
	rc = only_new && same ? 1 : checkpoint_note(k, session, &now, p, e);
	keep_unlock(k);
	tree_free(&now);
	return rc;
}
