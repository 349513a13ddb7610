/* SPDX-License-Identifier: ISC */
/*
 * What was typed before: in memory, and in a file of its user's alone.
 */
#ifndef SRC_TERM_HISTORY_H
#define SRC_TERM_HISTORY_H

#include <stddef.h>
#include "jail/base/err.h"

#define HISTORY_MAX	 1000	    /* entries */
#define HISTORY_FILE_MAX (4u << 20) /* bytes that are read */

struct history {
	char *entry[HISTORY_MAX]; /* oldest first */
	size_t n;
	int dir;	  /* that the file lies in; -1: it is not kept */
	const char *name; /* of the file */
};

/*
 * Reads what dir has of it. Without a directory, or with a file that is not a
 * plain one of ours, nothing is kept, and *e says why.
 */
int history_open(struct history *h, const char *dir, const char *name,
    struct err *e) MUST_CHECK;
/*
 * Adds an entry, and writes it down. Not one that is empty, the same as the
 * last, or begins with a blank: that is how to keep a text out of the file.
 */
void history_add(struct history *h, const char *s);
/*
 * The newest entry before index `from` that holds what; h->n if there is
 * none.
 */
size_t history_find(const struct history *h, const char *what, size_t from);
void history_close(struct history *h);

#endif
