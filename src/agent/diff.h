/* SPDX-License-Identifier: ISC */
/*
 * Unified differences that `patch -p1` and `git apply` take.
 */
#ifndef SRC_AGENT_DIFF_H
#define SRC_AGENT_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "src/agent/text.h"

/* One side of a file; data NULL: there is no such file. */
struct diff_side {
	const char *data;
	size_t len;
	uint32_t mode; /* permission bits; only "may be executed" counts */
};

struct diff_count {
	uint64_t added, removed; /* lines */
};

/* Whether content is not text, as git sees it: a NUL near its start. */
bool diff_is_binary(const char *data, size_t len);
/*
 * Appends the difference of one file, path relative to the tree, to out and
 * its lines to *count. Nothing is appended if the sides are the same. Both
 * sides must be text.
 */
void diff_file(struct text *out, const char *path, const struct diff_side *a,
    const struct diff_side *b, struct diff_count *count);
/* Appends prefix and path, quoted as git does if the name is an odd one. */
void diff_name(struct text *out, const char *prefix, const char *path);

#endif
