/* SPDX-License-Identifier: ISC */
/*
 * What .gitignore files of the workspace leave out, as git reads them; and
 * .git/info/exclude. Ours to read, so that it is the same with and without a
 * git inside, and no program runs on what a repository's configuration says.
 */
#ifndef SRC_AGENT_IGNORE_H
#define SRC_AGENT_IGNORE_H

#include <stdbool.h>
#include <stddef.h>
#include "src/agent/text.h"
#include "src/box/box.h"

#define IGNORE_DEPTH_MAX 64

/* The rules of one directory, from the root on to that of the last question:
   who asks in the order of a walk has each file read once. */
struct ignore {
	struct box *box;
	struct ignore_level *level[IGNORE_DEPTH_MAX];
	size_t n;
};

/*
 * What a path of a tool is, seen from /workspace: "" for itself. False if it
 * leads elsewhere, where nothing is left out.
 */
bool ignore_place(const char *path, struct text *out);
void ignore_begin(struct ignore *g, struct box *box);
/*
 * Whether the rules leave it out. path is relative to /workspace; of a
 * directory above it that is left out nothing is asked here.
 */
bool ignore_has(struct ignore *g, const char *path, bool directory);
/* The same of a file with all directories above it, below the first `from`
   bytes of its path. */
bool ignore_has_below(struct ignore *g, const char *path, size_t from);
void ignore_free(struct ignore *g);

/* One rule against one path; the two of them as git has it. */
bool ignore_match(const char *pattern, const char *path);

#endif
