/* SPDX-License-Identifier: ISC */
/*
 * Fenced blocks of code in what a model says: what is in them, and what is
 * meant to be done with it.
 */
#ifndef SRC_AGENT_FENCE_H
#define SRC_AGENT_FENCE_H

#include <stdbool.h>
#include "src/agent/text.h"

enum fence_kind {
	FENCE_FILE,  /* the whole of a file; path says which */
	FENCE_CODE,  /* the same, but nobody said which */
	FENCE_SHELL, /* commands */
	FENCE_PATCH,
	FENCE_OTHER, /* output, an example: not to be touched */
};

#define FENCE_LANG_MAX 24

struct fence {
	enum fence_kind kind;
	char lang[FENCE_LANG_MAX]; /* lower case; "" */
	char *path;		   /* NULL but for FENCE_FILE */
	struct text body;	   /* without the fences and their indent */
	bool closed;		   /* false: the text ended before it did */
};

/* What is known of a language. */
struct fence_lang {
	const char *names[4];
	const char *ext; /* of its files, without the dot */
	const char *run; /* what runs a file, its path behind; NULL: nothing */
};

/* The next block from *p on; *p is set behind it. Free *f if true. */
bool fence_next(const char **p, struct fence *f);
void fence_free(struct fence *f);
/* NULL: none of that name. */
const struct fence_lang *fence_lang(const char *name);
/* By the end of a path. NULL: none. */
const struct fence_lang *fence_lang_of(const char *path);

#endif
