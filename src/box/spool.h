/* SPDX-License-Identifier: ISC */
/*
 * A thread that reads what commands write, as it comes, and keeps the last
 * bytes of each until somebody asks for them. It does nothing else.
 */
#ifndef SRC_BOX_SPOOL_H
#define SRC_BOX_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "jail/base/err.h"

struct spooler; /* the thread */
struct spool;	/* one command's output */

/* The thread begins with the first spool. NULL: *e says why. */
struct spooler *spooler_new(struct err *e);
/* Its spools must have been freed. */
void spooler_free(struct spooler *s);
/* Polls readable when output came that was not there before; and says that
 * it was seen. */
int spooler_news(const struct spooler *s);
void spooler_heard(struct spooler *s);

/*
 * Reads fd, which must not block, and owns it from now on if all is well.
 * keep: bytes kept; after most bytes in all nothing more is read (0: no end)
 * and the other side finds the descriptor closed.
 */
struct spool *
spool_new(struct spooler *s, int fd, size_t keep, uint64_t most, struct err *e);
/* Takes what is there, and closes the descriptor. */
void spool_finish(struct spooler *s, struct spool *o);
void spool_free(struct spooler *s, struct spool *o);
/* The oldest unread bytes; returns how many. */
size_t spool_read(struct spool *o, char *buf, size_t size);
void spool_count(
    struct spool *o, uint64_t *total, uint64_t *dropped, uint64_t *unread);
/* True if more than most bytes came. */
bool spool_exceeded(struct spool *o);

#endif
