/* SPDX-License-Identifier: ISC */
/*
 * The workspace as it was at one moment, and what changed between two.
 */
#ifndef SRC_AGENT_SNAPSHOT_H
#define SRC_AGENT_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#include "src/agent/diff.h"
#include "src/agent/walk.h"

#define SNAPSHOT_FILE_MAX  (1u << 20)	// content kept of one file
#define SNAPSHOT_TOTAL_MAX (256u << 20) // and of all
#define SNAPSHOT_ITEMS_MAX 200000

struct snapshot_item {
	char *path;
	enum walk_kind kind;
	uint32_t mode;
	uint64_t ino, size;
	struct timespec mtime, ctime;
	char *data;	/* NULL: not kept (too large, unreadable, unchanged) */
	bool unread;	/* could not be opened */
	bool as_before; /* same as in the snapshot it was taken after */
};

struct snapshot {
	struct snapshot_item *item; /* as the walk goes: sorted per directory */
	size_t n, cap;
	uint64_t kept;	     /* bytes of content */
	uint64_t skipped;    /* directories not looked into */
	uint64_t unreadable; /* directories */
	bool cut;	     /* there were more than SNAPSHOT_ITEMS_MAX */
	struct timespec taken;
};

/*
 * Takes one. before, if not NULL, is an earlier one: what has not changed
 * since is not read again. stop (may be NULL) ends it with ERR_INTERRUPTED.
 * The caller frees it with snapshot_free().
 */
struct snapshot *snapshot_take(struct box *b, const struct snapshot *before,
    const volatile sig_atomic_t *stop, struct err *e) MUST_CHECK;
void snapshot_free(struct snapshot *s);
/* Its items by path; the array is the caller's, the items are not. */
const struct snapshot_item **snapshot_sorted(const struct snapshot *s);

struct snapshot_changes {
	uint64_t added, modified, deleted; /* files */
	struct diff_count lines;
};

/*
 * Appends the difference to out: diffs of text files, and lines that begin
 * with '#' (patch and git pass over them) for what a diff cannot hold.
 */
void snapshot_diff(const struct snapshot *before, const struct snapshot *after,
    struct text *out, struct snapshot_changes *c);
/* Each path that snapshot_diff() would tell of, once. */
void
snapshot_changed(const struct snapshot *before, const struct snapshot *after,
    void (*visit)(void *arg, const char *path), void *arg);

#endif
