/* SPDX-License-Identifier: ISC */
/*
 * Where the broker's records lie: a file a run, below the user's state
 * directory; the oldest make room.
 */
#ifndef SRC_EGRESS_STORE_H
#define SRC_EGRESS_STORE_H

#include <stddef.h>
#include <stdint.h>
#include "jail/base/err.h"

#define STORE_RUN_MAX  64	    /* bytes of a run's name */
#define STORE_RUNS     200	    /* files that are kept */
#define STORE_BYTES    (256u << 20) /* and their bytes together */
#define STORE_PATH_MAX 4096

struct store {
	int fd; /* open to read and append; -1 */
	char run[STORE_RUN_MAX];
	char path[STORE_PATH_MAX];
};

/*
 * Root with a workspace of root's stays uid 0, confined to directories that
 * are there already: then this makes it before. Else it does nothing.
 */
int store_prepare(const char *workspace, struct err *e) MUST_CHECK;
/*
 * The file of a run, new, mode 0600, locked (flock(2), shared) as long as it
 * is open here or in who got it. The oldest that nobody has open go if there
 * are more than STORE_RUNS, or more than STORE_BYTES of them.
 */
int store_open(struct store *s, const char *run, struct err *e) MUST_CHECK;
void store_close(struct store *s);
/* The last run of which there are records. */
int
store_last(const char *dir, char run[STORE_RUN_MAX], struct err *e) MUST_CHECK;
/* RUN.jsonl of dir; ERR_USAGE if that is no name of a run. */
int store_path(const char *dir, const char *run, char path[STORE_PATH_MAX],
    struct err *e) MUST_CHECK;

#endif
