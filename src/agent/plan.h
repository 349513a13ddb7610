/* SPDX-License-Identifier: ISC */
/*
 * The model's plan: steps in their order, and how far each of them is.
 */
#ifndef SRC_AGENT_PLAN_H
#define SRC_AGENT_PLAN_H

#include <stddef.h>
#include <json-c/json.h>
#include "src/agent/text.h"

#define PLAN_STEPS_MAX 50
#define PLAN_STEP_MAX  200 /* bytes */

enum plan_state {
	PLAN_TODO,  /* "[ ]" */
	PLAN_DOING, /* "[>]" */
	PLAN_DONE,  /* "[x]" */
};

struct plan_step {
	enum plan_state state;
	char *text;
};

struct plan {
	struct plan_step step[PLAN_STEPS_MAX];
	size_t n;
};

/*
 * Reads a step a line, each with its mark; one without is still to do. List
 * marks before it ("-", "1.") are left out. -1: *complaint says what is
 * wrong, and *p is as it was.
 */
int plan_read(struct plan *p, const char *text, struct text *complaint);
/* A line for each step, in the form that plan_read() takes. */
void plan_say(const struct plan *p, struct text *out);
/* [{"step":"...","status":"done"}]: pending, in_progress or done. */
struct json_object *plan_json(const struct plan *p);
size_t plan_done(const struct plan *p);
void plan_free(struct plan *p);

#endif
