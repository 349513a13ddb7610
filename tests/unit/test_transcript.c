// SPDX-License-Identifier: ISC
// transcript: what is recorded plays again, and drift is named by its place.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "src/model/field.h"
#include "src/model/model.h"
#include "src/model/record.h"
#include "src/model/replay.h"
#include "src/model/transcript.h"

struct fixture {
	char path[32], copy[32];
};

static int
setup(void **state)
{
	static struct fixture f;
	int a, b;

	snprintf(f.path, sizeof(f.path), "test_transcript.XXXXXX");
	snprintf(f.copy, sizeof(f.copy), "test_transcript.XXXXXX");
	a = mkstemp(f.path);
	b = mkstemp(f.copy);
	*state = &f;
	return a >= 0 && b >= 0 && close(a) == 0 && close(b) == 0 ? 0 : -1;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	unlink(f->path);
	unlink(f->copy);
	return 0;
}

static struct json_object *
parse(const char *s)
{
	struct json_object *o = field_parse(s, strlen(s));

	assert_non_null(o);
	return o;
}

static void
put_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
test_canonical(void **state)
{
	struct model_request q = {.system = "be good at 12:00:00"};
	struct json_object *c;
	size_t n;

	(void)state;
	q.tools = parse("[{\"name\":\"b\",\"description\":\"x\"},"
			"{\"name\":\"a\"}]");
	q.messages = parse("[{\"role\":\"user\",\"content\":[{\"type\":"
			   "\"text\",\"text\":\"in 0.03s\",\"b\":1,"
			   "\"a\":{\"z\":null,\"y\":[1.50,true]}}]}]");
	c = transcript_canonical(&q);
	assert_string_equal(field_text(c, &n),
	    "{\"messages\":[{\"content\":[{\"a\":{\"y\":[1.50,true],"
	    "\"z\":null},\"b\":1,\"text\":\"in {DURATION}\",\"type\":"
	    "\"text\"}],\"role\":\"user\"}],\"system\":\"be good at "
	    "{TIME}\",\"tools\":[{\"description\":\"x\",\"name\":\"b\"},"
	    "{\"name\":\"a\"}]}");
	json_object_put(c);
	json_object_put(q.tools);
	json_object_put(q.messages);
}

static void
test_difference(void **state)
{
	static const struct {
		const char *l, *r, *path, *left, *right;
	} t[] = {
	    {"{\"a\":1}", "{\"a\":2}", "a", "1", "2"},
	    {"{\"a\":[1,{\"b\":\"x\"}]}", "{\"a\":[1,{\"b\":\"y\"}]}", "a[1].b",
		"x", "y"},
	    {"{\"a\":[1]}", "{\"a\":[1,2]}", "a[1]", "(nothing)", "2"},
	    {"{\"a\":[1,2]}", "{\"a\":[1]}", "a[1]", "2", "(nothing)"},
	    {"{\"a\":1}", "{\"a\":1,\"b\":2}", "b", "(nothing)", "2"},
	    {"{\"a\":1,\"b\":2}", "{\"a\":1}", "b", "2", "(nothing)"},
	    {"{\"a\":\"1\"}", "{\"a\":{}}", "a", "1", "{}"},
	    {"{\"a\":\"a\\nb\\u001b\"}", "{\"a\":\"\"}", "a", "a b ", ""},
	    {"{\"a\":\"0123456789012345678901234567890123456789012345678901"
	     "23456789X0123456789\"}",
		"{\"a\":\"01234567890123456789012345678901234567890123456789"
		"0123456789Y\"}",
		"a", "...6789012345678901234567890123456789012345X0...", ""},
	};
	struct transcript_difference d;
	struct json_object *l, *r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		l = parse(t[i].l);
		r = parse(t[i].r);
		assert_false(transcript_differs(l, l, &d));
		assert_true(transcript_differs(l, r, &d));
		assert_string_equal(d.path, t[i].path);
		if (i < 8) {
			assert_string_equal(d.left, t[i].left);
			assert_string_equal(d.right, t[i].right);
		} else {
			assert_non_null(strstr(d.left, "789X0123"));
			assert_non_null(strstr(d.right, "789Y"));
			assert_memory_equal(d.left, "...", 3);
		}
		json_object_put(l);
		json_object_put(r);
	}
}

#define USER(t)                                                            \
	"{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"" t \
	"\"}]}"
#define SAID(t)                                                             \
	"{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":" \
	"\"" t "\"}]}"

static const char tool[] = "[{\"name\":\"t\",\"description\":\"d\"}]";
static const char *const turns[] = {
    "[" USER("go, at 12:00:01") "]",
    "[" USER("go, at 12:00:01") "," SAID("one") "," USER("0.5s") "]",
    "[" USER("go, at 12:00:01") "," SAID("one") "," USER("other") "]",
};
static const char *const again[] = {
    "[" USER("go, at 12:00:02") "]",
    "[" USER("go, at 12:00:02") "," SAID("one") "," USER("0.7s") "]",
    "[" USER("go, at 12:00:02") "," SAID("one") "," USER("other") "]",
};
static const char *const answers[] = {
    SAID("one"), SAID("two \xe2\x82\xac"), SAID("three")};

static void
record_all(const char *path)
{
	struct record *rec = record_open(path, "anthropic", "m-1", NULL);
	struct model_request q = {.system = "sys"};
	size_t i;

	assert_non_null(rec);
	q.tools = parse(tool);
	for (i = 0; i < 3; i++) {
		struct model_response r = {.stop = MODEL_STOP_TOOLS,
		    .usage = {10 + i, 20, 3, 4},
		    .id = "id1",
		    .model = "m-1x"};

		q.messages = parse(turns[i]);
		r.message = parse(answers[i]);
		assert_int_equal(record_turn(rec, &q, &r, NULL, NULL), 0);
		json_object_put(r.message);
		json_object_put(q.messages);
	}
	record_close(rec);
	json_object_put(q.tools);
}

struct heard {
	char text[256];
	int pieces;
};

static void
hear(void *arg, const char *p, size_t n)
{
	struct heard *h = arg;
	size_t len = strlen(h->text);

	snprintf(h->text + len, sizeof(h->text) - len, "%.*s", (int)n, p);
	h->pieces++;
}

static int
play(struct replay *p, const char *messages, struct heard *h,
    struct model_response *r, struct err *e)
{
	const struct model_sink sink = {.text = hear, .arg = h};
	struct model_request q = {.system = "sys"};
	int ret;

	memset(h, 0, sizeof(*h));
	q.tools = parse(tool);
	q.messages = parse(messages);
	ret = replay_turn(p, &q, &sink, NULL, r, e);
	json_object_put(q.tools);
	json_object_put(q.messages);
	return ret;
}

static void
test_round(void **state)
{
	struct fixture *f = *state;
	struct model_response r;
	struct replay *p;
	struct heard h;
	struct err e;
	size_t i, n;

	record_all(f->path);
	p = replay_open(f->path, &e);
	assert_non_null(p);
	assert_string_equal(replay_model(p), "m-1");
	for (i = 0; i < 3; i++) {
		assert_int_equal(play(p, again[i], &h, &r, &e), 0);
		assert_string_equal(field_text(r.message, &n), answers[i]);
		assert_int_equal(r.stop, MODEL_STOP_TOOLS);
		assert_int_equal(r.usage.input_tokens, 10 + i);
		assert_int_equal(r.usage.output_tokens, 20);
		assert_int_equal(r.usage.cache_read_input_tokens, 3);
		assert_int_equal(r.usage.cache_creation_input_tokens, 4);
		assert_string_equal(r.id, "id1");
		assert_string_equal(r.model, "m-1x");
		json_object_put(r.message);
	}
	assert_int_equal(play(p, again[2], &h, &r, &e), -1);
	assert_int_equal(e.code, ERR_REPLAY);
	assert_string_equal(e.text, "turn 4: the transcript ends with turn 3");
	replay_close(p);
}

static void
test_drift(void **state)
{
	struct fixture *f = *state;
	struct model_response r;
	struct replay *p;
	struct heard h;
	struct err e;

	record_all(f->path);
	p = replay_open(f->path, &e);
	assert_int_equal(play(p, again[0], &h, &r, &e), 0);
	json_object_put(r.message);
	assert_int_equal(play(p, again[2], &h, &r, &e), -1);
	assert_int_equal(e.code, ERR_REPLAY);
	assert_string_equal(e.text,
	    "turn 2: messages[2].content[0].text: recorded "
	    "\"{DURATION}\", now \"other\"");
	/* still the same turn */
	assert_int_equal(play(p, again[1], &h, &r, &e), 0);
	json_object_put(r.message);
	replay_close(p);
}

/* Only what is new is written: the file grows with the talk, not its square. */
static void
test_packed(void **state)
{
	struct fixture *f = *state;
	char line[4096];
	FILE *in;
	int no;

	record_all(f->path);
	in = fopen(f->path, "r");
	assert_non_null(in);
	for (no = 0; fgets(line, sizeof(line), in) != NULL; no++) {
		assert_int_equal(strstr(line, "\"sys\"") != NULL, no == 1);
		assert_int_equal(strstr(line, "go, at") != NULL, no == 1);
		assert_int_equal(strstr(line, "\"keep\":2") != NULL, no == 3);
	}
	assert_int_equal(no, 4);
	fclose(in);
}

/* Written by hand, without requests: any is answered. */
static void
test_by_hand(void **state)
{
	struct fixture *f = *state;
	struct model_response r;
	struct replay *p;
	struct heard h;
	struct err e;

	put_file(f->path,
	    "{\"stockade_transcript\":1,\"model\":\"hand\"}\n\n"
	    "{\"response\":{\"message\":{\"content\":[{\"type\":\"text\","
	    "\"text\":\"a text that is longer than one piece \xe2\x82\xac"
	    "\xe2\x82\xac\xe2\x82\xac\"}]}}}\n"
	    "{\"response\":{\"message\":{\"content\":[]},\"stop\":\"never\"}}\n"
	    "{\"response\":{\"mess");
	p = replay_open(f->path, &e);
	assert_non_null(p);
	assert_int_equal(play(p, again[2], &h, &r, &e), 0);
	assert_int_equal(r.stop, MODEL_STOP_END);
	assert_string_equal(h.text,
	    "a text that is longer than one piece \xe2\x82\xac\xe2\x82\xac"
	    "\xe2\x82\xac");
	assert_true(h.pieces > 1);
	assert_true(field_is(r.message, "role", "assistant"));
	json_object_put(r.message);
	assert_int_equal(play(p, again[2], &h, &r, &e), -1);
	assert_string_equal(e.text, "turn 2: the recorded response is damaged");
	replay_close(p);
}

static void
test_bad_files(void **state)
{
	static const char *const bad[] = {"", "\n", "x\n", "{}\n", "[1]\n",
	    "{\"stockade_transcript\":2}\n", "{\"stockade_transcript\":\"1\"}",
	    "{\"stockade_transcript\":1}\n{\n",
	    "{\"stockade_transcript\":1}\n[]\n",
	    "{\"stockade_transcript\":1}\n{\"a\":\"\xff\"}\n"};
	struct fixture *f = *state;
	struct err e;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put_file(f->path, bad[i]);
		assert_null(replay_open(f->path, &e));
		assert_int_equal(e.code, ERR_REPLAY);
		assert_non_null(strstr(e.text, f->path));
	}
	assert_null(replay_open("/nonexistent", &e));
	assert_int_equal(e.sys_errno, ENOENT);
}

/* A request that keeps more than there was, and one without messages. */
static void
test_bad_requests(void **state)
{
	static const char *const bad[] = {"{\"keep\":1,\"messages\":[]}",
	    "{\"keep\":0}", "{\"messages\":7}", "{}"};
	struct fixture *f = *state;
	struct model_response r;
	struct replay *p;
	char text[512];
	struct heard h;
	struct err e;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text),
		    "{\"stockade_transcript\":1}\n{\"request\":%s,"
		    "\"response\":{\"message\":{\"content\":[]}}}\n",
		    bad[i]);
		put_file(f->path, text);
		p = replay_open(f->path, &e);
		assert_non_null(p);
		assert_int_equal(play(p, again[0], &h, &r, &e), -1);
		assert_string_equal(
		    e.text, "turn 1: the recorded request is damaged");
		replay_close(p);
	}
}

static void
test_not_ours(void **state)
{
	struct fixture *f = *state;
	char back[64] = "";
	struct err e;
	FILE *in;

	put_file(f->path, "my only thesis\n");
	assert_null(record_open(f->path, "p", "m", &e));
	assert_int_equal(e.code, ERR_SESSION);
	assert_non_null(strstr(e.text, "will not overwrite"));
	in = fopen(f->path, "r");
	assert_non_null(in);
	assert_non_null(fgets(back, sizeof(back), in));
	assert_string_equal(back, "my only thesis\n");
	fclose(in);
	assert_null(record_open("/dev/null", "p", "m", &e));
	assert_null(record_open("/nonexistent/x", "p", "m", &e));
	assert_int_equal(e.sys_errno, ENOENT);
	/* one of ours is begun anew */
	record_all(f->copy);
	record_all(f->copy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_canonical),
	    cmocka_unit_test(test_difference),
	    cmocka_unit_test_setup_teardown(test_round, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_drift, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_packed, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_by_hand, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_bad_files, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_bad_requests, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_not_ours, setup, teardown),
	};

	return cmocka_run_group_tests_name("transcript", tests, NULL, NULL);
}
