/* SPDX-License-Identifier: ISC */
/*
 * A run of the agent with a scripted model, against a box that is a directory.
 */
#ifndef TESTS_UNIT_FAKE_RUN_H
#define TESTS_UNIT_FAKE_RUN_H

#include "src/agent/run.h"
#include "tests/unit/fake_box.h"

/* How each turn ends; of a fault, what the model says after the last one. */
extern enum model_stop stops[64];
extern struct err model_fault;
extern volatile sig_atomic_t stop;
extern struct config config;
extern struct policy run_policy; /* of the next run */
extern struct run run;
extern struct err why; /* how it ended */

#define TEXT(s) "[{\"type\":\"text\",\"text\":\"" s "\"}]"
#define CALL(id, name, input)                                       \
	"{\"type\":\"tool_use\",\"id\":\"" id "\",\"name\":\"" name \
	"\",\"input\":" input "}"
#define WRITE(path)                 \
	"[" CALL("w", "write_file", \
	    "{\"path\":\"" path "\",\"content\":\"x\"}") "]"

#define READ(path) "[" CALL("1", "read_file", "{\"path\":\"" path "\"}") "]"

/* A whole run; the model says these, the last one again and again. */
enum agent_exit go(const char *const *words, const struct policy_budget *max);
const char *json_of(struct json_object *o);
/* "why" of each event of that type in the session, a blank behind each. */
const char *whys_of(const char *event);

/* cmocka set-up and tear-down. */
int begin(void **state);
int end(void **state);

#endif
