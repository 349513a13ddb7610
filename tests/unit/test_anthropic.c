// SPDX-License-Identifier: ISC
// anthropic: requests as Messages wants them, streams however they are cut.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "src/model/field.h"
#include "tests/unit/stream.h"

#define EV(json) "event: x\ndata: " json "\n\n"
#define START                                                                \
	EV("{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\","      \
	   "\"model\":\"claude-x\",\"usage\":{\"input_tokens\":10,"          \
	   "\"cache_creation_input_tokens\":20,\"cache_read_input_tokens\":" \
	   "30,\"output_tokens\":1}}}")
#define BLOCK(i, b)                                         \
	EV("{\"type\":\"content_block_start\",\"index\":" i \
	   ",\"content_block\":" b "}")
#define DELTA(i, d) \
	EV("{\"type\":\"content_block_delta\",\"index\":" i ",\"delta\":" d "}")
#define END(i) EV("{\"type\":\"content_block_stop\",\"index\":" i "}")
#define STOP(why)                                                          \
	EV("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" why \
	   "\"},\"usage\":{\"output_tokens\":15}}")                        \
	EV("{\"type\":\"message_stop\"}")
#define TEXT0(t)                                                   \
	BLOCK("0", "{\"type\":\"text\",\"text\":\"\"}")            \
	DELTA("0", "{\"type\":\"text_delta\",\"text\":\"" t "\"}") \
	END("0")

static const char whole[] = START EV("{\"type\":\"ping\"}") BLOCK("0",
    "{\"type\":\"thinking\",\"thinking\":\"\","
    "\"signature\":\"\"}") DELTA("0",
    "{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}") DELTA("0",
    "{\"type\":\"thinking_delta\",\"thinking\":\"m\"}") DELTA("0",
    "{\"type\":\"signature_delta\",\"signature\":"
    "\"c2ln\"}") END("0")
    BLOCK("1", "{\"type\":\"redacted_thinking\",\"data\":\"ZGF0YQ==\"}") END(
	"1") BLOCK("2", "{\"type\":\"text\",\"text\":\"\"}") DELTA("2",
	"{\"type\":\"text_delta\",\"text\":\"3 \xe2\x82\xac, \"}")
	DELTA("2", "{\"type\":\"text_delta\",\"text\":\"\\ud83d\\ude00\"}") END(
	    "2") EV("{\"type\":\"never_seen_before\",\"x\":[1]}") BLOCK("3",
	    "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"bash\","
	    "\"input\":{}}")
	    DELTA("3", "{\"type\":\"input_json_delta\",\"partial_json\":\"\"}")
		DELTA("3", "{\"type\":\"input_json_delta\",\"partial_json\":"
			   "\"{\\\"cmd\\\": \\\"l\"}") DELTA("3",
		    "{\"type\":\"input_json_delta\",\"partial_json\":"
		    "\"s\\\", \\\"n\\\": 1.50}\"}") END("3") STOP("tool_use");

static const char whole_blocks[] =
    "[{\"type\":\"opaque\",\"provider\":\"anthropic\",\"data\":{\"type\":"
    "\"thinking\",\"thinking\":\"hmm\",\"signature\":\"c2ln\"}},"
    "{\"type\":\"opaque\",\"provider\":\"anthropic\",\"data\":{\"type\":"
    "\"redacted_thinking\",\"data\":\"ZGF0YQ==\"}},"
    "{\"type\":\"text\",\"text\":\"3 \xe2\x82\xac, \xf0\x9f\x98\x80\"},"
    "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"bash\",\"input\":"
    "{\"cmd\":\"ls\",\"n\":1.50}}]";

/* Cut at every byte, and into single bytes: always the same answer. */
static void
test_whole(void **state)
{
	struct answer a = {.sink = NULL};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(whole); i++) {
		assert_int_equal(stream_through(&dialect_anthropic, whole, i,
				     i == 0 ? 1 : sizeof(whole), &a, &e),
		    0);
		assert_string_equal(stream_blocks(&a), whole_blocks);
		answer_free(&a);
	}
	assert_int_equal(a.stop, MODEL_STOP_TOOLS);
	assert_string_equal(a.id, "msg_1");
	assert_string_equal(a.model, "claude-x");
	assert_int_equal(a.usage.input_tokens, 60);
	assert_int_equal(a.usage.cache_creation_input_tokens, 20);
	assert_int_equal(a.usage.cache_read_input_tokens, 30);
	assert_int_equal(a.usage.output_tokens, 15);
}

/* The same without its last k bytes is an error, and worth another try. */
static void
test_early_end(void **state)
{
	static char cut[sizeof(whole)];
	struct answer a = {.sink = NULL};
	struct err e;
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(whole) - 1; n++) {
		memcpy(cut, whole, n);
		cut[n] = '\0';
		/* one newline short, the last event is still dropped */
		assert_int_equal(
		    stream_through(&dialect_anthropic, cut, 0, 64, &a, &e), -1);
		assert_true(a.transient);
		assert_int_equal(e.code, ERR_MODEL);
		answer_free(&a);
	}
}

static void
test_stops(void **state)
{
	static const struct {
		const char *stream;
		enum model_stop stop;
		bool paused;
	} t[] = {
	    {START TEXT0("a") STOP("end_turn"), MODEL_STOP_END, false},
	    {START TEXT0("a") STOP("stop_sequence"), MODEL_STOP_END, false},
	    {START TEXT0("a") STOP("never_heard"), MODEL_STOP_END, false},
	    {START TEXT0("a") STOP("max_tokens"), MODEL_STOP_LENGTH, false},
	    {START TEXT0("a") STOP("model_context_window_exceeded"),
		MODEL_STOP_LENGTH, false},
	    {START TEXT0("a") STOP("refusal"), MODEL_STOP_REFUSAL, false},
	    {START TEXT0("a") STOP("pause_turn"), MODEL_STOP_END, true},
	    {START STOP("end_turn"), MODEL_STOP_END, false},
	    {START BLOCK("0", "{\"type\":\"tool_use\",\"id\":\"i\",\"name\":"
			      "\"n\",\"input\":{}}") STOP("end_turn"),
		MODEL_STOP_TOOLS, false},
	};
	struct answer a = {.sink = NULL};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(stream_through(&dialect_anthropic, t[i].stream,
				     0, 100, &a, &e),
		    0);
		assert_int_equal(a.stop, t[i].stop);
		assert_int_equal(a.paused, t[i].paused);
		answer_free(&a);
	}
}

/* Arguments: none, whole in the first event, broken, and not an object. */
static void
test_arguments(void **state)
{
#define CALL(input)                                                      \
	BLOCK("0", "{\"type\":\"tool_use\",\"id\":\"i\",\"name\":\"n\"," \
		   "\"input\":" input "}")
#define ARG(s) \
	DELTA("0", "{\"type\":\"input_json_delta\",\"partial_json\":" s "}")
#define OUT(s) "[{\"type\":\"tool_use\",\"id\":\"i\",\"name\":\"n\"," s "}]"
	static const struct {
		const char *stream, *blocks;
	} t[] = {
	    {START CALL("{}") STOP("tool_use"), OUT("\"input\":{}")},
	    {START CALL("{}") ARG("\"  \"") STOP("tool_use"),
		OUT("\"input\":{}")},
	    {START CALL("{\"a\":1}") STOP("tool_use"),
		OUT("\"input\":{\"a\":1}")},
	    {START CALL("{}") ARG("\"{\\\"a\\\":\"") STOP("max_tokens"),
		OUT("\"input_error\":\"the arguments are not valid JSON\","
		    "\"raw\":\"{\\\"a\\\":\"")},
	    {START CALL("{}") ARG("\"[1]\"") STOP("tool_use"),
		OUT("\"input_error\":\"the arguments are JSON, but not an "
		    "object\",\"raw\":\"[1]\"")},
	};
	struct answer a = {.sink = NULL};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(stream_through(&dialect_anthropic, t[i].stream,
				     0, 7, &a, &e),
		    0);
		assert_string_equal(stream_blocks(&a), t[i].blocks);
		answer_free(&a);
	}
}

static void
test_errors(void **state)
{
#define ERROR(type, text)                                    \
	EV("{\"type\":\"error\",\"error\":{\"type\":\"" type \
	   "\",\"message\":\"" text "\"}}")
	static const struct {
		const char *stream, *words;
		bool transient;
	} t[] = {
	    {START TEXT0("a") ERROR("overloaded_error", "Overloaded"),
		"overloaded_error: Overloaded", true},
	    {ERROR("api_error", "Oh\\u001b[1m no"), "Oh [1m no", true},
	    {ERROR("invalid_request_error", "bad"), "bad", false},
	    {ERROR("authentication_error", "key"), "key", false},
	    {EV("{\"error\":{}}"), "no reason", true},
	    {EV("{\"type\":"), "not a JSON object", true},
	    {EV("[]"), "not a JSON object", true},
	    {DELTA("0", "{\"type\":\"text_delta\",\"text\":\"a\"}"),
		"never began", true},
	    {BLOCK("5000", "{\"type\":\"text\"}"), "cannot begin", true},
	    {BLOCK("-1", "{\"type\":\"text\"}"), "cannot begin", true},
	    {BLOCK("0", "{\"type\":\"text\"}")
		    BLOCK("0", "{\"type\":\"text\"}"),
		"cannot begin", true},
	    {BLOCK("0", "7"), "cannot begin", true},
	};
	struct answer a = {.sink = NULL};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(stream_through(&dialect_anthropic, t[i].stream,
				     0, 100, &a, &e),
		    -1);
		assert_non_null(strstr(e.text, t[i].words));
		assert_int_equal(a.transient, t[i].transient);
		answer_free(&a);
	}
}

/* A request in the neutral form against what is to be sent. */
static void
check_request(const char *system, const char *tools, const char *messages,
    const char *want)
{
	struct dialect_request q = {.model = "m", .system = system};
	struct json_object *got, *wanted;

	q.tools = tools != NULL ? field_parse(tools, strlen(tools)) : NULL;
	q.messages = field_parse(messages, strlen(messages));
	wanted = field_parse(want, strlen(want));
	assert_non_null(q.messages);
	assert_non_null(wanted);
	got = dialect_anthropic.request(&q);
	if (!json_object_equal(got, wanted))
		assert_string_equal(json_object_to_json_string(got), want);
	json_object_put(got);
	json_object_put(wanted);
	json_object_put(q.tools);
	json_object_put(q.messages);
}

#define CACHE "\"cache_control\":{\"type\":\"ephemeral\"}"

static void
test_request(void **state)
{
	(void)state;
	check_request("sys",
	    "[{\"name\":\"a\",\"description\":\"A\",\"input_schema\":{}},"
	    "{\"name\":\"b\",\"description\":\"B\",\"input_schema\":{}}]",
	    "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":"
	    "\"go\"}]}]",
	    "{\"model\":\"m\",\"max_tokens\":16384,\"stream\":true,"
	    "\"tools\":[{\"name\":\"a\",\"description\":\"A\","
	    "\"input_schema\":{}},{\"name\":\"b\",\"description\":\"B\","
	    "\"input_schema\":{}," CACHE "}],"
	    "\"system\":[{\"type\":\"text\",\"text\":\"sys\"," CACHE "}],"
	    "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
	    "\"text\",\"text\":\"go\"," CACHE "}]}]}");
	check_request("", "[]",
	    "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":"
	    "\"go\"}]}]",
	    "{\"model\":\"m\",\"max_tokens\":16384,\"stream\":true,"
	    "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
	    "\"text\",\"text\":\"go\"," CACHE "}]}]}");
}

/*
 * Results first, neighbours of a role together, blank text out, foreign
 * opaque blocks out, own ones as they came, broken arguments wrapped.
 */
static void
test_turns(void **state)
{
	(void)state;
	check_request(NULL, NULL,
	    "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":"
	    "\"go\"}]},"
	    "{\"role\":\"assistant\",\"content\":["
	    "{\"type\":\"opaque\",\"provider\":\"anthropic\",\"data\":"
	    "{\"type\":\"thinking\",\"thinking\":\"t\",\"signature\":\"s\"}},"
	    "{\"type\":\"opaque\",\"provider\":\"openai\",\"data\":{}},"
	    "{\"type\":\"text\",\"text\":\" \\n\"},"
	    "{\"type\":\"tool_use\",\"id\":\"1\",\"name\":\"n\",\"input\":"
	    "{\"a\":1}},"
	    "{\"type\":\"tool_use\",\"id\":\"2\",\"name\":\"n\","
	    "\"input_error\":\"x\",\"raw\":\"{\"}]},"
	    "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":"
	    "\"note\"},{\"type\":\"tool_result\",\"tool_use_id\":\"1\","
	    "\"content\":\"r1\",\"is_error\":false}]},"
	    "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\","
	    "\"tool_use_id\":\"2\",\"content\":\"r2\",\"is_error\":true}]},"
	    "{\"role\":\"assistant\",\"content\":[]},"
	    "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":"
	    "\"end\"}]}]",
	    "{\"model\":\"m\",\"max_tokens\":16384,\"stream\":true,"
	    "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
	    "\"text\",\"text\":\"go\"}]},"
	    "{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\","
	    "\"thinking\":\"t\",\"signature\":\"s\"},"
	    "{\"type\":\"tool_use\",\"id\":\"1\",\"name\":\"n\",\"input\":"
	    "{\"a\":1}},{\"type\":\"tool_use\",\"id\":\"2\",\"name\":\"n\","
	    "\"input\":{\"INVALID_JSON\":\"{\"}}]},"
	    "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\","
	    "\"tool_use_id\":\"1\",\"content\":\"r1\",\"is_error\":false},"
	    "{\"type\":\"tool_result\",\"tool_use_id\":\"2\",\"content\":"
	    "\"r2\",\"is_error\":true},{\"type\":\"text\",\"text\":"
	    "\"note\"," CACHE "}]},"
	    "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":"
	    "\"end\"," CACHE "}]}]}");
}

/* No more is asked for than the model can write, nor than was said. */
static void
test_max_tokens(void **state)
{
	static const struct {
		uint32_t said;
		uint64_t most, want;
	} t[] = {
	    {0, 0, 16384},
	    {0, 4096, 4096},
	    {0, 64000, 16384},
	    {9, 4096, 9},
	    {9000, 4096, 4096},
	};
	struct dialect_request q = {.model = "m"};
	struct json_object *o;
	uint64_t max;
	size_t i;

	(void)state;
	q.messages = json_object_new_array();
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		q.max_tokens = t[i].said;
		q.most_tokens = t[i].most;
		o = dialect_anthropic.request(&q);
		assert_true(field_u64(o, "max_tokens", &max));
		assert_int_equal(max, t[i].want);
		json_object_put(o);
	}
	json_object_put(q.messages);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_max_tokens),
	    cmocka_unit_test(test_whole),
	    cmocka_unit_test(test_early_end),
	    cmocka_unit_test(test_stops),
	    cmocka_unit_test(test_arguments),
	    cmocka_unit_test(test_errors),
	    cmocka_unit_test(test_request),
	    cmocka_unit_test(test_turns),
	};

	return cmocka_run_group_tests_name("anthropic", tests, NULL, NULL);
}
