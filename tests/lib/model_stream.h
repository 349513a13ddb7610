/* SPDX-License-Identifier: ISC */
/*
 * For tests: an answer in the neutral form, as the stream that each of the
 * three protocols makes of it.
 */
#ifndef TESTS_LIB_MODEL_STREAM_H
#define TESTS_LIB_MODEL_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <json-c/json.h>

/* Fields of a script's line, and what they are when they are missing. */
struct json_object *script_get(struct json_object *o, const char *key);
long script_long(struct json_object *o, const char *key, long fallback);
const char *
script_str(struct json_object *o, const char *key, const char *fallback);

enum protocol {
	PROTOCOL_MESSAGES,
	PROTOCOL_CHAT,
	PROTOCOL_RESPONSES
};

/* The whole stream of one line, NUL-terminated; the caller frees it. */
char *model_stream(struct json_object *line, enum protocol p, size_t *len);

#endif
