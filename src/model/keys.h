/* SPDX-License-Identifier: ISC */
/*
 * API keys: taken from where they are and wiped there, held in one mapping
 * that no core dump and no child gets, struck out of any text.
 */
#ifndef SRC_MODEL_KEYS_H
#define SRC_MODEL_KEYS_H

#include <stddef.h>
#include "jail/base/err.h"

enum {
	KEYS_MAX = 4,
	KEYS_LENGTH_MAX = 2048,
	/* Shorter ones ("EMPTY", "none") are given to servers that want no
	 * key; they are no secrets, and striking them out would maim text. */
	KEYS_LENGTH_SECRET = 16
};

struct keys {
	char *page; /* NULL: none */
	size_t used;
	struct {
		const char *text;
		size_t len;
	} key[KEYS_MAX];
	size_t n;
};

int keys_open(struct keys *k, struct err *e) MUST_CHECK;
void keys_close(struct keys *k);
/*
 * Takes the key out of an environment variable, wiping it from the memory
 * that /proc/PID/environ shows. *key is NULL if there is none.
 */
int keys_from_variable(struct keys *k, const char *name, const char **key,
    struct err *e) MUST_CHECK;
/* From a file of ours that nobody else may read. */
int keys_from_file(struct keys *k, const char *path, const char **key,
    struct err *e) MUST_CHECK;
/* "prefix" and the key, as a string beside it in the same mapping. */
int keys_line(struct keys *k, const char *prefix, const char *key,
    const char **line, struct err *e) MUST_CHECK;
/* Overwrites each key in buf with '*'; returns how many there were. */
size_t keys_redact(const struct keys *k, char *buf, size_t len);

#endif
