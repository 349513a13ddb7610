/* SPDX-License-Identifier: ISC */
/*
 * The audit log: what runs of the agent were begun, what was approved and
 * refused, how they ended, what was undone. A file a month, each line with
 * the SHA-256 of the one before it, as the broker's records have it.
 */
#ifndef SRC_KEEP_AUDIT_H
#define SRC_KEEP_AUDIT_H

#include <json-c/json.h>
#include "src/keep/store.h"

struct audit {
	int dir; /* -1: none is kept */
	char path[STATE_PATH_MAX];
};

#define AUDIT_NONE        \
	{                 \
		.dir = -1 \
	}

/* Where it lies; made before rights are given up that would be needed. */
int audit_prepare(char path[STATE_PATH_MAX], struct err *e) MUST_CHECK;
int audit_open(struct audit *a, struct err *e) MUST_CHECK;
void audit_close(struct audit *a);
/*
 * Adds a record: event, session (may be NULL) and the fields of what (taken
 * over; may be NULL), after when it was and who it was. On disk when it
 * returns. Does nothing if none is kept.
 */
int audit_add(struct audit *a, const char *event, const char *session,
    struct json_object *what, struct err *e) MUST_CHECK;
/*
 * An event of the agent, as one line of JSON: what of it belongs into the
 * log, if anything does.
 */
int audit_event(struct audit *a, const char *session, const char *line,
    struct err *e) MUST_CHECK;
/* Whether events of that type do. */
bool audit_wants(const char *type);

/* stockade audit. */
int audit_main(int argc, char **argv);

#endif
