/* SPDX-License-Identifier: ISC */
/*
 * Going on with a session: what was said, what it was run with, and what the
 * model is told of the time between.
 */
#ifndef SRC_AGENT_RESUME_H
#define SRC_AGENT_RESUME_H

#include "src/agent/config.h"
#include "src/session/rebuild.h"

struct run;

struct resume {
	bool on;
	struct config config; /* the run's own, filled from the session */
	struct rebuild said;
	char *files;   /* the state in which the workspace was left */
	bool torn;     /* the session's last line was */
	char from[40]; /* the session that this one was forked from; or "" */
};

/*
 * Opens the session that the command line names, reads what was said, and
 * fills what options left open. Nothing to do (0) if it names none.
 */
int resume_open(struct run *r, struct err *e) MUST_CHECK;
/* The conversation so far, for the run to take; a new one is empty. */
struct json_object *resume_messages(struct run *r);
/* Says in the event "start" that it is no start. */
void resume_put(const struct run *r, struct json_object *start);
/* In the place of oracle_first(). */
int resume_first(struct run *r, struct err *e) MUST_CHECK;
/* A fork in which nothing was done leaves no file. */
void resume_end(struct run *r);

#endif
