/* SPDX-License-Identifier: ISC */
/*
 * Walks a tree of the sandbox, sorted by name, by descriptors that its pid 1
 * hands out; no name from inside is ever looked up outside.
 */
#ifndef SRC_AGENT_WALK_H
#define SRC_AGENT_WALK_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>
#include "src/box/box.h"

#define WALK_DEPTH_MAX 64

enum walk_kind {
	WALK_FILE,
	WALK_DIR,
	WALK_SKIPPED, /* a directory of walk_skipped_names */
	WALK_LINK,
	WALK_OTHER,   /* FIFO, socket, device */
	WALK_UNKNOWN, /* the file system does not tell: open it to know */
};

struct walk_item {
	const char *path; /* relative to the root of the walk */
	enum walk_kind kind;
	unsigned int depth; /* 1: directly in the root */
	uint64_t ino;
};

struct walk {
	struct box *box;
	const char *root;   /* inside */
	unsigned int depth; /* how deep to look; at most WALK_DEPTH_MAX */
	uint64_t max;	    /* items; more are not visited, *cut is set */
	uint64_t spare;	    /* of one directory, that may not count */
	/* 0 to go on; 1: it does not count, and is not to be looked into; -1
	   to end the walk with this error. */
	int (*visit)(void *arg, const struct walk_item *i, struct err *e);
	void *arg;
	const volatile sig_atomic_t *stop; /* rises: ERR_INTERRUPTED */
	uint64_t count;
	uint64_t unreadable; /* directories */
	bool cut;
};

/* Caches and dependencies: listed, but not looked into. Ends with NULL. */
extern const char *const walk_skipped_names[];

/* ERR_FILE if the root cannot be opened. */
int walk_tree(struct walk *w, struct err *e) MUST_CHECK;

#endif
