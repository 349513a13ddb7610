/* SPDX-License-Identifier: ISC */
/*
 * Patches as models write them: unified diffs, git's included, and the
 * grammar that begins with "*** Begin Patch". Read, then laid over a file's
 * content; nothing here touches a file.
 */
#ifndef SRC_AGENT_PATCH_H
#define SRC_AGENT_PATCH_H

#include <stdbool.h>
#include <stddef.h>
#include "src/agent/text.h"

struct patch_line {
	char op; /* ' ' both, '-' the old file, '+' the new one */
	const char *p;
	size_t len;
};

struct patch_hunk {
	size_t line;	     /* of the old file, from 1; 0: not said */
	const char *section; /* a line that stands above; NULL: none said */
	size_t section_len;
	bool at_end;	 /* it reaches the end of the file */
	bool no_newline; /* the new file ends with it, without a line end */
	struct patch_line *lines; /* none: only looks for the section */
	size_t n, cap;
	size_t said; /* line of the patch, from 1 */
};

enum patch_kind {
	PATCH_MODIFY,
	PATCH_CREATE,
	PATCH_DELETE,
};

struct patch_file {
	enum patch_kind kind;
	char *path;    /* as it is now; of a new file, as it will be */
	char *to;      /* its new name; NULL: it keeps it */
	unsigned mode; /* 0644 or 0755; 0: it keeps it */
	bool whole;    /* all of the old file is in the hunks: a unified diff */
	struct patch_hunk *hunks;
	size_t n, cap;
	size_t said;
};

struct patch {
	struct patch_file *files;
	size_t n, cap;
};

/*
 * Reads a patch of len bytes, which must outlive *p. 0; or -1 with a
 * complaint that names the patch's line and what is right there.
 */
int patch_read(const char *s, size_t len, struct patch *p,
    struct text *complaint) __attribute__((warn_unused_result));
void patch_free(struct patch *p);

/*
 * Appends what the file's content becomes. What was found elsewhere, or only
 * without regard to white space, is told in notes, a line each. 0; or -1 with
 * a complaint that shows the nearest place.
 */
int patch_apply(const struct patch_file *f, const struct text *old,
    struct text *out, struct text *notes, struct text *complaint)
    __attribute__((warn_unused_result));

/* For the readers of the two grammars. */
struct patch_source {
	const char *p, *end; /* what is left */
	size_t number;	     /* of the line at p, from 1 */
};
/* The line at hand, without its end; false: there is none. */
bool patch_peek(const struct patch_source *s, const char **line, size_t *len);
void patch_skip(struct patch_source *s);
bool patch_starts(const char *line, size_t len, const char *prefix);
struct patch_file *patch_add_file(struct patch *p, size_t said);
struct patch_hunk *patch_add_hunk(struct patch_file *f, size_t said);
void patch_add_line(struct patch_hunk *h, char op, const char *p, size_t len);
/* Always -1. */
int patch_fault(struct text *complaint, size_t said, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int patch_read_unified(struct patch_source *s, struct patch *p,
    struct text *complaint) __attribute__((warn_unused_result));
int patch_read_begun(struct patch_source *s, struct patch *p,
    struct text *complaint) __attribute__((warn_unused_result));

#endif
