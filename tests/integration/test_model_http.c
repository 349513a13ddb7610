// SPDX-License-Identifier: ISC
// model over HTTP: every way a server can answer, fail, stall and break off.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "src/model/field.h"
#include "src/model/http.h"
#include "tests/integration/model_rig.h"

#define ANSWER                                                       \
	"\"answer\":[{\"type\":\"text\",\"text\":\"3 \xe2\x82\xac, " \
	"\xf0\x9f\x98\x80!\"},{\"type\":\"tool_use\",\"id\":\"t1\"," \
	"\"name\":\"bash\",\"input\":{\"cmd\":\"ls\"}}],\"usage\":"  \
	"{\"input\":7,\"output\":5,\"cached\":3}"
#define CONTENT                                                      \
	"[{\"type\":\"text\",\"text\":\"3 \xe2\x82\xac, "            \
	"\xf0\x9f\x98\x80!\"},{\"type\":\"tool_use\",\"id\":\"t1\"," \
	"\"name\":\"bash\",\"input\":{\"cmd\":\"ls\"}}]"

static const char *const providers[] = {
    "anthropic", "openai", "openai-responses"};

/* One answer, sent in many ways: it is always the same. */
static void
answers(struct rig *g, const char *provider)
{
	int i;

	rig_start(g, provider,
	    "{" ANSWER "}\n"
	    "{" ANSWER ",\"piece\":1}\n"
	    "{" ANSWER ",\"pings\":1,\"piece\":7}\n"
	    "{" ANSWER ",\"crlf\":1,\"piece\":3}\n"
	    "{" ANSWER ",\"split_at\":470}\n"
	    "{" ANSWER ",\"split_at\":471}\n"
	    "{" ANSWER ",\"unframed\":1}\n"
	    "{" ANSWER ",\"piece\":40,\"delay_ms\":5}\n");
	for (i = 0; i < 8; i++) {
		assert_int_equal(rig_turn(g), 0);
		rig_content(g, CONTENT);
		assert_int_equal(g->r.stop, MODEL_STOP_TOOLS);
		assert_int_equal(g->r.tries, 1);
		assert_int_equal(
		    g->r.usage.input_tokens, *provider == 'a' ? 10 : 7);
		assert_int_equal(g->r.usage.cache_read_input_tokens, 3);
		assert_int_equal(g->r.usage.output_tokens, 5);
		assert_string_equal(g->r.model, "test-model");
		assert_string_equal(
		    g->text, "3 \xe2\x82\xac, \xf0\x9f\x98\x80!");
		assert_int_equal(g->pieces, 2);
	}
}

static void
test_anthropic(void **state)
{
	struct json_object *o, *h;
	char *log;

	answers(*state, providers[0]);
	log = rig_read(((struct rig *)*state)->log);
	o = field_parse(log, strcspn(log, "\n"));
	h = field_get(o, "headers", json_type_object);
	assert_true(field_is(o, "path", "/v1/messages"));
	assert_true(field_is(h, "x-api-key", KEY));
	assert_true(field_is(h, "anthropic-version", "2023-06-01"));
	assert_true(field_is(h, "accept", "text/event-stream"));
	assert_true(field_is(h, "content-type", "application/json"));
	assert_memory_equal(field_str(h, "user-agent", ""), "stockade/", 9);
	assert_null(field_str(h, "expect", NULL));
	json_object_put(o);
	free(log);
}

static void
test_openai(void **state)
{
	struct json_object *o;
	char *log;

	answers(*state, providers[1]);
	log = rig_read(((struct rig *)*state)->log);
	o = field_parse(log, strcspn(log, "\n"));
	assert_true(field_is(o, "path", "/v1/chat/completions"));
	assert_true(field_is(field_get(o, "headers", json_type_object),
	    "authorization", "Bearer " KEY));
	json_object_put(o);
	free(log);
}

static void
test_responses(void **state)
{
	struct json_object *o, *b;
	char *log;

	answers(*state, providers[2]);
	log = rig_read(((struct rig *)*state)->log);
	o = field_parse(log, strcspn(log, "\n"));
	assert_true(field_is(o, "path", "/v1/responses"));
	assert_true(field_is(field_get(o, "headers", json_type_object),
	    "authorization", "Bearer " KEY));
	b = field_get(o, "body", json_type_object);
	assert_true(field_is(b, "instructions", "be good"));
	assert_false(field_bool(b, "store"));
	json_object_put(o);
	free(log);
}

/* Whoever speaks the protocol, the same text and the same call come out. */
static void
test_manners(void **state)
{
	static const char *const names[] = {
	    "ollama", "vllm", "llama.cpp", "lmstudio", "openrouter", "gemini"};
	struct rig *g = *state;
	struct json_object *list, *b;
	char script[2048] = "";
	size_t i, n;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		n = strlen(script);
		snprintf(script + n, sizeof(script) - n,
		    "{" ANSWER ",\"as\":\"%s\",\"piece\":11}\n", names[i]);
	}
	rig_start(g, providers[1], script);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(rig_turn(g), 0);
		list = field_get(g->r.message, "content", json_type_array);
		n = json_object_array_length(list);
		b = json_object_array_get_idx(list, n - 1);
		assert_true(field_is(b, "name", "bash"));
		assert_true(field_is(
		    field_get(b, "input", json_type_object), "cmd", "ls"));
		assert_string_not_equal(field_str(b, "id", ""), "");
		assert_int_equal(g->r.stop, MODEL_STOP_TOOLS);
		assert_int_equal(g->r.usage.input_tokens, 7);
		assert_int_equal(g->r.usage.cache_read_input_tokens, 3);
		assert_string_equal(
		    g->text, "3 \xe2\x82\xac, \xf0\x9f\x98\x80!");
	}
}

/* What went wrong for good, and what did not, in the third protocol. */
static void
test_retries_responses(void **state)
{
	struct rig *g = *state;

	rig_start(g, providers[2],
	    "{\"text\":\"lost\",\"error\":{\"code\":\"server_error\","
	    "\"message\":\"no\"}}\n"
	    "{\"text\":\"lost\",\"cut_after\":300}\n"
	    "{\"text\":\"found\"}\n"
	    "{\"text\":\"a\",\"error\":{\"code\":"
	    "\"context_length_exceeded\",\"message\":\"too long\"}}\n");
	assert_int_equal(rig_turn(g), 0);
	assert_int_equal(g->r.tries, 3);
	assert_string_equal(g->text, "found");
	assert_int_equal(rig_turn(g), -1);
	assert_int_equal(g->retries, 0);
	rig_error(g, ERR_MODEL, "context_length_exceeded: too long");
}

/* A server of one's own needs no key, and is sent none. */
static void
test_no_key(void **state)
{
	struct model_config c = {
	    .provider = "openai", .model = "local", .stop = &rig_stop};
	struct rig *g = *state;
	char *log;

	rig_server(g, "{\"text\":\"hi\"}\n");
	unsetenv("OPENAI_API_KEY");
	c.base_url = g->url;
	g->model = model_open(&c, &g->e);
	assert_non_null(g->model);
	assert_int_equal(rig_turn(g), 0);
	log = rig_read(g->log);
	assert_null(strstr(log, "authorization"));
	free(log);
}

/* What may pass is tried again, and the answer of the last try counts. */
static void
test_retries(void **state)
{
	static const char *const bad[] = {
	    "{\"status\":500,\"body\":\"" KEY "\"}",
	    "{\"status\":529}",
	    "{\"status\":400,\"headers\":{\"x-should-retry\":\"true\"}}",
	    ("{\"text\":\"lost\",\"error\":{\"type\":\"overloaded_error\","
	     "\"message\":\"no\"}}"),
	    "{\"text\":\"lost\",\"cut_after\":300}",
	    "{\"text\":\"lost\",\"cut_after\":300,\"unframed\":1}",
	    "{\"text\":\"lost\",\"cut_after\":0}",
	};
	struct rig *g = *state;
	char script[2048] = "";
	size_t i, n;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		n = strlen(script);
		snprintf(script + n, sizeof(script) - n,
		    "%s\n{\"text\":\"found\"}\n", bad[i]);
	}
	rig_start(g, providers[0], script);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(rig_turn(g), 0);
		assert_int_equal(g->retries, 1);
		assert_int_equal(g->r.tries, 2);
		assert_string_equal(g->text, "found");
		rig_content(g, "[{\"type\":\"text\",\"text\":\"found\"}]");
	}
}

static void
test_retries_openai(void **state)
{
	struct rig *g = *state;

	rig_start(g, providers[1],
	    "{\"text\":\"lost\",\"error\":{\"code\":502,\"message\":\"no\"}}\n"
	    "{\"text\":\"lost\",\"cut_after\":200}\n"
	    "{\"text\":\"found\"}\n");
	assert_int_equal(rig_turn(g), 0);
	assert_int_equal(g->r.tries, 3);
	assert_string_equal(g->text, "found");
}

/* The server's wait is a floor; one that is too long is not obeyed. */
static void
test_retry_after(void **state)
{
	struct rig *g = *state;

	rig_start(g, providers[0],
	    "{\"status\":429,\"headers\":{\"Retry-After\":\"0.7\"}}\n"
	    "{\"text\":\"a\"}\n"
	    "{\"status\":429,\"headers\":{\"retry-after-ms\":\"1\"}}\n"
	    "{\"text\":\"b\"}\n"
	    "{\"status\":429,\"headers\":{\"Retry-After\":\"3600\"}}\n");
	assert_int_equal(rig_turn(g), 0);
	assert_int_equal(g->waited, 700);
	assert_int_equal(rig_turn(g), 0);
	assert_in_range(g->waited, 375, 500);
	assert_int_equal(rig_turn(g), -1);
	assert_int_equal(g->retries, 0);
	rig_error(g, ERR_MODEL, "asks to wait 3600 s");
}

/* What cannot pass is said at once, with what to mend. */
static void
test_final(void **state)
{
	static const struct {
		const char *line, *words;
	} t[] = {
	    {"{\"status\":401,\"body\":{\"error\":{\"message\":\"bad "
	     "\\u001b[31mkey\"}}}",
		"HTTP 401: bad [31mkey; check ANTHROPIC_API_KEY or "
		"--key-file (req_test)"},
	    {"{\"status\":404}", "check --model and --base-url"},
	    {"{\"status\":400,\"body\":{\"error\":{\"message\":\"your key "
	     "is " KEY "\"}}}",
		"your key is ****"},
	    {"{\"status\":302,\"headers\":{\"Location\":\"/v1/messages\"}}",
		"redirects are not followed"},
	    {"{\"status\":500,\"headers\":{\"x-should-retry\":\"false\"}}",
		"HTTP 500"},
	    {"{\"status\":500,\"body\":{\"error\":{\"code\":500,"
	     "\"message\":\"tools param requires --jinja flag\"}}}",
		"requires --jinja flag"},
	    {"{\"status\":400,\"body\":{\"message\":\"\\\"auto\\\" tool "
	     "choice requires --enable-auto-tool-choice and "
	     "--tool-call-parser to be set\"}}",
		"and --tool-call-parser to be set"},
	    {"{\"status\":413,\"body\":\"no JSON\"}",
		"HTTP 413: no JSON; the conversation is too long"},
	    {"{\"status\":200,\"body\":{\"message\":\"hello\"}}",
		"sent application/json, not a stream"},
	    {"{\"text\":\"a\",\"error\":{\"type\":\"invalid_request_error\","
	     "\"message\":\"no\"}}",
		"invalid_request_error: no"},
	};
	struct rig *g = *state;
	char script[2048] = "";
	size_t i, n;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		n = strlen(script);
		snprintf(script + n, sizeof(script) - n, "%s\n", t[i].line);
	}
	rig_start(g, providers[0], script);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(rig_turn(g), -1);
		assert_int_equal(g->retries, 0);
		rig_error(g, ERR_MODEL, t[i].words);
		rig_error(g, ERR_MODEL, "anthropic at 127.0.0.1:");
	}
}

static void
test_gives_up(void **state)
{
	struct rig *g = *state;

	rig_start(g, providers[0], "{\"status\":503,\"repeat\":1}\n");
	assert_int_equal(rig_turn(g), -1);
	assert_int_equal(g->retries, 2);
	rig_error(g, ERR_MODEL, "gave up after 3 tries: HTTP 503");
}

static void
test_refused(void **state)
{
	struct model_config c = {.retries = 0};
	struct rig *g = *state;

	rig_server(g, "");
	close(g->hold);
	g->hold = -1;
	assert_int_equal(waitpid(g->pid, NULL, 0), g->pid);
	g->pid = 0;
	rig_open(g, &c, providers[1]);
	assert_int_equal(rig_turn(g), -1);
	rig_error(g, ERR_MODEL, "is the server running?");
}

/* Silence, before the answer and in it; a total that is not to be passed. */
static void
test_clocks(void **state)
{
	struct model_config c = {.idle_ms = 300, .total_ms = 1000};
	struct rig *g = *state;

	rig_server(g,
	    "{\"text\":\"a\",\"stall_after\":0}\n"
	    "{\"text\":\"a\",\"stall_after\":300}\n"
	    "{\"text\":\"a\",\"wait_ms\":5000}\n"
	    "{\"text\":\"slow but sure\",\"piece\":1,\"delay_ms\":20}\n"
	    "{\"text\":\"a\",\"piece\":100,\"delay_ms\":50}\n");
	rig_open(g, &c, providers[0]);
	assert_int_equal(rig_turn(g), -1);
	rig_error(g, ERR_MODEL, "silent for 300 ms");
	assert_int_equal(rig_turn(g), -1);
	rig_error(g, ERR_MODEL, "silent for 300 ms");
	assert_int_equal(rig_turn(g), -1);
	rig_error(g, ERR_MODEL, "silent for 300 ms");
	assert_int_equal(rig_turn(g), -1);
	rig_error(g, ERR_MODEL, "took longer than 1 s");
	assert_int_equal(rig_turn(g), 0);
}

static void
test_deadline(void **state)
{
	struct rig *g = *state;

	rig_start(g, providers[0],
	    "{\"text\":\"a\",\"stall_after\":300}\n"
	    "{\"status\":429,\"headers\":{\"Retry-After\":\"60\"}}\n");
	assert_int_equal(rig_turn_until(g, 1), -1);
	rig_error(g, ERR_INTERRUPTED, "out of time");
	assert_int_equal(rig_turn_until(g, clock_ms() + 300), -1);
	rig_error(g, ERR_INTERRUPTED, "out of time");
	assert_int_equal(g->e.sys_errno, ETIMEDOUT);
	assert_int_equal(rig_turn_until(g, clock_ms() + 5000), -1);
	rig_error(g, ERR_MODEL, "no time for another try: HTTP 429");
}

static void
on_alarm(int sig)
{
	(void)sig;
	rig_stop = 1;
}

/* Stopped in the middle of an answer, while waiting for one, between tries. */
static void
test_stop(void **state)
{
	struct sigaction sa = {.sa_handler = on_alarm};
	struct rig *g = *state;

	rig_start(g, providers[0],
	    "{\"answer\":[{\"type\":\"text\",\"text\":\"raise the flag, and "
	    "go on and on and on and on for "
	    "ever\"}],\"piece\":20,\"delay_ms\":20}\n"
	    "{\"text\":\"a\",\"stall_after\":0}\n"
	    "{\"status\":429,\"headers\":{\"Retry-After\":\"60\"}}\n"
	    "{\"text\":\"a\"}\n");
	assert_int_equal(sigaction(SIGALRM, &sa, NULL), 0);
	assert_int_equal(rig_turn(g), -1);
	rig_error(g, ERR_INTERRUPTED, "stopped");
	assert_int_equal(g->e.sys_errno, EINTR);
	assert_int_equal(rig_turn(g), -1);
	rig_error(g, ERR_INTERRUPTED, "stopped");
	rig_stop = 0;
	alarm(1);
	assert_int_equal(rig_turn(g), -1);
	rig_error(g, ERR_INTERRUPTED, "stopped");
	rig_stop = 0;
	alarm(1);
	assert_int_equal(rig_turn(g), -1);
	assert_int_equal(g->retries, 1);
	rig_error(g, ERR_INTERRUPTED, "stopped");
	rig_stop = 0;
	assert_int_equal(rig_turn(g), 0);
}

/* A pause is gone on from by ourselves; not without end. */
static void
test_pause(void **state)
{
	struct rig *g = *state;
	char *log;

	rig_start(g, providers[0],
	    "{\"answer\":[{\"type\":\"opaque\",\"data\":{\"type\":"
	    "\"server_tool_use\",\"id\":\"s1\",\"name\":\"x\",\"input\":{}}}],"
	    "\"stop\":\"pause\",\"usage\":{\"input\":5,\"output\":1}}\n"
	    "{\"text\":\"done\",\"usage\":{\"input\":6,\"output\":2}}\n"
	    "{\"text\":\"a\",\"stop\":\"pause\",\"repeat\":1}\n");
	assert_int_equal(rig_turn(g), 0);
	rig_content(g,
	    "[{\"type\":\"opaque\",\"provider\":\"anthropic\",\"data\":"
	    "{\"type\":\"server_tool_use\",\"id\":\"s1\",\"name\":\"x\","
	    "\"input\":{}}},{\"type\":\"text\",\"text\":\"done\"}]");
	assert_int_equal(g->r.usage.input_tokens, 11);
	assert_int_equal(g->r.usage.output_tokens, 3);
	assert_int_equal(g->r.tries, 2);
	log = rig_read(g->log);
	assert_non_null(strstr(log,
	    "{\"role\":\"assistant\",\"content\":[{\"type\":"
	    "\"server_tool_use\",\"id\":\"s1\",\"name\":\"x\",\"input\":"
	    "{}}]}"));
	free(log);
	assert_int_equal(rig_turn(g), -1);
	rig_error(g, ERR_MODEL, "paused 8 times");
}

/* What is recorded plays again, and has no key in it. */
static void
test_record(void **state)
{
	struct model_config c = {.retries = 0}, again = {.stop = &rig_stop};
	struct rig *g = *state;
	char provider[64], *text;

	rig_server(
	    g, "{" ANSWER "}\n{\"text\":\"is it " KEY "?\",\"model\":\"x\"}\n");
	c.record = g->record;
	rig_open(g, &c, providers[0]);
	assert_int_equal(rig_turn(g), 0);
	assert_int_equal(rig_turn(g), 0);
	model_close(g->model);
	text = rig_read(g->record);
	assert_null(strstr(text, KEY));
	assert_non_null(strstr(text, "is it ******"));
	free(text);
	snprintf(provider, sizeof(provider), "replay:%s", g->record);
	again.provider = provider;
	again.record = g->record;
	assert_null(model_open(&again, &g->e));
	assert_non_null(strstr(g->e.text, "cannot record over"));
	again.record = NULL;
	g->model = model_open(&again, &g->e);
	assert_non_null(g->model);
	assert_string_equal(model_provider(g->model), "replay");
	assert_string_equal(model_name(g->model), "test-model");
	assert_int_equal(rig_turn(g), 0);
	rig_content(g, CONTENT);
	assert_string_equal(g->text, "3 \xe2\x82\xac, \xf0\x9f\x98\x80!");
	assert_int_equal(rig_turn(g), 0);
	assert_int_equal(rig_turn(g), -1);
	rig_error(g, ERR_REPLAY, "turn 3: the transcript ends");
}

static void
test_redact(void **state)
{
	char text[] = "echo $KEY\n" KEY "\n";
	struct rig *g = *state;

	rig_start(g, providers[1], "");
	assert_int_equal(model_redact(g->model, text, sizeof(text) - 1), 1);
	assert_null(strstr(text, KEY));
	assert_int_equal(text[sizeof(text) - 2], '\n');
}

/* Said before anything is sent. */
static void
test_open_errors(void **state)
{
	static const struct {
		struct model_config c;
		const char *words;
	} t[] = {
	    {{.provider = "nobody"}, "no provider is called \"nobody\""},
	    {{.provider = NULL}, "no provider"},
	    {{.provider = "anthropic"},
		"set ANTHROPIC_API_KEY, or give --key-file"},
	    {{.provider = "openai", .base_url = "localhost"}, "base URL"},
	    {{.provider = "openai", .base_url = "http://localhost:1"},
		"name it with --model"},
	    {{.provider = "openai", .key_file = "/nonexistent"},
		"No such file"},
	    {{.provider = "replay:/nonexistent"}, "No such file"},
	    {{.provider = "openai",
		 .base_url = "http://localhost:1",
		 .model = "m",
		 .record = "/nonexistent/x"},
		"record to /nonexistent/x"},
	};
	struct err e;
	size_t i;

	(void)state;
	unsetenv("ANTHROPIC_API_KEY");
	unsetenv("OPENAI_API_KEY");
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_null(model_open(&t[i].c, &e));
		if (strstr(e.text, t[i].words) == NULL)
			fail_msg("%s", e.text);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_anthropic),
	    TEST(test_openai),
	    TEST(test_responses),
	    TEST(test_manners),
	    TEST(test_retries_responses),
	    TEST(test_no_key),
	    TEST(test_retries),
	    TEST(test_retries_openai),
	    TEST(test_retry_after),
	    TEST(test_final),
	    TEST(test_gives_up),
	    TEST(test_refused),
	    TEST(test_clocks),
	    TEST(test_deadline),
	    TEST(test_stop),
	    TEST(test_pause),
	    TEST(test_record),
	    TEST(test_redact),
	    TEST(test_open_errors),
	};

	// A proxy of this machine is not asked for its own loopback.
	setenv("no_proxy", "127.0.0.1", 1);
	return cmocka_run_group_tests_name("model_http", tests, NULL, NULL);
}
