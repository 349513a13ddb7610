/* SPDX-License-Identifier: ISC */
/*
 * A session at a glance: what it was about, and what came of it.
 */
#ifndef SRC_SESSION_INFO_H
#define SRC_SESSION_INFO_H

#include "src/session/lines.h"

/* Strings are its own; NULL where the file does not say. */
struct info {
	/* Of the first run, but for the model: */
	char *started, *task, *workspace, *test, *provider, *model, *policy;
	char *forked_from;
	/* Of the last one: */
	char *ended;  /* time of its last event */
	char *reason; /* "green", "budget-turns"...; NULL: it did not end */
	uint64_t exit_status;
	uint64_t files_changed, lines_added, lines_removed;
	/* Of all: */
	uint64_t runs, turns, compactions;
	uint64_t input_tokens, output_tokens;
	bool torn; /* its last line was cut */
	bool busy; /* a run still writes it */
};

/* All of it; info_free() in any case. */
int info_read(struct info *i, int fd, struct err *e) MUST_CHECK;
/* What the first event tells; quick. */
int info_first(struct info *i, int fd, struct err *e) MUST_CHECK;
void info_free(struct info *i);
/* The same in a word: how it ended, "running", or "cut short". */
const char *info_state(const struct info *i);
/* As one JSON object, the caller's. */
struct json_object *info_json(const struct info *i, const char *id);

#endif
