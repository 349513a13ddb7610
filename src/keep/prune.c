// SPDX-License-Identifier: ISC
// What of the store goes: the oldest sessions, and content of none.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/keep/prune.h"

/* Digests, in a table with room to spare. */
struct set {
	uint8_t (*v)[KEEP_DIGEST];
	bool *used;
	size_t n, size;
	uint64_t bytes;
};

static size_t
slot(const struct set *s, const uint8_t *d)
{
	uint64_t h;
	size_t i;

	memcpy(&h, d, sizeof(h));
	for (i = h & (s->size - 1); s->used[i]; i = (i + 1) & (s->size - 1))
		if (memcmp(s->v[i], d, KEEP_DIGEST) == 0)
			break;
	return i;
}

static void
set_free(struct set *s)
{
	free(s->v);
	free(s->used);
	*s = (struct set){0};
}

static int
set_grow(struct set *s)
{
	struct set more = {.size = s->size != 0 ? 2 * s->size : 1024,
	    .n = s->n,
	    .bytes = s->bytes};
	size_t i, at;

	more.v = calloc(more.size, sizeof(*more.v));
	more.used = calloc(more.size, sizeof(*more.used));
	if (more.v == NULL || more.used == NULL) {
		set_free(&more);
		return -1;
	}
	for (i = 0; i < s->size; i++) {
		if (!s->used[i])
			continue;
		at = slot(&more, s->v[i]);
		memcpy(more.v[at], s->v[i], KEEP_DIGEST);
		more.used[at] = true;
	}
	set_free(s);
	*s = more;
	return 0;
}

static int
set_add(struct set *s, const uint8_t *d, uint64_t bytes)
{
	size_t at;

	if (2 * s->n >= s->size && set_grow(s) != 0)
		return -1;
	at = slot(s, d);
	if (s->used[at])
		return 0;
	memcpy(s->v[at], d, KEEP_DIGEST);
	s->used[at] = true;
	s->n++;
	s->bytes += bytes;
	return 0;
}

static bool
set_has(const struct set *s, const uint8_t *d)
{
	return s->size > 0 && s->used[slot(s, d)];
}

static int
add_point(const struct keep *k, struct set *s, const struct keep_point *p)
{
	struct keep_tree t;
	struct err ignored;
	size_t i;
	int rc = set_add(s, p->tree, 0);

	// A tree that cannot be read holds nothing that could be restored.
	if (keep_get_tree(k, p->tree, &t, &ignored) != 0)
		return rc;
	for (i = 0; rc == 0 && i < t.n; i++)
		if (t.v[i].kept)
			rc = set_add(s, t.v[i].digest, t.v[i].size);
	tree_free(&t);
	return rc;
}

static int
add_session(const struct keep *k, struct set *s, const char *id, struct err *e)
{
	struct keep_session x;
	int rc = 0;
	size_t i;

	if (keep_session_load(k, id, &x, e) != 0)
		return -1;
	for (i = 0; rc == 0 && i < x.npoints; i++)
		rc = add_point(k, s, &x.v[i]);
	keep_session_free(&x);
	return rc == 0 ? 0 : err_set(e, ERR_SYSTEM, ENOMEM, "prune the store");
}

/* What no session that stays has any use for. */
static void
sweep_dir(
    struct keep *k, struct prune *p, const struct set *s, const char *name)
{
	char path[32], hex[KEEP_HEX];
	uint8_t digest[KEEP_DIGEST];
	autoclosedir DIR *dir = NULL;
	struct dirent *d;
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "objects/%.2s", name);
	fd = openat(k->dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd >= 0 ? fdopendir(fd) : NULL;
	while (dir != NULL && (d = readdir(dir)) != NULL) {
		if (strlen(d->d_name) != KEEP_HEX - 3)
			continue;
		snprintf(hex, sizeof(hex), "%.2s%.62s", name, d->d_name);
		if (keep_unhex(hex, digest) != 0 ||
		    fstatat(fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (set_has(s, digest))
			p->kept_bytes += (uint64_t)st.st_size;
		else if (unlinkat(fd, d->d_name, 0) == 0)
			p->gone_bytes += (uint64_t)st.st_size;
	}
}

static void
sweep(struct keep *k, struct prune *p, const struct set *s)
{
	char name[3];
	int i;

	for (i = 0; i < 256; i++) {
		snprintf(name, sizeof(name), "%02x", (unsigned)i);
		sweep_dir(k, p, s, name);
	}
}

/* Of who was killed in the middle of a checkpoint: nobody is in one now. */
static void
clear_temp(struct keep *k)
{
	int fd = openat(k->dir, "tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	autoclosedir DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *d;

	while (dir != NULL && (d = readdir(dir)) != NULL)
		if (d->d_name[0] != '.')
			(void)unlinkat(fd, d->d_name, 0);
}

static bool
at_work(const struct keep *k, const char *id)
{
	struct err e;
	int fd = keep_session_hold(k, id, true, &e);

	fd_close(&fd);
	return fd < 0 && e.code == ERR_LIMIT;
}

static int
choose(struct keep *k, struct prune *p, struct set *s, struct err *e)
{
	size_t n, i;
	char **v = keep_session_list(k, &n);
	bool over;
	int rc = 0;

	for (i = n; rc == 0 && i > 0; i--) {
		over = p->kept_sessions > 0 &&
		       (p->kept_sessions >= p->sessions || s->bytes > p->bytes);
		if (over && !at_work(k, v[i - 1])) {
			rc = keep_session_remove(k, v[i - 1], e);
			p->gone_sessions += rc == 0;
			continue;
		}
		rc = add_session(k, s, v[i - 1], e);
		p->kept_sessions++;
	}
	keep_session_list_free(v, n);
	return rc;
}

int
prune_run(struct keep *k, struct prune *p, struct err *e)
{
	struct set s = {0};
	int rc;

	*p = (struct prune){.sessions = p->sessions, .bytes = p->bytes};
	if (keep_lock(k, true, e) != 0)
		return -1;
	rc = choose(k, p, &s, e);
	if (rc == 0) {
		clear_temp(k);
		sweep(k, p, &s);
	}
	keep_unlock(k);
	set_free(&s);
	return rc;
}

static uint64_t
size_of_all(struct keep *k)
{
	char path[32];
	struct dirent *d;
	uint64_t sum = 0;
	struct stat st;
	int i, fd;
	DIR *dir;

	for (i = 0; i < 256; i++) {
		snprintf(path, sizeof(path), "objects/%02x", (unsigned)i);
		fd = openat(k->dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		dir = fd >= 0 ? fdopendir(fd) : NULL;
		while (dir != NULL && (d = readdir(dir)) != NULL)
			if (fstatat(fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) ==
				0 &&
			    S_ISREG(st.st_mode))
				sum += (uint64_t)st.st_size;
		if (dir != NULL)
			closedir(dir);
	}
	return sum;
}

void
prune_maybe(struct keep *k)
{
	struct prune p = {.sessions = PRUNE_SESSIONS, .bytes = PRUNE_BYTES};
	struct err ignored;
	size_t n;
	char **v = keep_session_list(k, &n);

	keep_session_list_free(v, n);
	// Somebody writes: the next run will do it.
	if (flock(k->lock, LOCK_EX | LOCK_NB) != 0)
		return;
	clear_temp(k);
	if (n > p.sessions || size_of_all(k) > p.bytes)
		(void)!prune_run(k, &p, &ignored);
	else
		keep_unlock(k);
}
