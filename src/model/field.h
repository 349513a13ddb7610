/* SPDX-License-Identifier: ISC */
/*
 * Reading JSON that a stranger wrote: any field may be missing or odd.
 */
#ifndef SRC_MODEL_FIELD_H
#define SRC_MODEL_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <json-c/json.h>

/* The whole of n bytes as one JSON value, or NULL. Depth is bounded. */
struct json_object *field_parse(const char *p, size_t n);
/*
 * Whether what was parsed is JSON for others, too: the parser takes NaN,
 * Infinity and 1. for numbers, and writes them as they came.
 */
bool field_is_sound(struct json_object *o);
/* The field if o is an object that has it with that type, else NULL. */
struct json_object *
field_get(struct json_object *o, const char *key, enum json_type type);
/* A string's text; fallback if there is none. Cut at an inner NUL. */
const char *
field_str(struct json_object *o, const char *key, const char *fallback);
bool field_bool(struct json_object *o, const char *key);
/* Sets *v if the field is a number that is not negative; says if it did. */
bool field_u64(struct json_object *o, const char *key, uint64_t *v);
/* True if o[key] is the string s. */
bool field_is(struct json_object *o, const char *key, const char *s);

/* Adds a string, or (owned) value, to an object. */
void field_put_str(struct json_object *o, const char *key, const char *s);
void
field_put_text(struct json_object *o, const char *key, const char *p, size_t n);
/* An object's text with nothing escaped that need not be. */
const char *field_text(struct json_object *o, size_t *len);

#endif
