// SPDX-License-Identifier: ISC
// The workspace as it was at one moment: walked and read by descriptor.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "jail/base/fd.h"
#include "src/agent/files.h"
#include "src/agent/snapshot.h"

struct taking {
	struct box *box;
	struct snapshot *s;
	const struct snapshot *before;
	const struct snapshot_item **index; // of before, by path
};

static bool
same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static int
by_path(const void *a, const void *b)
{
	const struct snapshot_item *const *x = a, *const *y = b;

	return strcmp((*x)->path, (*y)->path);
}

const struct snapshot_item **
snapshot_sorted(const struct snapshot *s)
{
	const struct snapshot_item **v = mem_alloc(s->n, sizeof(*v));
	size_t i;

	for (i = 0; i < s->n; i++)
		v[i] = &s->item[i];
	if (s->n > 0)
		qsort(v, s->n, sizeof(*v), by_path);
	return v;
}

/* The item of that path in the earlier snapshot. */
static const struct snapshot_item *
earlier(const struct taking *t, char *path)
{
	const struct snapshot_item key = {.path = path}, *k = &key, **hit;

	if (t->before == NULL || t->before->n == 0)
		return NULL;
	hit = bsearch(&k, t->index, t->before->n, sizeof(k), by_path);
	return hit != NULL ? *hit : NULL;
}

static bool
unchanged(const struct taking *t, const struct snapshot_item *was,
    const struct snapshot_item *is)
{
	return was != NULL && was->kind == is->kind && !was->unread &&
	       was->ino == is->ino && was->size == is->size &&
	       was->mode == is->mode && same_time(&was->mtime, &is->mtime) &&
	       same_time(&was->ctime, &is->ctime) &&
	       // Clocks of file systems are coarse: a change within the same
	       // tick as the first look leaves no other trace.
	       was->ctime.tv_sec + 1 < t->before->taken.tv_sec;
}

static int
take_content(struct taking *t, struct snapshot_item *i, int fd)
{
	autotext struct text content = {0};
	struct err e;

	if (i->size > SNAPSHOT_FILE_MAX ||
	    t->s->kept + i->size > SNAPSHOT_TOTAL_MAX)
		return 0;
	if (files_read_fd(fd, i->path, SNAPSHOT_FILE_MAX, &content, &e) < 0)
		return -1;
	i->size = content.len;
	t->s->kept += content.len;
	i->data = text_take(&content);
	return 0;
}

static int
take_file(struct taking *t, struct snapshot_item *i, struct err *e)
{
	autotext struct text inside = {0};
	autoclose int fd = -1;
	const struct snapshot_item *was;
	struct stat st;

	text_printf(&inside, SPEC_WORKSPACE "/%s", i->path);
	fd = box_open(t->box, inside.p, O_RDONLY | O_NOFOLLOW, 0, e);
	if (fd < 0) {
		if (e->code != ERR_FILE && e->code != ERR_LIMIT)
			return -1;
		i->unread = true;
		return 0;
	}
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		i->unread = true;
		return 0;
	}
	i->kind = WALK_FILE;
	i->mode = st.st_mode & 07777;
	i->ino = st.st_ino;
	i->size = (uint64_t)st.st_size;
	i->mtime = st.st_mtim;
	i->ctime = st.st_ctim;
	was = earlier(t, i->path);
	if (unchanged(t, was, i))
		i->as_before = true;
	else if (take_content(t, i, fd) < 0)
		i->unread = true;
	return 0;
}

static int
take_one(void *arg, const struct walk_item *w, struct err *e)
{
	struct taking *t = arg;
	struct snapshot *s = t->s;
	struct snapshot_item *i;

	if (w->kind == WALK_DIR || w->kind == WALK_SKIPPED) {
		s->skipped += w->kind == WALK_SKIPPED;
		return 0;
	}
	if (s->n == s->cap) {
		s->cap = s->cap != 0 ? 2 * s->cap : 256;
		s->item = mem_grow(s->item, s->cap, sizeof(*s->item));
	}
	i = &s->item[s->n++];
	memset(i, 0, sizeof(*i));
	i->path = mem_dup(w->path);
	i->kind = w->kind;
	i->ino = w->ino;
	if (w->kind != WALK_FILE && w->kind != WALK_UNKNOWN)
		return 0;
	return take_file(t, i, e);
}

struct snapshot *
snapshot_take(struct box *b, const struct snapshot *before,
    const volatile sig_atomic_t *stop, struct err *e)
{
	struct snapshot *s = mem_alloc(1, sizeof(*s));
	struct taking t = {b, s, before, NULL};
	struct walk w = {.box = b,
	    .root = SPEC_WORKSPACE,
	    .depth = WALK_DEPTH_MAX,
	    .max = SNAPSHOT_ITEMS_MAX,
	    .visit = take_one,
	    .arg = &t,
	    .stop = stop};
	int r;

	clock_gettime(CLOCK_REALTIME, &s->taken);
	if (before != NULL)
		t.index = snapshot_sorted(before);
	r = walk_tree(&w, e);
	free(t.index);
	if (r < 0) {
		err_prefix(e, "look at the workspace");
		snapshot_free(s);
		return NULL;
	}
	s->unreadable = w.unreadable;
	s->cut = w.cut;
	return s;
}

void
snapshot_free(struct snapshot *s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < s->n; i++) {
		free(s->item[i].path);
		free(s->item[i].data);
	}
	free(s->item);
	free(s);
}
