/* SPDX-License-Identifier: ISC */
/*
 * The process that tells a collector: what it is told to do, and it itself.
 */
#ifndef SRC_OTEL_EXPORTER_H
#define SRC_OTEL_EXPORTER_H

#include <stdbool.h>
#include <stdint.h>
#include <json-c/json.h>
#include "jail/base/err.h"

#define EXPORTER_HEADERS 6 /* of the user's own */

struct exporter {
	char *traces, *metrics; /* addresses; NULL: not wanted */
	char *header[EXPORTER_HEADERS];
	struct json_object *resource; /* attributes */
	uint64_t timeout_ms;
	bool content;
};

/* From the environment. 0: nothing is wanted; 1: *x is filled. */
int exporter_configure(struct exporter *x, struct err *e) MUST_CHECK;
/* In a process of its own: until the other end of fd is closed. */
void exporter_main(struct exporter *x, int fd);
void exporter_free(struct exporter *x);

#endif
