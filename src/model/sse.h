/* SPDX-License-Identifier: ISC */
/*
 * Server-Sent Events, byte by byte, by the rules of the HTML standard.
 *
 * Only `data` is handed on: the servers we talk to repeat an event's type
 * inside it, and not all of them send the `event` field.
 */
#ifndef SRC_MODEL_SSE_H
#define SRC_MODEL_SSE_H

#include <stdbool.h>
#include "jail/base/err.h"
#include "src/model/buf.h"

struct sse {
	/*
	 * One event's data, NUL-terminated, valid UTF-8. Not 0 stops the
	 * parser, which hands the value back.
	 */
	int (*event)(void *arg, const char *data, size_t len);
	void *arg;
	size_t max; /* bytes of one line, and of one event */
	struct buf line, data;
	size_t begun; /* bytes of a byte order mark seen; 3: past it */
	bool cr;      /* the last byte was CR: a LF now belongs to it */
	bool comment; /* the line is one: not kept */
	bool has_data;
};

void sse_begin(struct sse *s, size_t max,
    int (*event)(void *arg, const char *data, size_t len), void *arg);
/*
 * Takes the next n bytes, cut anywhere. 0; the callback's value if that was
 * not 0; -1 with *e when a line or an event is larger than the maximum.
 */
int sse_feed(struct sse *s, const char *p, size_t n, struct err *e) MUST_CHECK;
/* The end: an event without its blank line is dropped. */
void sse_end(struct sse *s);

#endif
