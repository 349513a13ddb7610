/* SPDX-License-Identifier: ISC */
/*
 * A session for people: its steps on a screen, or as a document.
 */
#ifndef SRC_SESSION_TELL_H
#define SRC_SESSION_TELL_H

#include <stdio.h>
#include "src/session/info.h"

struct tell {
	FILE *f;
	bool full; /* what tools answered and the difference, too */
	uint64_t run;
	int (*event)(struct tell *t, const char *type, struct json_object *ev);
};

/* The figures at its head; fit for a terminal. */
void tell_head(FILE *f, const char *id, const struct info *i);
/* Each step in a line or a few, fit for a terminal whatever it holds. */
int tell_steps(FILE *f, int fd, bool full, struct err *e) MUST_CHECK;
/* All of it as Markdown. */
int tell_markdown(FILE *f, int fd, const char *id, const struct info *i,
    struct err *e) MUST_CHECK;
/* {"session":{...},"messages":[...],"events":[...]}: what it was about, what
   a model would be told now, and every step. */
int tell_json(FILE *f, int fd, const char *id, const struct info *i,
    struct err *e) MUST_CHECK;

/* The words of a tool call that say the most: its command, its path. */
const char *tell_call(struct json_object *call);
/* Calls event for each event of the file. */
int tell_each(struct tell *t, int fd, struct err *e) MUST_CHECK;

#endif
