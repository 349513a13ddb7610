/* SPDX-License-Identifier: ISC */
/*
 * Keeps the conversation within what the model can hold: old answers of tools
 * are cut out first; if that is not enough, a summary takes its place.
 */
#ifndef SRC_AGENT_COMPACT_H
#define SRC_AGENT_COMPACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <json-c/json.h>
#include "jail/base/err.h"
#include "src/agent/text.h"
#include "src/model/usage.h"

/* Where neither an option nor the table of prices knows the model's. */
#define COMPACT_WINDOW 128000 /* tokens */

struct run;

struct compact {
	uint64_t window; /* tokens, of input and answer; 0: not known yet */
	size_t bytes;	 /* of the last request */
	uint64_t tokens; /* what the server counted of it; 0: it did not */
	unsigned int times;
};

/*
 * Before a request: makes the conversation shorter if it, and an answer, may
 * not fit. 0 also if there was nothing to do.
 */
int compact_before(struct run *r, struct err *e) MUST_CHECK;
/* After one: what it was in the server's own count. */
void compact_measure(struct run *r, const struct model_usage *u);
/*
 * A request failed. Whether it was too long and is shorter now, so that it
 * may be made again: 1; 0: it was something else, and *e stays; -1: the
 * conversation could not be made shorter.
 */
int compact_after(struct run *r, struct err *e) MUST_CHECK;
/* At once, whatever its length, with a summary: somebody asked for it. */
int compact_now(struct run *r, struct err *e) MUST_CHECK;

/* Parts, for each other and for tests. */

/* About how many tokens the conversation is. */
uint64_t compact_tokens(struct run *r);
/*
 * Cuts old answers of tools out, the oldest first, until the conversation is
 * about goal tokens; never those of the last messages, nor the newest of
 * each file that was read. Appends {"message","block","content"} of each to
 * cut.
 */
void compact_elide(struct run *r, uint64_t goal, struct json_object *cut);
/* The conversation anew, from a summary. The caller's. */
struct json_object *compact_anew(struct run *r, const char *summary,
    uint64_t goal, struct err *e) MUST_CHECK;
/*
 * The files that were read or edited last, the newest first: at most max
 * paths, each the caller's. Returns how many.
 */
size_t compact_files(struct json_object *messages, char **path, size_t max);
/* In the place of a summary that the model cannot give: its own words. */
void compact_words(struct json_object *messages, struct text *out);

#endif
