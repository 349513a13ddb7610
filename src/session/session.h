/* SPDX-License-Identifier: ISC */
/*
 * The session file: one JSON object a line, on disk before the run goes on.
 */
#ifndef SRC_SESSION_SESSION_H
#define SRC_SESSION_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <json-c/json.h>
#include "jail/base/err.h"
#include "src/box/state.h"

#define SESSION_ID_MAX STATE_NAME_MAX

struct session {
	int fd;
	char id[SESSION_ID_MAX]; /* 20261120-134501-042-5f0c9a1e */
	char *path;
	off_t good; /* bytes of whole lines */
};

/*
 * The directory sessions are kept in: given, or stockade/sessions below
 * $XDG_STATE_HOME, or below ~/.local/state of the user we are by now, which
 * need not be the one whose $HOME it is. malloced; NULL without a home.
 */
char *session_dir(const char *given, struct err *e) MUST_CHECK;
/*
 * Makes dir (0700) and a new file (0600) in it. While it is open nobody else
 * can go on with it.
 */
int session_open(struct session *s, const char *dir, struct err *e) MUST_CHECK;
/*
 * Opens one that is there to go on with it. What was cut of its last line is
 * taken away; *torn tells whether there was such. ERR_SESSION if another run
 * still writes it.
 */
int session_reopen(
    struct session *s, const char *path, bool *torn, struct err *e) MUST_CHECK;
/* A new one that begins with all whole lines of another, which stays. */
int session_fork(struct session *s, const char *dir, const char *path,
    struct err *e) MUST_CHECK;
/* Whether a run still writes the file. */
bool session_busy(int fd);
/*
 * Appends one line, without its line end, and waits until it is on disk. On
 * failure the file ends with the last whole line, as before.
 */
int session_append(
    struct session *s, const char *line, size_t len, struct err *e) MUST_CHECK;
void session_close(struct session *s);
/*
 * Reads a session back as an array of objects. A last line that was cut (the
 * writer was killed, the disk full) is not there; a fault before it is one.
 */
struct json_object *session_load(int fd, struct err *e) MUST_CHECK;

#endif
