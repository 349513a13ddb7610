/* SPDX-License-Identifier: ISC */
/*
 * A session file line by line, in little memory, and where it is whole.
 */
#ifndef SRC_SESSION_LINES_H
#define SRC_SESSION_LINES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <json-c/json.h>
#include "jail/base/err.h"

#define LINES_LONGEST (64u << 20) /* bytes of one line */

struct lines_end {
	off_t good;	/* bytes of whole lines */
	uint64_t lines; /* whole ones */
	bool torn;	/* there is something after them */
};

/*
 * Calls line for each whole line from the file's beginning on; it may write
 * to the line's bytes, and ends it all by -1. A last line that was cut (the
 * writer was killed, the disk full) is not a line: *end, which may be NULL,
 * tells of it. The descriptor's offset stays.
 */
int
lines_each(int fd, int (*line)(void *arg, char *s, size_t len, struct err *),
    void *arg, struct lines_end *end, struct err *e) MUST_CHECK;

/* The type of an event that was written by event_emit(), without reading the
   rest of its line; "" if it does not begin so. */
const char *lines_type(const char *s, char *type, size_t size);
/* A line as the object that it must be; NULL with *e. The caller's. */
struct json_object *
lines_parse(const char *s, size_t len, struct err *e) MUST_CHECK;
/* A member, or what stands for one that is absent or of another type. */
const char *
lines_str(struct json_object *o, const char *key, const char *absent);
uint64_t lines_int(struct json_object *o, const char *key);
struct json_object *lines_array(struct json_object *o, const char *key);
struct json_object *lines_object(struct json_object *o, const char *key);

#endif
