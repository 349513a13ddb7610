// SPDX-License-Identifier: ISC
// responses: requests as Responses wants them, and its streams in every form.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "src/model/field.h"
#include "tests/unit/stream.h"

#define EV(json) "data: " json "\n\n"
#define ADDED(i, item)                                                    \
	EV("{\"type\":\"response.output_item.added\",\"output_index\":" i \
	   ",\"item\":{" item "}}")
#define ITEM(i, item)                                                    \
	EV("{\"type\":\"response.output_item.done\",\"output_index\":" i \
	   ",\"item\":{" item "}}")
#define DELTA(i, kind, t)                                              \
	EV("{\"type\":\"response." kind ".delta\",\"output_index\":" i \
	   ",\"delta\":\"" t "\"}")
#define END(kind, more)                                                   \
	EV("{\"type\":\"response." kind "\",\"response\":{\"id\":\"r1\"," \
	   "\"model\":\"gpt-x\"" more "}}")
#define DONE END("completed", "")
#define MESSAGE(t)                                                     \
	"\"type\":\"message\",\"content\":[{\"type\":\"output_text\"," \
	"\"text\":"                                                    \
	"\"" t "\"}]"
#define CALL(id, args)                                                     \
	"\"type\":\"function_call\",\"id\":\"fc\",\"call_id\":\"" id "\"," \
	"\"name\":\"n\",\"arguments\":\"" args "\""
#define USE(id, args)                         \
	"{\"type\":\"tool_use\",\"id\":\"" id \
	"\",\"name\":\"n\",\"input\":" args "}"
#define SAID(t) "{\"type\":\"text\",\"text\":\"" t "\"}"
#define REASONING                                              \
	"\"type\":\"reasoning\",\"id\":\"rs\",\"summary\":[]," \
	"\"encrypted_content\":\"abc\""
#define KEPT                                                               \
	"{\"type\":\"opaque\",\"provider\":\"openai-responses\",\"data\":" \
	"{" REASONING "}}"

/* In the order of the protocol, with all that is to be passed over. */
static const char whole[] = "event: response.created\n" EV(
    "{\"type\":\"response.created\","
    "\"sequence_number\":0,\"response\":{\"id\":"
    "\"r0\",\"model\":\"gpt-x\",\"usage\":null,"
    "\"error\":null}}") EV("{\"type\":\"response.queued\",\"response\":{}}")
    EV("{\"type\":\"response.in_progress\",\"response\":{}}")
	ADDED("0", "\"type\":\"reasoning\",\"id\":\"rs\"") EV(
	    "{\"type\":\"response.reasoning_summary_part.added\"}") DELTA("0",
	    "reasoning_summary_text",
	    "hm") DELTA("0", "reasoning_text", "hm") ITEM("0", REASONING)
	    ADDED("1", "\"type\":\"message\",\"content\":[]") EV(
		"{\"type\":\"response.content_part.added\"}") DELTA("1",
		"output_text", "3 \xe2\x82") DELTA("1", "output_text",
		"") EV("{\"type\":\"response.output_"
		       "text.done\",\"text\":\"x\"}") ITEM("1",
		MESSAGE("3 \xe2\x82"
			"\xac")) ADDED("2", CALL("a", "")) ADDED("3",
		CALL("b", "")) DELTA("2", "function_call_arguments",
		"{\\\"a\\\":") DELTA("3", "function_call_arguments", "{}")
		DELTA("2", "function_call_arguments", "1}") ITEM(
		    "3", CALL("b", "{}")) ITEM("2", CALL("a", "{\\\"a\\\":1}"))
		    END("completed",
			",\"usage\":{\"input_tokens\":50,\"output_tokens\":7,"
			"\"input_tokens_details\":{\"cached_tokens\":40,"
			"\"cache_write_tokens\":3},\"output_tokens_details\":{"
			"\"reasoning_tokens\":5},\"total_tokens\":57}");

static void
test_whole(void **state)
{
	struct answer a = {.sink = NULL};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(whole); i++) {
		assert_int_equal(stream_through(&dialect_responses, whole, i,
				     i == 0 ? 1 : sizeof(whole), &a, &e),
		    0);
		assert_string_equal(stream_blocks(&a),
		    "[" KEPT "," SAID("3 \xe2\x82\xac") "," USE(
			"a", "{\"a\":1}") "," USE("b", "{}") "]");
		answer_free(&a);
	}
	assert_int_equal(a.stop, MODEL_STOP_TOOLS);
	assert_string_equal(a.id, "r1");
	assert_string_equal(a.model, "gpt-x");
	assert_int_equal(a.usage.input_tokens, 50);
	assert_int_equal(a.usage.output_tokens, 7);
	assert_int_equal(a.usage.cache_read_input_tokens, 40);
	assert_int_equal(a.usage.cache_creation_input_tokens, 3);
	assert_int_equal(a.usage.reasoning_output_tokens, 5);
}

/* Each as some server sends it; the same text and call come out. */
static void
test_quirks(void **state)
{
	static const char *const streams[] = {
	    ITEM("0", MESSAGE("hi")) ITEM("1", CALL("a", "{}")) DONE,
	    /* what the pieces said does not count */
	    DELTA("0", "output_text", "oh") ITEM("0", MESSAGE("hi"))
		DELTA("1", "function_call_arguments", "{\\\"x\\\":1}")
		    ITEM("1", CALL("a", "{}")) DONE,
	    /* nothing but pieces */
	    ADDED("0", "\"type\":\"message\"") DELTA("0", "output_text", "hi")
		ADDED("1", CALL("a", ""))
		    DELTA("1", "function_call_arguments", "{}") DONE,
	    /* pieces, and items that are empty */
	    DELTA("0", "output_text", "hi")
		ITEM("0", "\"type\":\"message\",\"content\":[]")
		    DELTA("1", "function_call_arguments", "{}")
			ITEM("1", CALL("a", "")) DONE,
	    /* nothing but the end */
	    END("completed",
		",\"output\":[{" MESSAGE("hi") "},{" CALL("a", "{}") "}]"),
	    /* no places */
	    EV("{\"type\":\"response.output_item.added\",\"item\":{\"type\":"
	       "\"message\"}}")
		EV("{\"type\":\"response.output_text.delta\",\"delta\":"
		   "\"hi\"}")
		    EV("{\"type\":\"response.output_item.done\",\"item\":"
		       "{" MESSAGE("hi") "}}")
			EV("{\"type\":\"response.output_item.done\",\"item\":"
			   "{" CALL("a", "{}") "}}") DONE,
	    /* no call_id; arguments as an object; a word of the other one */
	    ITEM("0", MESSAGE("hi"))
		ITEM("1", "\"type\":\"function_call\",\"id\":\"a\",\"name\":"
			  "\"n\",\"arguments\":{}") DONE EV("[DONE]"),
	};
	struct answer a = {.sink = NULL};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
		assert_int_equal(stream_through(&dialect_responses, streams[i],
				     0, 9, &a, &e),
		    0);
		assert_string_equal(
		    stream_blocks(&a), "[" SAID("hi") "," USE("a", "{}") "]");
		assert_int_equal(a.stop, MODEL_STOP_TOOLS);
		answer_free(&a);
	}
}

struct heard {
	char text[64];
	size_t len;
};

static void
hear(void *arg, const char *p, size_t n)
{
	struct heard *h = arg;

	assert_true(h->len + n < sizeof(h->text));
	memcpy(h->text + h->len, p, n);
	h->len += n;
}

/* Heard once: in pieces, or whole where there were none. */
static void
test_heard(void **state)
{
	static const char *const streams[] = {
	    DELTA("0", "output_text", "h") DELTA("0", "output_text", "i")
		ITEM("0", MESSAGE("hi")) DONE,
	    ITEM("0", MESSAGE("hi")) DONE,
	};
	struct heard h;
	const struct model_sink sink = {.text = hear, .arg = &h};
	struct answer a = {.sink = &sink};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		memset(&h, 0, sizeof(h));
		assert_int_equal(stream_through(&dialect_responses, streams[i],
				     0, 9, &a, &e),
		    0);
		assert_string_equal(h.text, "hi");
		answer_free(&a);
	}
}

static void
test_stops(void **state)
{
#define WHY(w) ",\"incomplete_details\":{\"reason\":\"" w "\"}"
	static const struct {
		const char *stream;
		enum model_stop stop;
		const char *blocks;
	} t[] = {
	    {DONE, MODEL_STOP_END, "[]"},
	    {ITEM("0", MESSAGE("a")) DONE, MODEL_STOP_END, "[" SAID("a") "]"},
	    {ITEM("0", MESSAGE("a"))
		    END("incomplete", WHY("max_output_tokens")),
		MODEL_STOP_LENGTH, "[" SAID("a") "]"},
	    {ITEM("0", MESSAGE("a")) END("incomplete", WHY("content_filter")),
		MODEL_STOP_REFUSAL, "[" SAID("a") "]"},
	    {DELTA("0", "refusal", "no") ITEM("0",
		 "\"type\":\"message\",\"content\":[{\"type\":\"refusal\","
		 "\"refusal\":\"no\"}]") DONE,
		MODEL_STOP_REFUSAL, "[" SAID("no") "]"},
	    {ITEM("0", "\"type\":\"message\",\"content\":[{\"type\":"
		       "\"refusal\",\"refusal\":\"no\"}]") DONE,
		MODEL_STOP_REFUSAL, "[" SAID("no") "]"},
	    /* The last call may lack an end that nobody can see. */
	    {ITEM("0", CALL("a", "{}")) ITEM("1", CALL("b", ""))
		    END("incomplete", WHY("max_output_tokens")),
		MODEL_STOP_LENGTH,
		"[" USE("a", "{}") ",{\"type\":\"tool_use\",\"id\":\"b\","
				   "\"name\":\"n\",\"input_error\":\"the "
				   "answer was cut at its "
				   "length limit, and the arguments with "
				   "it\",\"raw\":\"{}\"}]"},
	    {ITEM("0", "\"type\":\"custom_tool_call\",\"call_id\":\"c\","
		       "\"name\":\"n\",\"input\":\"free text\"") DONE,
		MODEL_STOP_END,
		"[{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"n\","
		"\"input_error\":\"the arguments are not valid JSON\","
		"\"raw\":\"free text\"}]"},
	};
	struct answer a = {.sink = NULL};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(stream_through(&dialect_responses, t[i].stream,
				     0, 50, &a, &e),
		    0);
		assert_string_equal(stream_blocks(&a), t[i].blocks);
		assert_int_equal(a.stop, t[i].stop);
		answer_free(&a);
	}
}

static void
test_errors(void **state)
{
#define FAILED(code, words) \
	END("failed",       \
	    ",\"error\":{\"code\":\"" code "\",\"message\":\"" words "\"}")
	static const struct {
		const char *stream, *words;
		bool transient;
	} t[] = {
	    {"", "ended before", true},
	    {ITEM("0", MESSAGE("a")), "ended before", true},
	    {ITEM("0", MESSAGE("a")) EV("[DONE]"), "ended before", true},
	    {FAILED("server_error", "up"), "server_error: up", true},
	    {FAILED("rate_limit_exceeded", "slow"), "slow", true},
	    {FAILED("context_length_exceeded", "long"), "long", false},
	    {FAILED("insufficient_quota", "pay"), "pay", false},
	    {FAILED("invalid_prompt", "bad"), "bad", false},
	    {END("failed", ""), "no reason given", true},
	    {END("cancelled", ""), "no reason given", true},
	    {EV("{\"type\":\"error\",\"code\":\"server_error\","
		"\"message\":\"bare\",\"param\":null}"),
		"server_error: bare", true},
	    {EV("{\"type\":\"error\",\"error\":{\"type\":"
		"\"invalid_request_error\",\"message\":\"in\"}}"),
		"invalid_request_error: in", false},
	    {EV("{\"error\":\"just words\"}"), "just words", true},
	    {ADDED("4000000000", "\"type\":\"message\""), "cannot begin", true},
	    {EV("{\"type\":\"response.output_item.added\"}"), "cannot begin",
		true},
	    {EV("{\"type\":\"response.output_item.done\",\"item\":7}"),
		"cannot end", true},
	    {DELTA("1024", "output_text", "x"), "too many items", true},
	    {EV("{"), "not a JSON object", true},
	};
	struct answer a = {.sink = NULL};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(stream_through(&dialect_responses, t[i].stream,
				     0, 50, &a, &e),
		    -1);
		if (strstr(e.text, t[i].words) == NULL)
			fail_msg("%s\nnot %s", e.text, t[i].words);
		assert_int_equal(a.transient, t[i].transient);
		answer_free(&a);
	}
}

/* The request of one model for messages; the caller's. */
static struct json_object *
request_of(const char *model, const char *messages, const char *tools)
{
	struct dialect_request q = {
	    .model = model, .system = "sys", .max_tokens = 9};
	struct json_object *o;

	q.messages = field_parse(messages, strlen(messages));
	assert_non_null(q.messages);
	q.tools = tools != NULL ? field_parse(tools, strlen(tools)) : NULL;
	o = dialect_responses.request(&q);
	json_object_put(q.messages);
	json_object_put(q.tools);
	return o;
}

static void
is_json(struct json_object *got, const char *want)
{
	struct json_object *o = field_parse(want, strlen(want));

	assert_non_null(o);
	if (!json_object_equal(got, o))
		assert_string_equal(json_object_to_json_string(got), want);
	json_object_put(o);
}

#define GO                                                             \
	"{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":" \
	"\"go\"}]}"

static void
test_request(void **state)
{
	struct json_object *o = request_of("m", "[" GO "]",
	    "[{\"name\":\"a\",\"description\":\"A\",\"input_schema\":"
	    "{\"type\":\"object\"}}]");

	(void)state;
	assert_int_equal(strlen(field_str(o, "prompt_cache_key", "")), 25);
	json_object_object_del(o, "prompt_cache_key");
	is_json(o,
	    "{\"model\":\"m\",\"instructions\":\"sys\","
	    "\"max_output_tokens\":9,\"tools\":[{\"type\":\"function\","
	    "\"name\":\"a\",\"description\":\"A\",\"parameters\":{\"type\":"
	    "\"object\"},\"strict\":false}],\"tool_choice\":\"auto\","
	    "\"parallel_tool_calls\":true,\"input\":[{\"type\":\"message\","
	    "\"role\":\"user\",\"content\":[{\"type\":\"input_text\","
	    "\"text\":\"go\"}]}],\"stream\":true,\"store\":false,"
	    "\"include\":[\"reasoning.encrypted_content\"]}");
	json_object_put(o);
}

static const char turns[] =
    "[" GO ",{\"role\":\"assistant\",\"content\":[" KEPT ","
    "{\"type\":\"opaque\",\"provider\":\"anthropic\",\"data\":{\"x\":1}},"
    "{\"type\":\"opaque\",\"provider\":\"openai-responses\",\"data\":"
    "{\"type\":\"reasoning\",\"id\":\"gone\",\"summary\":[]}}," SAID(
	"I") "," USE("1",
	"{\"a\":\"b/c\"}") ",{\"type\":\"tool_use\",\"id\":\"2\","
			   "\"name\":\"n\",\"input_error\":\"x\",\"raw\":\"{\"}"
			   "]},"
			   "{\"role\":\"user\",\"content\":[" SAID(
			       "note") ","
				       "{\"type\":\"tool_result\",\"tool_use_"
				       "id\":\"1\",\"content\":\"r1\","
				       "\"is_error\":false},{\"type\":\"tool_"
				       "result\",\"tool_use_id\":\"2\","
				       "\"content\":\"r2\",\"is_error\":true}]}"
				       "]";

static void
test_turns(void **state)
{
	struct json_object *o = request_of("m", turns, NULL);

	(void)state;
	is_json(field_get(o, "input", json_type_array),
	    "[{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":"
	    "\"input_text\",\"text\":\"go\"}]},{" REASONING "},"
	    "{\"type\":\"message\",\"role\":\"assistant\",\"content\":["
	    "{\"type\":\"output_text\",\"text\":\"I\"}]},"
	    "{\"type\":\"function_call\",\"call_id\":\"1\",\"name\":\"n\","
	    "\"arguments\":\"{\\\"a\\\":\\\"b/c\\\"}\"},"
	    "{\"type\":\"function_call\",\"call_id\":\"2\",\"name\":\"n\","
	    "\"arguments\":\"{\\\"INVALID_JSON\\\":\\\"{\\\"}\"},"
	    "{\"type\":\"function_call_output\",\"call_id\":\"1\",\"output\":"
	    "\"r1\"},{\"type\":\"function_call_output\",\"call_id\":\"2\","
	    "\"output\":\"r2\"},{\"type\":\"message\",\"role\":\"user\","
	    "\"content\":[{\"type\":\"input_text\",\"text\":\"note\"}]}]");
	json_object_put(o);
}

/* The key stays while a conversation goes on, and is another's own. */
static void
test_cache_key(void **state)
{
	struct json_object *a = request_of("m", "[" GO "]", NULL);
	struct json_object *b = request_of("m", turns, NULL);
	struct json_object *c = request_of(
	    "m", "[{\"role\":\"user\",\"content\":[" SAID("x") "]}]", NULL);
	struct json_object *d = request_of("gpt-4.1-mini", "[]", NULL);

	(void)state;
	assert_string_equal(field_str(a, "prompt_cache_key", "a"),
	    field_str(b, "prompt_cache_key", "b"));
	assert_string_not_equal(field_str(a, "prompt_cache_key", ""),
	    field_str(c, "prompt_cache_key", ""));
	// One that does not reason has nothing to encrypt.
	assert_null(field_get(d, "include", json_type_array));
	json_object_put(a);
	json_object_put(b);
	json_object_put(c);
	json_object_put(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_whole),
	    cmocka_unit_test(test_quirks),
	    cmocka_unit_test(test_heard),
	    cmocka_unit_test(test_stops),
	    cmocka_unit_test(test_errors),
	    cmocka_unit_test(test_request),
	    cmocka_unit_test(test_turns),
	    cmocka_unit_test(test_cache_key),
	};

	return cmocka_run_group_tests_name("responses", tests, NULL, NULL);
}
