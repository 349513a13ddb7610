/* SPDX-License-Identifier: ISC */
/*
 * A model behind whichever wire it speaks.
 *
 * Conversations are json-c values in one neutral form, so that a session
 * file, a transcript and every provider see the same thing:
 *
 *   message  {"role":"user"|"assistant","content":[block...]}
 *   block    {"type":"text","text":S}
 *            {"type":"tool_use","id":S,"name":S,"input":{...}}
 *            {"type":"tool_use","id":S,"name":S,"input_error":S,"raw":S}
 *               (arguments that are not a JSON object: raw, and why)
 *               (some servers add "extra_content":{...}, to get it back)
 *            {"type":"tool_result","tool_use_id":S,"content":S,
 *             "is_error":bool}
 *            {"type":"opaque","provider":S,"data":{...}}
 *               (thinking, signatures: echoed to that provider verbatim)
 *   tool     {"name":S,"description":S,"input_schema":{...}}
 */
#ifndef SRC_MODEL_MODEL_H
#define SRC_MODEL_MODEL_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <json-c/json.h>
#include "jail/base/err.h"
#include "src/model/prices.h"
#include "src/model/usage.h"

struct model;

struct model_config {
	const char *provider; /* "anthropic", "openai", "replay:FILE" */
	const char *model;    /* NULL: the provider's default, if it has one */
	const char *base_url; /* NULL: the provider's own */
	const char *key_file; /* NULL: ANTHROPIC_API_KEY, OPENAI_API_KEY */
	const char *record;   /* write a transcript here; NULL: do not */
	FILE *wire;	      /* told of each byte; NULL: nobody */
	const struct prices *prices;	   /* NULL: no price is known */
	uint32_t max_tokens;		   /* of one answer; 0: default */
	uint32_t retries;		   /* after the first try */
	uint64_t idle_ms;		   /* without any byte; 0: default */
	uint64_t total_ms;		   /* of one request; 0: default */
	const volatile sig_atomic_t *stop; /* rises: abort at once */
};

struct model_request {
	const char *system;
	struct json_object *tools;    /* array of tool */
	struct json_object *messages; /* array of message */
	uint64_t deadline_ms;	      /* CLOCK_MONOTONIC; 0: none */
	uint64_t max_tokens;	      /* of the answer; 0: as ever */
};

enum model_stop {
	MODEL_STOP_END,	    /* said all it wanted */
	MODEL_STOP_TOOLS,   /* wants tools run */
	MODEL_STOP_LENGTH,  /* cut at max_tokens; tool calls may be cut */
	MODEL_STOP_REFUSAL, /* refused, or filtered */
};

struct model_response {
	struct json_object *message; /* role assistant */
	enum model_stop stop;
	struct model_usage usage;
	char id[128], model[128];
	uint32_t tries; /* requests it took */
	/*
	 * The server told that it read much less than it was sent: some cut
	 * the beginning off, and do not say so. About what it was sent, in
	 * tokens; 0: it seems to have read all.
	 */
	uint64_t sent_tokens;
};

/*
 * What is heard while an answer streams in; each may be NULL. After `retry`
 * the answer begins anew: the text heard so far is void.
 */
struct model_sink {
	void (*text)(void *arg, const char *piece, size_t len);
	void (*retry)(void *arg, const char *why, uint64_t wait_ms);
	void *arg;
	/* Now and then, while a server is waited for. */
	void (*tick)(void *arg);
};

/*
 * Opens a model. Reads the key and wipes the key variables from the
 * environment; opens the replay or record file. NULL on failure. The key is
 * in no other process and no log: a child made by fork does not have it.
 */
struct model *
model_open(const struct model_config *c, struct err *e) MUST_CHECK;
/*
 * One turn. ERR_MODEL when the server fails for good, ERR_REPLAY when the
 * request drifted from the transcript, ERR_INTERRUPTED when stopped or past
 * the deadline (sys_errno EINTR or ETIMEDOUT). On success r->message is the
 * caller's (json_object_put). r->usage counts in any case: a request that was
 * cut off is paid for.
 */
int model_turn(struct model *m, const struct model_request *q,
    const struct model_sink *sink, struct model_response *r,
    struct err *e) MUST_CHECK;
void model_close(struct model *m);
/*
 * Overwrites every API key this process was given with '*', in place; returns
 * how many were found. For tool output and log lines, before anyone reads
 * them. The length stays.
 */
size_t model_redact(const struct model *m, char *buf, size_t len);
/*
 * "anthropic", "openai" or "replay", and the model's name in use; valid while
 * it is open.
 */
const char *model_provider(const struct model *m);
const char *model_name(const struct model *m);
/*
 * Asks another model of the same server from now on. ERR_USAGE, and all stays
 * as it is: a transcript has the model that it has, and a name must fit.
 */
int model_rename(struct model *m, const char *name, struct err *e) MUST_CHECK;
/*
 * Whether its cost is known: the table has it, or it needs no key and so
 * bills nobody.
 */
bool model_is_priced(const struct model *m);
/* What the table of prices says of it; NULL: nothing. */
const struct price *model_price(const struct model *m);

#endif
