/* SPDX-License-Identifier: ISC */
/*
 * Events of a run as spans and metrics of OpenTelemetry. Pure: no clock, no
 * socket; ids are given.
 */
#ifndef SRC_OTEL_SPANS_H
#define SRC_OTEL_SPANS_H

#include <stdbool.h>
#include <stdint.h>
#include <json-c/json.h>

#define SPANS_HISTOGRAM 16 /* buckets of one */

/* How many were so long, or so many. */
struct spans_series {
	const char *token_type; /* "input", "output"; NULL: a duration */
	uint64_t count, bucket[SPANS_HISTOGRAM];
	double sum;
};

struct spans {
	char trace[33], root[17]; /* hexadecimal */
	uint64_t next;		  /* id of the next span */
	bool content;		  /* what was said and done is told as well */
	struct json_object *resource;	    /* attributes; ours */
	struct json_object *done;	    /* spans that are complete; ours */
	struct json_object *run;	    /* attributes of the whole; ours */
	struct json_object *request, *call; /* open events; ours, or NULL */
	char model[128], provider[64];
	uint64_t start_ns, last_ns; /* since 1970 */
	struct spans_series input, output, duration;
	bool over; /* the run's own span is among those done */
};

/* resource: attributes, taken over. seed: 24 random bytes. */
void spans_begin(struct spans *s, struct json_object *resource, bool content,
    const unsigned char seed[24]);
void spans_event(struct spans *s, struct json_object *event);
/*
 * What is complete, as the body of a request, and no more held: of the
 * caller. NULL: nothing is.
 */
struct json_object *spans_traces(struct spans *s);
/* The metrics of the run up to now. */
struct json_object *spans_metrics(const struct spans *s);
/* A run that never told of its end, as its process was killed, ends here. */
void spans_end(struct spans *s);
void spans_free(struct spans *s);

/* {"key":..,"value":{"stringValue":..}} appended to a list. */
void spans_put(struct json_object *list, const char *key, const char *value);
/* Nanoseconds of a time as events have it, "2026-01-02T03:04:05.678Z"; 0. */
uint64_t spans_time(const char *stamp);

#endif
