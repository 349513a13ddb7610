/* SPDX-License-Identifier: ISC */
/*
 * One answer as a dialect puts it together from a stream: neutral blocks,
 * usage, and whether the server came to an end.
 */
#ifndef SRC_MODEL_ANSWER_H
#define SRC_MODEL_ANSWER_H

#include <stdbool.h>
#include "src/model/model.h"

struct answer {
	const struct model_sink *sink; /* may be NULL */
	struct json_object *blocks;    /* array of neutral blocks */
	/* As far as told; cost_micro only where the server tells it. */
	struct model_usage usage;
	/* Of tries before this one: told, else guessed. */
	struct model_usage failed;
	uint64_t request_bytes;
	uint64_t output_bytes; /* of text, thinking and arguments so far */
	enum model_stop stop;
	bool ended;  /* the server said that this is all */
	bool paused; /* it wants the turn sent back to go on */
	bool
	    transient; /* of an error inside the stream: another try may help */
	char id[128], model[128];
};

enum {
	ANSWER_BLOCKS_MAX = 1024,
	ANSWER_BYTES_MAX = 32 << 20
};

void answer_begin(struct answer *a, const struct model_sink *sink);
void answer_free(struct answer *a);
/* Lets the listener hear a piece of text. */
void answer_heard(const struct answer *a, const char *p, size_t n);
/* Takes what a server says that its answer cost: a number of dollars. */
void answer_cost(struct answer *a, struct json_object *dollars);
/* Adds a text block; nothing if it is empty. */
void answer_text(struct answer *a, const char *p, size_t n);
/*
 * Adds a tool call from the raw bytes of its arguments. None at all mean {};
 * what is no JSON object is kept raw, with the reason, for the model to see.
 * An id that is empty, or that this answer has already, is replaced by one of
 * our own: some servers give none, some always the same.
 */
void answer_tool(struct answer *a, const char *id, const char *name,
    const char *raw, size_t n);
/*
 * The last word about how it ended, once all blocks are in. A call that was
 * made is made, whatever the server calls the end. But where the answer was
 * cut, the last call's arguments may be: those are not taken for whole.
 */
void answer_stop(struct answer *a);
/* Adds what only that provider understands; takes data. */
void
answer_opaque(struct answer *a, const char *provider, struct json_object *data);
/* Whether a tool call with sound arguments is among the blocks. */
bool answer_has_call(const struct answer *a);
/* Copies a server's name for something, cut to size, printable only. */
void answer_name(char *to, size_t size, const char *from);

#endif
