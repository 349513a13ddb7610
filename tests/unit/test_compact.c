// SPDX-License-Identifier: ISC
// compact: what is cut out and what stays, the conversation after a summary,
// and that the session tells all of it.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "src/agent/loop.h"
#include "src/session/rebuild.h"
#include "tests/unit/fake_box.h"

/* What the model answers when it is asked to sum up; NULL: model_fault. */
static const char *answer;
static struct err model_fault;
static unsigned asked;
static uint64_t room;  /* what its answer may take */
static char *question; /* the last message it was sent */

int
model_turn(struct model *m, const struct model_request *q,
    const struct model_sink *sink, struct model_response *r, struct err *e)
{
	size_t n = json_object_array_length(q->messages);

	(void)m, (void)sink;
	asked++;
	room = q->max_tokens;
	free(question);
	question = strdup(json_object_to_json_string(
	    json_object_array_get_idx(q->messages, n - 1)));
	memset(r, 0, sizeof(*r));
	r->usage.input_tokens = 100;
	if (answer == NULL) {
		*e = model_fault;
		return -1;
	}
	r->message = json_tokener_parse(answer);
	return 0;
}

size_t
model_redact(const struct model *m, char *buf, size_t len)
{
	(void)m, (void)buf, (void)len;
	return 0;
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
static struct config config = {.task = "mend it", .json = true};
static struct run run;
static struct err e;
static char big[4001];

static void
say(const char *role, const char *content)
{
	struct json_object *m = json_object_new_object(), *ev;

	put_str(m, "role", role);
	json_object_object_add(m, "content", json_tokener_parse(content));
	json_object_array_add(run.messages, m);
	ev = event_new(&run.events, *role == 'u' ? "message" : "response");
	json_object_object_add(ev, "message", json_object_get(m));
	assert_int_equal(event_emit(&run.events, ev, &e), 0);
}

static void
call(const char *id, const char *name, const char *input, const char *result)
{
	char *s = NULL;

	assert_true(asprintf(&s,
			"[{\"type\":\"text\",\"text\":\"I call %s.\"},"
			"{\"type\":\"tool_use\",\"id\":\"%s\",\"name\":\"%s\","
			"\"input\":%s}]",
			id, id, name, input) > 0);
	say("assistant", s);
	free(s);
	assert_true(asprintf(&s,
			"[{\"type\":\"tool_result\",\"tool_use_id\":\"%s\","
			"\"content\":\"%s%s\",\"is_error\":false}]",
			id, id, result) > 0);
	say("user", s);
	free(s);
}

static int
begin(void **state)
{
	char dir[100];

	if (fake_begin(state) < 0)
		return -1;
	memset(&run, 0, sizeof(run));
	memset(&model_fault, 0, sizeof(model_fault));
	memset(big, 'x', sizeof(big) - 1);
	snprintf(dir, sizeof(dir), "%s/.git/state", fake_root);
	config.context_window = 0;
	asked = 0;
	answer = "{\"content\":[{\"type\":\"text\",\"text\":\"THE SUM\"}]}";
	run.config = &config;
	run.env = (struct tool_env){
	    .spec = &spec, .test = "the test", .command_ms = 1000};
	run.messages = json_object_new_array();
	run.tools = json_object_new_array();
	show_begin(&run.show, NULL);
	if (session_open(&run.session, dir, &e) < 0)
		return -1;
	run.events.session = &run.session;
	fake_put("a", "the newest of a\n");
	say("user", "[{\"type\":\"text\",\"text\":\"THE TASK\"}]");
	return 0;
}

static int
end(void **state)
{
	json_object_put(run.messages);
	json_object_put(run.tools);
	session_close(&run.session);
	tool_env_free(&run.env);
	free(question);
	question = NULL;
	return fake_end(state);
}

static const char *
json_of(struct json_object *o)
{
	return json_object_to_json_string_ext(
	    o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

static bool
has(const char *s)
{
	return strstr(json_of(run.messages), s) != NULL;
}

/* Whether the whole answer to a call is there. */
static bool
whole(const char *id)
{
	char s[64];

	snprintf(s, sizeof(s), "\"%sxxxxxxxx", id);
	return has(s);
}

/* Who goes on with the session is told what the model would be told now. */
static void
check_session(void)
{
	int fd = open(run.session.path, O_RDONLY | O_CLOEXEC);
	struct rebuild r;

	assert_int_equal(rebuild_messages(&r, fd, NULL, &e), 0);
	assert_string_equal(json_of(r.messages), json_of(run.messages));
	rebuild_free(&r);
	close(fd);
}

static void
talk(void)
{
	call("r1", "read_file", "{\"path\":\"a\"}", big);
	call("b1", "bash", "{\"command\":\"x\"}", big);
	call("s1", "bash", "{\"command\":\"y\"}", "short");
	call("r2", "read_file", "{\"path\":\"a\"}", big);
	call("b2", "bash", "{\"command\":\"z\"}", big);
	call("l1", "bash", "{\"command\":\"1\"}", big);
	call("l2", "bash", "{\"command\":\"2\"}", big);
}

static void
test_elide(void **state)
{
	struct json_object *cut = json_object_new_array();
	uint64_t all;

	(void)state;
	talk();
	all = compact_tokens(&run);
	compact_elide(&run, all, cut);
	assert_int_equal(json_object_array_length(cut), 0);
	// The oldest goes, and no more than there must.
	compact_elide(&run, all - 500, cut);
	assert_int_equal(json_object_array_length(cut), 1);
	assert_false(whole("r1"));
	assert_true(whole("b1"));
	compact_elide(&run, 0, cut);
	assert_int_equal(json_object_array_length(cut), 3);
	assert_false(whole("b1"));
	assert_false(whole("b2"));
	assert_true(whole("r2")); // the newest of its file
	assert_true(whole("l1") && whole("l2"));
	assert_true(has("s1short"));
	assert_true(has("[4002 bytes of this answer were taken out"));
	json_object_put(cut);
}

static void
test_before(void **state)
{
	(void)state;
	talk();
	assert_int_equal(compact_before(&run, &e), 0);
	assert_true(whole("r1")); // 128000 tokens have room for all of it
	config.context_window = 9000;
	run.compact.window = 0;
	assert_int_equal(compact_before(&run, &e), 0);
	assert_false(whole("r1"));
	assert_true(whole("r2"));
	assert_int_equal(asked, 0);
	assert_int_equal(run.compact.times, 1);
	check_session();
}

static void
test_summary(void **state)
{
	struct text complaint = {0};

	(void)state;
	talk();
	assert_int_equal(
	    plan_read(&run.env.plan, "[>] THE STEP", &complaint), 0);
	say("user", "[{\"type\":\"text\",\"text\":\"SAID LATER\"}]");
	run.tests = (struct testlog){.runner = "pytest", .failed = 7};
	config.context_window = 4500;
	assert_int_equal(compact_before(&run, &e), 0);
	assert_int_equal(asked, 1);
	assert_non_null(strstr(question, "grown too long"));
	assert_int_equal(json_object_array_length(run.messages), 1);
	assert_true(has("THE TASK"));
	assert_true(has("THE SUM"));
	assert_true(has("SAID LATER"));
	assert_true(has("[>] THE STEP"));
	assert_true(has("7 failed"));
	assert_true(has("the newest of a"));
	assert_false(has("xxxx"));
	assert_true(compact_tokens(&run) < 2000);
	assert_int_equal(run.usage.input_tokens, 100);
	check_session();
	// The second time the first summary gives its place to the second.
	talk();
	answer = "{\"content\":[{\"type\":\"text\",\"text\":\"ANEW\"}]}";
	assert_int_equal(room, 0);
	run.budget.max.output = run.budget.used.output_tokens + 700;
	assert_int_equal(compact_before(&run, &e), 0);
	assert_int_equal(asked, 2);
	assert_int_equal(room, 700); // no more than the budget has
	assert_true(has("THE TASK"));
	assert_true(has("ANEW"));
	assert_true(has("SAID LATER"));
	assert_false(has("THE SUM"));
	check_session();
	call("n1", "bash", "{\"command\":\"1\"}", "on");
	assert_int_equal(compact_before(&run, &e), 0);
	assert_int_equal(asked, 2);
	check_session();
}

static void
test_no_summary(void **state)
{
	(void)state;
	talk();
	config.context_window = 4500;
	answer = NULL;
	err_set(&model_fault, ERR_MODEL, 0, "prompt is too long");
	assert_int_equal(compact_before(&run, &e), 0);
	assert_int_equal(asked, 1);
	assert_true(has("THE TASK"));
	assert_true(has("I call l2."));
	check_session();
	run.compact.times = 0;
	err_set(&model_fault, ERR_INTERRUPTED, 0, "stopped");
	talk();
	assert_int_equal(compact_before(&run, &e), -1);
	assert_int_equal(e.code, ERR_INTERRUPTED);
}

/* A model that answers with nothing but calls. */
static void
test_mute(void **state)
{
	(void)state;
	talk();
	config.context_window = 4500;
	answer = "{\"content\":[{\"type\":\"tool_use\",\"id\":\"q\","
		 "\"name\":\"bash\",\"input\":{}}]}";
	assert_int_equal(compact_before(&run, &e), 0);
	assert_true(has("I call l2."));
}

static void
test_after(void **state)
{
	(void)state;
	talk();
	err_set(&e, ERR_MODEL, 0, "status 500");
	assert_int_equal(compact_after(&run, &e), 0);
	assert_string_equal(e.text, "status 500");
	assert_true(whole("r1"));
	err_set(&e, ERR_MODEL, 0,
	    "HTTP 400: This model's maximum context length is 7000 tokens");
	assert_int_equal(compact_after(&run, &e), 1);
	assert_false(whole("r1"));
	assert_int_equal(asked, 0); // it could not have heard the question
	// So long as that no request of this run will be again.
	assert_true(run.compact.window < 8000);
	// Shorter, until nothing but a summary is left to be tried.
	do
		err_set(&e, ERR_MODEL, 0, "prompt is too long");
	while (compact_after(&run, &e) == 1 &&
	       json_object_array_length(run.messages) > 1);
	assert_int_equal(json_object_array_length(run.messages), 1);
	assert_true(has("THE TASK"));
	assert_int_equal(asked, 0);
	check_session();
	// What cannot be made shorter is not asked for ever.
	err_set(&e, ERR_MODEL, 0, "prompt is too long");
	while (compact_after(&run, &e) == 1)
		err_set(&e, ERR_MODEL, 0, "prompt is too long");
}

/* The server's own count, not a guess. */
static void
test_measure(void **state)
{
	uint64_t guess;

	(void)state;
	talk();
	guess = compact_tokens(&run);
	compact_measure(&run, &(struct model_usage){.input_tokens = 11000});
	assert_true(compact_tokens(&run) > guess + 1000);
	compact_measure(&run, &(struct model_usage){.input_tokens = 0});
	assert_int_equal(compact_tokens(&run), guess);
	compact_measure(&run, &(struct model_usage){.input_tokens = 1});
	assert_true(compact_tokens(&run) > guess / 2);
}

static void
test_files(void **state)
{
	char *path[3];
	size_t n, i;

	(void)state;
	call("1", "read_file", "{\"path\":\"old\"}", "");
	call("2", "read_file", "{\"path\":\"b\"}", "");
	call("3", "edit_file", "{\"path\":\"a\"}", "");
	call("4", "read_file", "{\"path\":\"b\"}", "");
	call("5", "apply_patch",
	    "{\"patch\":\"*** Begin Patch\\n*** Update File: p q\\n@@\\n\"}",
	    "");
	n = compact_files(run.messages, path, 3);
	assert_int_equal(n, 3);
	assert_string_equal(path[0], "p q");
	assert_string_equal(path[1], "b");
	assert_string_equal(path[2], "a");
	for (i = 0; i < n; i++)
		free(path[i]);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_elide),
	    T(test_before),
	    T(test_summary),
	    T(test_no_summary),
	    T(test_mute),
	    T(test_after),
	    T(test_measure),
	    T(test_files),
	};

	return cmocka_run_group_tests_name("compact", tests, NULL, NULL);
}
