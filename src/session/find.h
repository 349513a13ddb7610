/* SPDX-License-Identifier: ISC */
/*
 * Which session is meant: by name, by a piece of it, by "last", by path.
 */
#ifndef SRC_SESSION_FIND_H
#define SRC_SESSION_FIND_H

#include <stddef.h>
#include "jail/base/err.h"

struct find_list {
	char **id; /* the newest first */
	size_t n;
};

/* All sessions of a directory; one that is not there has none. */
int find_all(const char *dir, struct find_list *l, struct err *e) MUST_CHECK;
void find_free(struct find_list *l);
/* DIR/ID.jsonl; the caller's. */
char *find_file(const char *dir, const char *id);
/*
 * The file that name means, the caller's: a path, if there is a slash in it;
 * "last", the newest, or if workspace is not NULL the newest that is about
 * it; a name or the beginning or the end of one that no other has.
 */
char *find_path(const char *dir, const char *name, const char *workspace,
    struct err *e) MUST_CHECK;

#endif
