/* SPDX-License-Identifier: ISC */
/*
 * The checkpoints of a session: an append-only list, one JSON object a line,
 * of which each names a tree in the store. A line that is there is whole, and
 * so is all that it names.
 */
#ifndef SRC_KEEP_SESSION_H
#define SRC_KEEP_SESSION_H

#include "src/keep/store.h"

#define KEEP_ID_MAX  64
#define KEEP_WHY_MAX 32

struct keep_point {
	uint64_t n;		/* 0: the start */
	char why[KEEP_WHY_MAX]; /* "start", "resume", "green", "end"... */
	char by[64];		/* who made it */
	char time[32];		/* RFC 3339 */
	uint8_t tree[KEEP_DIGEST];
	uint64_t files, unkept; /* and those whose content is not there */
	/* What the workspace was when we left it; else a user's work is in
	   it, too. */
	bool ours;
};

struct keep_session {
	char id[KEEP_ID_MAX];
	char workspace[STATE_PATH_MAX];
	uint64_t dev, ino; /* of that directory */
	struct keep_point *v;
	size_t npoints;
};

/* True for what can be the name of a session. */
bool keep_id_sound(const char *id);
/* The first line of a new one. workspace is a descriptor of its directory. */
int keep_session_begin(struct keep *k, const char *id, const char *path,
    int workspace, struct err *e) MUST_CHECK;
/* n, time and by are filled. On disk when it returns. */
int keep_session_add(struct keep *k, const char *id, struct keep_point *p,
    struct err *e) MUST_CHECK;
/*
 * Says that somebody works on it: shared, or alone with exclusive. A
 * descriptor, which holds until it is closed; ERR_LIMIT: somebody does.
 */
int keep_session_hold(const struct keep *k, const char *id, bool exclusive,
    struct err *e) MUST_CHECK;
int keep_session_load(const struct keep *k, const char *id,
    struct keep_session *s, struct err *e) MUST_CHECK;
void keep_session_free(struct keep_session *s);
/*
 * Names of all, the oldest first: malloced, and each, *n of them. NULL with
 * *n 0: there are none.
 */
char **keep_session_list(const struct keep *k, size_t *n);
void keep_session_list_free(char **v, size_t n);
int
keep_session_remove(struct keep *k, const char *id, struct err *e) MUST_CHECK;
/*
 * The newest of that workspace (by its device and inode) but skip of them;
 * id is empty if there is none.
 */
void keep_session_of(const struct keep *k, uint64_t dev, uint64_t ino,
    unsigned skip, char id[KEEP_ID_MAX]);

#endif
