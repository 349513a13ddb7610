/* SPDX-License-Identifier: ISC */
/*
 * Which files of the workspace the agent's file tools may change, how large
 * what they write may be, and how many files one run may change.
 *
 * A glob is relative to the workspace: * and ? match within a name, ** over
 * directories too, [a-z] and [!a-z] one character. Without a / (but at its
 * end) it is that of a name in any directory. What matches a directory
 * matches all that lies beneath.
 */
#ifndef POLICY_EDITS_H
#define POLICY_EDITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "policy/spec.h"

#define EDITS_GLOBS_MAX 64
#define EDITS_GLOB_MAX	256

/* field, text name, unit, default, smallest, greatest, what it bounds */
#define EDITS_TABLE(X)                                                      \
	X(file_size, "file-size", SPEC_UNIT_BYTES, 4194304, 1, 1073741824,  \
	    "one file that a tool writes")                                  \
	X(patch_size, "patch-size", SPEC_UNIT_BYTES, 1048576, 1, 268435456, \
	    "the text of one patch")                                        \
	X(files, "files", SPEC_UNIT_COUNT, 0, 1, 1000000,                   \
	    "files that a run changes, by tools and by commands")

struct edit_glob {
	uint32_t line;
	uint32_t deny;
	char text[EDITS_GLOB_MAX];
};

struct edit_rules {
#define X(field, name, unit, def, min, max, what) uint64_t field;
	EDITS_TABLE(X)
#undef X
	uint32_t nglobs;
	struct edit_glob glob[EDITS_GLOBS_MAX];
};

void edits_init(struct edit_rules *r);
/* *to = *from, but for room beyond the count. */
void edits_copy(struct edit_rules *to, const struct edit_rules *from);
/* What is wrong with a glob, as a phrase that follows it; NULL: nothing. */
const char *edits_glob_fault(const char *s, size_t len);
/* path: relative to the workspace, clean. */
bool edits_match(const char *glob, const char *path);
/*
 * Whether path may be changed: deny before allow; where something is allowed,
 * nothing else is. *rule is the one that decided, or -1: none names it.
 */
bool edits_may(const struct edit_rules *r, const char *path, int *rule);

#endif
