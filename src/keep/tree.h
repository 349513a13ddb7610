/* SPDX-License-Identifier: ISC */
/*
 * What a workspace was at one moment: a list of paths, each with what it is
 * and the digest of its content; and the text that such a list is kept as.
 */
#ifndef SRC_KEEP_TREE_H
#define SRC_KEEP_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "jail/base/err.h"

#define KEEP_DIGEST 32 /* bytes of SHA-256 */
#define KEEP_HEX    (2 * KEEP_DIGEST + 1)

enum keep_type {
	KEEP_FILE = 'f',
	KEEP_DIR = 'd',
	KEEP_LINK = 'l',
	KEEP_SKIPPED = 's', /* a directory that is not looked into */
	KEEP_FIFO = 'p',
	KEEP_OTHER = 'o',      /* device */
	KEEP_UNREADABLE = 'u', /* a directory or link */
	KEEP_LEFTOVER = 't',   /* of an undo that was killed */
	KEEP_END = '.',
};

struct keep_entry {
	char *path; /* relative, clean; its target follows in the same block */
	const char *target;		  /* of a link, or NULL */
	uint64_t size, ino, mtime, ctime; /* times: nanoseconds, wrapped */
	uint32_t mode;			  /* permission bits, 07777 */
	char type;			  /* enum keep_type */
	bool kept;			  /* digest is there */
	uint8_t digest[KEEP_DIGEST];
};

struct keep_tree {
	struct keep_entry *v; /* by path, as strcmp(3) has it, once sorted */
	size_t n, cap;
	uint64_t taken; /* when the look began, nanoseconds */
};

/*
 * Reads one entry from text of len bytes. Returns the bytes it took; 0 if it
 * is not whole yet; -1 if it is none. An end is no entry: *type tells.
 */
ptrdiff_t
tree_parse(struct keep_tree *t, const char *text, size_t len, char *type);
void tree_sort(struct keep_tree *t);
struct keep_entry *tree_find(const struct keep_tree *t, const char *path);
/* Index of the first entry that is not before path. */
size_t tree_lower(const struct keep_tree *t, const char *path);
void tree_free(struct keep_tree *t);

/* The whole as text: malloced, *len bytes. NULL: no memory. */
char *tree_write(const struct keep_tree *t, size_t *len);
int tree_read(struct keep_tree *t, const char *text, size_t len,
    struct err *e) MUST_CHECK;

/* True if two are the same to who restores them; NULL is no such path. */
bool tree_same(const struct keep_entry *a, const struct keep_entry *b);
/*
 * Marks what differs between a and b as what t, which is to be like to there,
 * cannot vouch for: nothing is the same as it any more.
 */
int tree_doubt(struct keep_tree *t, const struct keep_tree *to,
    const struct keep_tree *a, const struct keep_tree *b) MUST_CHECK;
/* True if nobody wrote to it since before was taken at that time. */
bool tree_untouched(const struct keep_entry *before,
    const struct keep_entry *now, uint64_t taken);

void keep_hex(const uint8_t digest[KEEP_DIGEST], char out[KEEP_HEX]);
int keep_unhex(const char *text, uint8_t digest[KEEP_DIGEST]) MUST_CHECK;

#endif
