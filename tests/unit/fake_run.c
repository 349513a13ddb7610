// SPDX-License-Identifier: ISC
// A run of the agent with a scripted model, against a box that is a directory.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "tests/unit/fake_run.h"

/* What the model says, turn by turn; the last one again and again. */
static const char *const *script;
enum model_stop stops[64];
static size_t turns;
struct err model_fault;
volatile sig_atomic_t stop;

int
model_turn(struct model *m, const struct model_request *q,
    const struct model_sink *sink, struct model_response *r, struct err *e)
{
	const char *text = *script;

	(void)m;
	assert_true(json_object_array_length(q->messages) > 0);
	if (stop) {
		err_set(e, ERR_INTERRUPTED, EINTR, "stopped");
		return -1;
	}
	if (text == NULL) {
		*e = model_fault;
		return -1;
	}
	sink->text(sink->arg, "word\n", 5);
	memset(r, 0, sizeof(*r));
	r->message = json_object_new_object();
	json_object_object_add(
	    r->message, "role", json_object_new_string("assistant"));
	json_object_object_add(r->message, "content", json_tokener_parse(text));
	r->stop = stops[turns++];
	r->usage.input_tokens = 100;
	r->usage.output_tokens = 10;
	if (script[1] != NULL || model_fault.code != 0)
		script++;
	return 0;
}

size_t
model_redact(const struct model *m, char *buf, size_t len)
{
	char *hit = memmem(buf, len, "sk-secret", 9);

	(void)m;
	if (hit != NULL)
		memset(hit, '*', 9);
	return hit != NULL;
}

const char *
model_provider(const struct model *m)
{
	(void)m;
	return "fake";
}

const char *
model_name(const struct model *m)
{
	(void)m;
	return "fake-1";
}

static struct spec spec;
struct config config = {.task = "mend it", .json = true};
struct run run;
struct policy run_policy;
struct err why;

enum agent_exit
go(const char *const *words, const struct policy_budget *max)
{
	struct policy_budget none = {0};
	enum agent_exit status;
	struct err e;
	char dir[100];

	snprintf(dir, sizeof(dir), "%s/.git/state", fake_root);
	memset(&run, 0, sizeof(run));
	run.spent = BUDGET__COUNT;
	policy_copy(&run.policy, &run_policy);
	run.config = &config;
	run.env = (struct tool_env){.spec = &spec,
	    .test = config.no_test ? NULL : "the test",
	    .command_ms = 1000,
	    .stop = &stop};
	assert_int_equal(session_open(&run.session, dir, &e), 0);
	run.events.session = &run.session;
	run.events.model = (const struct model *)&run;
	run.tools = tool_list(true);
	run.messages = json_object_new_array();
	run.start = snapshot_take(NULL, NULL, NULL, &e);
	show_begin(&run.show, NULL);
	budget_begin(&run.budget, max != NULL ? max : &none, clock_ms());
	run.env.deadline_ms = budget_work_deadline(&run.budget);
	script = words;
	turns = 0;
	status = loop_run(&run, &why);
	return summary_end(&run, status, &why);
}

const char *
json_of(struct json_object *o)
{
	return json_object_to_json_string_ext(
	    o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

int
begin(void **state)
{
	stop = 0;
	memset(stops, 0, sizeof(stops));
	memset(&model_fault, 0, sizeof(model_fault));
	memset(&fake_capture, 0, sizeof(fake_capture));
	fake_output = "FAILED: sk-secret\n";
	fake_pass_file = "fixed";
	fake_fail_run = 0;
	config.no_test = config.no_tools = false;
	memset(&run_policy, 0, sizeof(run_policy));
	config.test_each = CONFIG_TEST_NEVER;
	config.diff_file = NULL;
	return fake_begin(state);
}

int
end(void **state)
{
	json_object_put(run.tools);
	json_object_put(run.messages);
	session_close(&run.session);
	snapshot_free(run.start);
	guard_free(&run.guard);
	guide_free(&run.guide);
	free(run.last_file);
	return fake_end(state);
}

const char *
whys_of(const char *event)
{
	static char why_run[4096];
	struct json_object *all, *o, *v;
	struct err e;
	size_t i, len = 0;
	int fd = open(run.session.path, O_RDONLY | O_CLOEXEC);

	why_run[0] = '\0';
	all = session_load(fd, &e);
	close(fd);
	for (i = 0; i < json_object_array_length(all); i++) {
		o = json_object_array_get_idx(all, i);
		json_object_object_get_ex(o, "type", &v);
		if (strcmp(json_object_get_string(v), event) != 0)
			continue;
		json_object_object_get_ex(o, "why", &v);
		len += (size_t)snprintf(why_run + len, sizeof(why_run) - len,
		    "%s ", json_object_get_string(v));
	}
	json_object_put(all);
	return why_run;
}
