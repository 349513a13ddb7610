/* SPDX-License-Identifier: ISC */
/*
 * A private store of content by its digest, outside of every workspace. What
 * is in it is whole: it gets its name when it is on disk, and not before.
 */
#ifndef SRC_KEEP_STORE_H
#define SRC_KEEP_STORE_H

#include <sha2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "jail/base/err.h"
#include "src/box/state.h"
#include "src/keep/tree.h"

struct keep {
	int dir;  /* of the store; -1: closed */
	int lock; /* shared while we write, exclusive while something goes */
	char path[STATE_PATH_MAX];
	char (*pending)[KEEP_HEX]; /* written, but not on disk for sure */
	size_t npending;
	uint64_t written; /* bytes of content since it was opened */
};

/* Opens the store in path, which is made if make is true. */
int keep_open(
    struct keep *k, const char *path, bool make, struct err *e) MUST_CHECK;
void keep_close(struct keep *k);
/*
 * For who writes (shared) and for who removes; ends with keep_unlock(), which
 * drops what was put and not settled.
 */
int keep_lock(struct keep *k, bool exclusive, struct err *e) MUST_CHECK;
void keep_unlock(struct keep *k);

/* Content on its way in, piece by piece. */
struct keep_blob {
	int fd;
	char temp[32];
	SHA2_CTX sum;
};
int
keep_blob_begin(struct keep *k, struct keep_blob *b, struct err *e) MUST_CHECK;
int keep_blob_add(struct keep *k, struct keep_blob *b, const void *data,
    size_t len, struct err *e) MUST_CHECK;
/* Gives it up; nothing is left of it. */
void keep_blob_drop(struct keep *k, struct keep_blob *b);
/* It has its digest, and is there once keep_settle() returned. */
int keep_blob_end(struct keep *k, struct keep_blob *b,
    uint8_t digest[KEEP_DIGEST], struct err *e) MUST_CHECK;
/* All of it at once. */
int keep_put(struct keep *k, const void *data, size_t len,
    uint8_t digest[KEEP_DIGEST], struct err *e) MUST_CHECK;
/* Waits until all that was put is on disk, under its name. */
int keep_settle(struct keep *k, struct err *e) MUST_CHECK;

bool keep_has(const struct keep *k, const uint8_t digest[KEEP_DIGEST]);
/*
 * A descriptor to read content from, which was read once and is what its
 * digest says; ERR_SESSION if it is not there or damaged.
 */
int keep_get(const struct keep *k, const uint8_t digest[KEEP_DIGEST],
    struct err *e) MUST_CHECK;

/* A tree as content. */
int keep_put_tree(struct keep *k, const struct keep_tree *t,
    uint8_t digest[KEEP_DIGEST], struct err *e) MUST_CHECK;
int keep_get_tree(const struct keep *k, const uint8_t digest[KEEP_DIGEST],
    struct keep_tree *t, struct err *e) MUST_CHECK;

#endif
