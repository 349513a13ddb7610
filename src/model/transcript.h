/* SPDX-License-Identifier: ISC */
/*
 * The form of a transcript: JSON lines. A header,
 *
 *   {"stockade_transcript":1,"provider":"anthropic","model":"..."}
 *
 * then a line for each turn,
 *
 *   {"request":{"system":S,"tools":[...],"keep":N,"messages":[...]},
 *    "response":{"message":M,"stop":"end"|"tools"|"length"|"refusal",
 *                "usage":{...},"id":S,"model":S}}
 *
 * A request is canonical: keys sorted, changing parts named. It says only
 * what is new: "keep" is how many messages of the turn before go on, and
 * system and tools are left out where they are as before. A line without
 * "request" (written by hand) takes any.
 */
#ifndef SRC_MODEL_TRANSCRIPT_H
#define SRC_MODEL_TRANSCRIPT_H

#include "src/model/model.h"

enum {
	TRANSCRIPT_VERSION = 1
};

/* {"system","tools","messages"} of a request in canonical form; the caller's.
 */
struct json_object *transcript_canonical(const struct model_request *q);
/* The short form of a canonical request after another one (or NULL). */
struct json_object *
transcript_pack(struct json_object *before, struct json_object *canonical);
/* And back; NULL with *e when it keeps more than there was. */
struct json_object *transcript_unpack(struct json_object *before,
    struct json_object *packed, struct err *e) MUST_CHECK;

/* The first difference between two values. */
struct transcript_difference {
	char path[72];		  /* messages[4].content[0].content */
	char left[56], right[56]; /* both, shortened, around it */
};

/* Fills *d and says true if there is one. */
bool transcript_differs(struct json_object *left, struct json_object *right,
    struct transcript_difference *d);

/* A response as a line has it, and back. */
struct json_object *transcript_put_response(const struct model_response *r);
int transcript_get_response(
    struct json_object *o, struct model_response *r, struct err *e) MUST_CHECK;

#endif
