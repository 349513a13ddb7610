// SPDX-License-Identifier: ISC
// events: whole UTF-8 lines in order, no secret in them, and a loss is told.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "src/agent/budget.h"
#include "src/agent/events.h"
#include "tests/unit/fake_box.h"

size_t
model_redact(const struct model *m, char *buf, size_t len)
{
	char *hit = memmem(buf, len, "sk-secret", 9);

	(void)m;
	if (hit != NULL)
		memset(hit, '*', 9);
	return hit != NULL;
}

/* Any address will do: nobody looks into it. */
static const struct model *const some_model = (const void *)&some_model;

static struct json_object *
member(struct json_object *o, const char *name)
{
	return json_object_object_get(o, name);
}

static void
test_values(void **state)
{
	const struct model_usage u = {.input_tokens = 1,
	    .output_tokens = 2,
	    .cache_read_input_tokens = 3,
	    .cache_creation_input_tokens = 4,
	    .reasoning_output_tokens = 1,
	    .cost_micro = 1230000};
	const struct model_usage no_price = {
	    .input_tokens = 5, .estimated_tokens = 5, .unpriced_tokens = 5};
	struct json_object *o = json_object_new_object();

	(void)state;
	put_str(o, "none", NULL);
	assert_null(member(o, "none"));
	put_str(o, "bad", "a\xff\xc3");
	assert_string_equal(json_object_get_string(member(o, "bad")),
	    "a\xef\xbf\xbd\xef\xbf\xbd");
	put_str(o, "empty", "");
	assert_string_equal(json_object_get_string(member(o, "empty")), "");
	put_int(o, "big", UINT64_MAX);
	assert_true(json_object_get_uint64(member(o, "big")) == UINT64_MAX);
	put_bool(o, "yes", 7);
	assert_string_equal(
	    json_object_to_json_string(member(o, "yes")), "true");
	json_object_put(o);
	o = json_object_new_object();
	put_usage(o, &u);
	assert_string_equal(
	    json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN),
	    "{\"gen_ai.usage.input_tokens\":1,"
	    "\"gen_ai.usage.output_tokens\":2,"
	    "\"gen_ai.usage.cache_read.input_tokens\":3,"
	    "\"gen_ai.usage.cache_creation.input_tokens\":4,"
	    "\"gen_ai.usage.reasoning.output_tokens\":1,"
	    "\"cost_usd\":1.23}");
	json_object_put(o);
	o = json_object_new_object();
	put_usage(o, &no_price);
	assert_null(member(o, "cost_usd"));
	assert_int_equal(
	    json_object_get_int64(member(o, "tokens_without_price")), 5);
	assert_int_equal(
	    json_object_get_int64(member(o, "tokens_estimated")), 5);
	put_usd(o, "nothing", 0);
	assert_string_equal(
	    json_object_to_json_string(member(o, "nothing")), "0.00");
	json_object_put(o);
}

static void
test_new(void **state)
{
	struct events ev = {.seq = 5, .start_ms = clock_ms() - 1500};
	struct json_object *o = event_new(&ev, "turn");
	const char *stamp = json_object_get_string(member(o, "time"));
	struct tm tm = {0};
	const char *rest = strptime(stamp, "%Y-%m-%dT%H:%M:%S", &tm);

	(void)state;
	assert_string_equal(json_object_get_string(member(o, "type")), "turn");
	assert_int_equal(json_object_get_int64(member(o, "seq")), 5);
	assert_int_equal(ev.seq, 6);
	assert_in_range(
	    json_object_get_int64(member(o, "elapsed_ms")), 1500, 60000);
	assert_non_null(rest);
	assert_int_equal(strlen(rest), 5);
	assert_int_equal(rest[0], '.');
	assert_int_equal(strspn(rest + 1, "0123456789"), 3);
	assert_int_equal(rest[4], 'Z');
	assert_in_range(timegm(&tm), time(NULL) - 60, time(NULL));
	json_object_put(o);
}

/* Emits {"type":"t",...,"what":what}. */
static int
emit(struct events *ev, const char *what, struct err *e)
{
	struct json_object *o = event_new(ev, "t");

	put_str(o, "what", what);
	return event_emit(ev, o, e);
}

static void
has_line(const char **p, uint64_t seq, const char *what)
{
	const char *nl = strchr(*p, '\n');
	struct json_object *o;
	char line[1024];

	assert_non_null(nl);
	snprintf(line, sizeof(line), "%.*s", (int)(nl - *p), *p);
	o = json_tokener_parse(line);
	assert_non_null(o);
	assert_int_equal(json_object_get_uint64(member(o, "seq")), seq);
	assert_string_equal(json_object_get_string(member(o, "what")), what);
	json_object_put(o);
	*p = nl + 1;
}

static void
all_three(const char *p)
{
	has_line(&p, 0, "one\ntwo");
	has_line(&p, 1, "sk-secret"); // no model is open that has one
	has_line(&p, 2, "a/b *********");
	assert_string_equal(p, "");
}

static void
test_emit(void **state)
{
	struct session session;
	struct events ev = {.session = &session, .start_ms = clock_ms()};
	char *json = NULL;
	const char *name;
	size_t len;
	struct err e;

	(void)state;
	assert_int_equal(session_open(&session, fake_root, &e), 0);
	ev.json = open_memstream(&json, &len);
	assert_non_null(ev.json);
	assert_int_equal(emit(&ev, "one\ntwo", &e), 0);
	assert_int_equal(emit(&ev, "sk-secret", &e), 0);
	ev.model = some_model;
	assert_int_equal(emit(&ev, "a/b sk-secret", &e), 0);
	assert_int_equal(fclose(ev.json), 0);
	all_three(json);
	assert_non_null(strstr(json, "a/b"));
	name = strrchr(session.path, '/') + 1;
	all_three(fake_get(name));
	session_close(&session);
	free(json);
}

static void
test_lost(void **state)
{
	struct session session;
	struct events ev = {.start_ms = clock_ms()};
	struct err e = {0};

	(void)state;
	// Nobody to tell is no fault, nor is a reader that went away.
	assert_int_equal(emit(&ev, "x", &e), 0);
	ev.json = fopen("/dev/full", "we");
	assert_non_null(ev.json);
	assert_int_equal(emit(&ev, "x", &e), 0);
	fclose(ev.json);
	ev.json = NULL;
	// But what the session did not keep is.
	assert_int_equal(session_open(&session, fake_root, &e), 0);
	ev.session = &session;
	assert_int_equal(emit(&ev, "x", &e), 0);
	close(session.fd);
	session.fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	assert_true(session.fd >= 0);
	assert_int_equal(emit(&ev, "x", &e), -1);
	assert_int_equal(e.code, ERR_SESSION);
	session_close(&session);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_values),
	    cmocka_unit_test(test_new),
	    cmocka_unit_test(test_emit),
	    cmocka_unit_test(test_lost),
	};

	return cmocka_run_group_tests_name(
	    "events", tests, fake_begin, fake_end);
}
