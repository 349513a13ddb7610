/* SPDX-License-Identifier: ISC */
/*
 * How long a JSON value is, and a digest of it, without its text in memory:
 * json-c keeps the text of every value that it was asked to print.
 */
#ifndef SRC_AGENT_WEIGH_H
#define SRC_AGENT_WEIGH_H

#include <stddef.h>
#include <stdint.h>
#include <json-c/json.h>

/* About the bytes of its text: escapes are not counted. */
size_t weigh_bytes(struct json_object *o);
/* The same for the same value: type, text, order. */
uint64_t weigh_digest(struct json_object *o);

#endif
