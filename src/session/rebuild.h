/* SPDX-License-Identifier: ISC */
/*
 * The conversation as it stood at a session's last step, from its events.
 */
#ifndef SRC_SESSION_REBUILD_H
#define SRC_SESSION_REBUILD_H

#include "src/session/lines.h"

struct rebuild {
	struct json_object *messages; /* as the model was told them */
	/*
	 * Tool results for the calls of the last message, if nobody answered
	 * them any more: what is known of each, or that nothing is. To go
	 * before whatever is said next. NULL: none is open.
	 */
	struct json_object *open;
	/* Of the last run: */
	struct json_object *start; /* its event "start" */
	struct json_object *plan;  /* the last event "plan"; NULL: none */
	char reason[32];	   /* how it ended; "" if it did not */
	uint64_t runs;
	uint64_t next_seq;
	struct json_object *results; /* of the last answer's calls; inner */
};

/* Fills *r, which the caller frees by rebuild_free() in any case. */
int rebuild_messages(
    struct rebuild *r, int fd, struct lines_end *end, struct err *e) MUST_CHECK;
void rebuild_free(struct rebuild *r);

#endif
