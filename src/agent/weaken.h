/* SPDX-License-Identifier: ISC */
/*
 * Whether a difference makes the tests easier to pass: what it does to files
 * that look like tests, told to whoever reviews it.
 */
#ifndef SRC_AGENT_WEAKEN_H
#define SRC_AGENT_WEAKEN_H

#include <stddef.h>
#include "src/agent/text.h"

struct weaken {
	size_t touched;	   /* files of tests that were changed or deleted */
	size_t removed;	   /* tests that are gone, less those that are new */
	size_t lines;	   /* of them that were changed or taken out */
	size_t skips;	   /* marks that skip a test, new ones */
	struct text names; /* of the files touched, ", " between them */
};

/*
 * Looks through a unified diff in git's form. Files that the test command
 * (NULL: none) names are tests, whatever they are called. Free w->names.
 */
void weaken_look(
    struct weaken *w, const char *diff, size_t len, const char *command);
/* What makes tests easier to pass, a line each; nothing if nothing does. */
void weaken_say(const struct weaken *w, struct text *out);

#endif
