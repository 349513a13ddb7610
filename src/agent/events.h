/* SPDX-License-Identifier: ISC */
/*
 * What happened, as it happens: one JSON object each, to the session file
 * and, if asked for, as a line on standard output.
 */
#ifndef SRC_AGENT_EVENTS_H
#define SRC_AGENT_EVENTS_H

#include <stdio.h>
#include <json-c/json.h>
#include "src/session/session.h"
#include "src/model/model.h"

struct events {
	struct session *session;
	/*
	 * Given each line that was written, and its type; NULL: nobody. -1 as
	 * if it could not be kept.
	 */
	int (*also)(
	    void *arg, const char *type, const char *line, struct err *e);
	void *also_arg;
	FILE *json;		   /* NULL: none */
	const struct model *model; /* strikes keys out; NULL: not open yet */
	uint64_t seq;
	uint64_t start_ms; /* CLOCK_MONOTONIC */
};

/* A new event; fill it, then give it to event_emit(). */
struct json_object *event_new(struct events *ev, const char *type);
/*
 * Writes the event and frees it. -1 if it could not be kept: a run that
 * leaves no trace must not go on.
 */
int
event_emit(struct events *ev, struct json_object *o, struct err *e) MUST_CHECK;

void put_str(struct json_object *o, const char *key, const char *value);
void put_int(struct json_object *o, const char *key, uint64_t value);
/* Millionths of a dollar, as a number of dollars. */
void put_usd(struct json_object *o, const char *key, uint64_t micro);
void put_bool(struct json_object *o, const char *key, int value);
/* Usage under the names of OpenTelemetry's GenAI conventions; and "cost_usd",
   if there was a price for any of it. */
void put_usage(struct json_object *o, const struct model_usage *u);

#endif
