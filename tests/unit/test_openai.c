// SPDX-License-Identifier: ISC
// openai: requests as Chat Completions wants them, and every server's quirks.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "src/model/field.h"
#include "tests/unit/stream.h"

#define EV(json) "data: " json "\n\n"
#define DONE	 EV("[DONE]")
#define CHUNK(d)                                                           \
	EV("{\"id\":\"c1\",\"model\":\"gpt-x\",\"choices\":[{\"index\":0," \
	   "\"delta\":" d ",\"finish_reason\":null}],\"usage\":null}")
#define FINISH(why)                                                     \
	EV("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":" \
	   "\"" why "\"}]}")
#define SAY(t)	      CHUNK("{\"content\":\"" t "\"}")
#define CALLS(pieces) CHUNK("{\"tool_calls\":[" pieces "]}")
#define PIECE(i, id, name, args)                                    \
	"{\"index\":" i ",\"id\":\"" id "\",\"type\":\"function\"," \
	"\"function\":{\"name\":\"" name "\",\"arguments\":\"" args "\"}}"
#define MORE(i, args) \
	"{\"index\":" i ",\"function\":{\"arguments\":\"" args "\"}}"
#define USE(id, args)                         \
	"{\"type\":\"tool_use\",\"id\":\"" id \
	"\",\"name\":\"n\",\"input\":" args "}"

static const char whole[] =
    ": ROUTER PROCESSING\n\n" CHUNK("{\"role\":\"assistant\",\"content\":\"\"}")
	CHUNK("{\"content\":null,\"reasoning_content\":\"hm\"}")
	    SAY("3 \xe2\x82\xac, ") SAY("\\ud83d\\ude00") CALLS(
		PIECE("0", "call_a", "n", "")) CALLS(MORE("0", "{\\\"a\\\":"))
		CALLS(PIECE("1", "call_b", "n", "")) CALLS(MORE("0", " 1}"))
		    CALLS(MORE("1", "{}")) FINISH("tool_calls")
			EV("{\"choices\":[],\"usage\":{\"prompt_tokens\":50,"
			   "\"completion_tokens\":7,\"prompt_tokens_details\":"
			   "{\"cached_tokens\":40}}}") DONE;

static void
test_whole(void **state)
{
	struct answer a = {.sink = NULL};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(whole); i++) {
		assert_int_equal(stream_through(&dialect_openai, whole, i,
				     i == 0 ? 1 : sizeof(whole), &a, &e),
		    0);
		assert_string_equal(stream_blocks(&a),
		    "[{\"type\":\"opaque\",\"provider\":\"openai\",\"data\":"
		    "{\"reasoning_content\":\"hm\"}},"
		    "{\"type\":\"text\",\"text\":\"3 \xe2\x82\xac, "
		    "\xf0\x9f\x98\x80\"}," USE("call_a", "{\"a\":1}") "," USE(
			"call_b", "{}") "]");
		answer_free(&a);
	}
	assert_int_equal(a.stop, MODEL_STOP_TOOLS);
	assert_string_equal(a.id, "c1");
	assert_string_equal(a.model, "gpt-x");
	assert_int_equal(a.usage.input_tokens, 50);
	assert_int_equal(a.usage.output_tokens, 7);
	assert_int_equal(a.usage.cache_read_input_tokens, 40);
}

/* Each as some server in use sends it; the same two calls come out. */
static void
test_quirks(void **state)
{
	static const char *const streams[] = {
	    /* no index at all */
	    CALLS("{\"id\":\"a\",\"function\":{\"name\":\"n\",\"arguments\":"
		  "\"{\"}}") CALLS("{\"function\":{\"arguments\":\"}\"}}")
		CALLS("{\"id\":\"b\",\"function\":{\"name\":\"n\","
		      "\"arguments\":\"{}\"}}") FINISH("tool_calls") DONE,
	    /* index always 0 */
	    CALLS(PIECE("0", "a", "n", "{}")) CALLS(PIECE("0", "b", "n", "{}"))
		FINISH("tool_calls") DONE,
	    /* both whole in one chunk, ending with stop, and no [DONE] */
	    CALLS(PIECE("0", "a", "n", "{}") "," PIECE("1", "b", "n", "{}"))
		FINISH("stop"),
	    /* no finish_reason */
	    CALLS(PIECE("0", "a", "n", "{}") "," PIECE("1", "b", "n", "{}"))
		DONE,
	    /* id and name in every piece */
	    CALLS(PIECE("0", "a", "n", "{")) CALLS(PIECE("0", "a", "n", "}"))
		CALLS(PIECE("1", "b", "n", "{}")) FINISH("stop") DONE,
	    /* the arguments as an object */
	    CALLS("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"n\","
		  "\"arguments\":{}}}")
		CALLS("{\"index\":1,\"id\":\"b\","
		      "\"function\":{\"name\":\"n\",\"arguments\":{}}}")
		    FINISH("stop") DONE,
	    /* no arguments; all of it in a message, not a delta */
	    EV("{\"choices\":[{\"message\":{\"content\":null,\"tool_calls\":["
	       "{\"id\":\"a\",\"function\":{\"name\":\"n\"}},"
	       "{\"id\":\"b\",\"function\":{\"name\":\"n\",\"arguments\":"
	       "\"\"}}]},\"finish_reason\":\"tool_calls\"}]}"),
	};
	struct answer a = {.sink = NULL};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
		assert_int_equal(
		    stream_through(&dialect_openai, streams[i], 0, 9, &a, &e),
		    0);
		assert_string_equal(stream_blocks(&a),
		    "[" USE("a", "{}") "," USE("b", "{}") "]");
		assert_int_equal(a.stop, MODEL_STOP_TOOLS);
		answer_free(&a);
	}
}

/* Ids that are missing, or that two calls share, become ids of our own. */
static void
test_ids(void **state)
{
	static const char *const streams[] = {
	    CALLS(PIECE("0", "", "n", "{}")) CALLS(PIECE("0", "", "n", "{}"))
		DONE,
	    CALLS("{\"function\":{\"name\":\"n\",\"arguments\":\"{}\"}},"
		  "{\"function\":{\"name\":\"n\",\"arguments\":\"{}\"}}") DONE,
	    CALLS(PIECE("0", "x", "n", "{}")) CALLS(PIECE("1", "x", "n", "{}"))
		DONE,
	};
	struct answer a = {.sink = NULL};
	const char *x, *y;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
		assert_int_equal(
		    stream_through(&dialect_openai, streams[i], 0, 9, &a, &e),
		    0);
		assert_int_equal(json_object_array_length(a.blocks), 2);
		x = field_str(json_object_array_get_idx(a.blocks, 0), "id", "");
		y = field_str(json_object_array_get_idx(a.blocks, 1), "id", "");
		assert_string_not_equal(x, "");
		assert_string_not_equal(y, "");
		assert_string_not_equal(x, y);
		answer_free(&a);
	}
}

static void
test_stops(void **state)
{
	static const struct {
		const char *stream;
		enum model_stop stop;
	} t[] = {
	    {SAY("a") FINISH("stop") DONE, MODEL_STOP_END},
	    {SAY("a") DONE, MODEL_STOP_END},
	    {SAY("a") FINISH("stop"), MODEL_STOP_END},
	    {DONE, MODEL_STOP_END},
	    {SAY("a") FINISH("length") DONE, MODEL_STOP_LENGTH},
	    {SAY("a") FINISH("content_filter") DONE, MODEL_STOP_REFUSAL},
	    {CHUNK("{\"refusal\":\"no\"}") FINISH("stop") DONE,
		MODEL_STOP_REFUSAL},
	    {CALLS(PIECE("0", "a", "n", "{\\\"x")) FINISH("length") DONE,
		MODEL_STOP_LENGTH},
	};
	struct answer a = {.sink = NULL};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(
		    stream_through(&dialect_openai, t[i].stream, 0, 50, &a, &e),
		    0);
		assert_int_equal(a.stop, t[i].stop);
		answer_free(&a);
	}
}

static void
test_errors(void **state)
{
	static const struct {
		const char *stream, *words;
		bool transient;
	} t[] = {
	    {"", "ended before", true},
	    {SAY("a"), "ended before", true},
	    {SAY("a") EV("{\"error\":{\"code\":502,\"message\":\"up\"}}"), "up",
		true},
	    {EV("{\"error\":{\"code\":429,\"message\":\"slow\"}}"), "slow",
		true},
	    {EV("{\"error\":{\"code\":\"429\",\"message\":\"slow\"}}"), "slow",
		true},
	    {EV("{\"error\":{\"code\":\"401\",\"message\":\"who\"}}"), "who",
		false},
	    {EV("{\"error\":{\"code\":400,\"message\":\"bad\"}}"), "bad",
		false},
	    {EV("{\"error\":{\"code\":402,\"message\":\"pay\"}}"), "pay",
		false},
	    {EV("{\"error\":{\"type\":\"insufficient_quota\","
		"\"message\":\"q\"}}"),
		"insufficient_quota: q", false},
	    {EV("{\"error\":\"just words\"}"), "just words", true},
	    {SAY("a") FINISH("error") DONE, "with an error", true},
	    {EV("{"), "not a JSON object", true},
	    {EV("7"), "not a JSON object", true},
	};
	struct answer a = {.sink = NULL};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(
		    stream_through(&dialect_openai, t[i].stream, 0, 50, &a, &e),
		    -1);
		assert_non_null(strstr(e.text, t[i].words));
		assert_int_equal(a.transient, t[i].transient);
		answer_free(&a);
	}
}

/* Each server's way to count, in one convention. */
static void
test_usage(void **state)
{
#define USED(u) SAY("a") FINISH("stop") EV("{\"choices\":[]," u "}") DONE
	static const struct {
		const char *stream;
		uint64_t in, out, cached, created, reasoning, cost;
	} t[] = {
	    {SAY("a") DONE, 0, 0, 0, 0, 0, 0},
	    {USED("\"usage\":null"), 0, 0, 0, 0, 0, 0},
	    /* reasoning within the output */
	    {USED("\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":9,"
		  "\"total_tokens\":19,\"completion_tokens_details\":{"
		  "\"reasoning_tokens\":4}}"),
		10, 9, 0, 0, 4, 0},
	    /* beside it: Gemini, xAI */
	    {USED("\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":9,"
		  "\"total_tokens\":23,\"completion_tokens_details\":{"
		  "\"reasoning_tokens\":4}}"),
		10, 13, 0, 0, 4, 0},
	    /* DeepSeek */
	    {USED("\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":9,"
		  "\"prompt_cache_hit_tokens\":6}"),
		10, 9, 6, 0, 0, 0},
	    /* OpenRouter tells the cost, in dollars */
	    {USED("\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":9,"
		  "\"prompt_tokens_details\":{\"cached_tokens\":3,"
		  "\"cache_write_tokens\":2},\"cost\":0.0123}"),
		10, 9, 3, 2, 0, 12301},
	    {USED("\"usage\":{\"prompt_tokens\":1,\"cost\":-1}"), 1, 0, 0, 0, 0,
		0},
	    {USED("\"usage\":{\"prompt_tokens\":1,\"cost\":\"1\"}"), 1, 0, 0, 0,
		0, 0},
	    {USED("\"usage\":{\"prompt_tokens\":1,\"cost\":1e300}"), 1, 0, 0, 0,
		0, 0},
	    /* llama.cpp without usage: what is in the cache is beside */
	    {USED("\"timings\":{\"prompt_n\":7,\"cache_n\":3,"
		  "\"predicted_n\":9}"),
		10, 9, 3, 0, 0, 0},
	    {USED("\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":9},"
		  "\"timings\":{\"prompt_n\":7,\"predicted_n\":8}"),
		10, 9, 0, 0, 0, 0},
	};
	struct answer a = {.sink = NULL};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(
		    stream_through(&dialect_openai, t[i].stream, 0, 50, &a, &e),
		    0);
		assert_int_equal(a.usage.input_tokens, t[i].in);
		assert_int_equal(a.usage.output_tokens, t[i].out);
		assert_int_equal(a.usage.cache_read_input_tokens, t[i].cached);
		assert_int_equal(
		    a.usage.cache_creation_input_tokens, t[i].created);
		assert_int_equal(
		    a.usage.reasoning_output_tokens, t[i].reasoning);
		assert_int_equal(a.usage.cost_micro, t[i].cost);
		answer_free(&a);
	}
}

/* Reasoning that must go back is put together again, and goes back. */
static void
test_details(void **state)
{
	static const char stream[] = CHUNK(
	    "{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"index\":0,"
	    "\"text\":\"I th\",\"format\":\"f\"}]}")
	    CHUNK("{\"reasoning_details\":[{\"type\":\"reasoning.text\","
		  "\"index\":0,\"text\":\"ink\",\"signature\":\"s\","
		  "\"format\":\"f\"}]}")
		CHUNK("{\"reasoning_details\":[{\"type\":"
		      "\"reasoning.encrypted\",\"index\":0,\"data\":\"d\"}]}")
		    SAY("a") DONE;
	struct answer a = {.sink = NULL};
	struct err e;

	(void)state;
	assert_int_equal(
	    stream_through(&dialect_openai, stream, 0, 50, &a, &e), 0);
	assert_string_equal(stream_blocks(&a),
	    "[{\"type\":\"opaque\",\"provider\":\"openai\",\"data\":"
	    "{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"index\":"
	    "0,\"text\":\"I think\",\"format\":\"f\",\"signature\":\"s\"},"
	    "{\"type\":\"reasoning.encrypted\",\"index\":0,\"data\":\"d\"}]}},"
	    "{\"type\":\"text\",\"text\":\"a\"}]");
	answer_free(&a);
}

static void
check_request(const struct dialect_request *form, const char *tools,
    const char *messages, const char *want)
{
	struct dialect_request q = *form;
	struct json_object *got, *wanted;

	q.model = "m";
	q.tools = tools != NULL ? field_parse(tools, strlen(tools)) : NULL;
	q.messages = field_parse(messages, strlen(messages));
	wanted = field_parse(want, strlen(want));
	assert_non_null(q.messages);
	assert_non_null(wanted);
	got = dialect_openai.request(&q);
	if (!json_object_equal(got, wanted))
		assert_string_equal(json_object_to_json_string(got), want);
	json_object_put(got);
	json_object_put(wanted);
	json_object_put(q.tools);
	json_object_put(q.messages);
}

#define GO                                                             \
	"{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":" \
	"\"go\"}]}"
#define TAIL "\"stream\":true,\"stream_options\":{\"include_usage\":true}"

static void
test_request(void **state)
{
	const struct dialect_request plain = {.system = NULL};
	const struct dialect_request own = {
	    .system = "sys", .max_tokens = 99, .own_server = true};
	const struct dialect_request local = {.system = "", .max_tokens = 99};

	(void)state;
	check_request(&plain, NULL, "[" GO "]",
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":"
	    "\"go\"}]," TAIL "}");
	check_request(&local, "[]", "[" GO "," GO "]",
	    "{\"model\":\"m\",\"max_tokens\":99,\"messages\":[{\"role\":"
	    "\"user\",\"content\":\"go\\n\\ngo\"}]," TAIL "}");
	check_request(&own,
	    "[{\"name\":\"a\",\"description\":\"A\",\"input_schema\":"
	    "{\"type\":\"object\"}}]",
	    "[" GO "]",
	    "{\"model\":\"m\",\"max_completion_tokens\":99,\"tools\":["
	    "{\"type\":\"function\",\"function\":{\"name\":\"a\","
	    "\"description\":\"A\",\"parameters\":{\"type\":\"object\"}}}],"
	    "\"messages\":[{\"role\":\"system\",\"content\":\"sys\"},"
	    "{\"role\":\"user\",\"content\":\"go\"}]," TAIL "}");
}

static void
test_turns(void **state)
{
	const struct dialect_request plain = {.system = NULL};

	(void)state;
	check_request(&plain, NULL,
	    "[" GO ",{\"role\":\"assistant\",\"content\":["
	    "{\"type\":\"opaque\",\"provider\":\"openai\",\"data\":"
	    "{\"reasoning_details\":[1]}},"
	    "{\"type\":\"opaque\",\"provider\":\"anthropic\",\"data\":"
	    "{\"x\":1}},"
	    "{\"type\":\"text\",\"text\":\"I\"},"
	    "{\"type\":\"tool_use\",\"id\":\"1\",\"name\":\"n\",\"input\":"
	    "{\"a\":\"b/c\"}},"
	    "{\"type\":\"tool_use\",\"id\":\"2\",\"name\":\"n\","
	    "\"input_error\":\"x\",\"raw\":\"{\"}]},"
	    "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":"
	    "\"note\"},{\"type\":\"tool_result\",\"tool_use_id\":\"1\","
	    "\"content\":\"r1\",\"is_error\":false},"
	    "{\"type\":\"tool_result\",\"tool_use_id\":\"2\",\"content\":"
	    "\"r2\",\"is_error\":true}]},"
	    "{\"role\":\"assistant\",\"content\":[]}]",
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":"
	    "\"go\"},{\"role\":\"assistant\",\"content\":\"I\","
	    "\"reasoning_details\":[1],\"tool_calls\":["
	    "{\"id\":\"1\",\"type\":\"function\",\"function\":{\"name\":"
	    "\"n\",\"arguments\":\"{\\\"a\\\":\\\"b/c\\\"}\"}},"
	    "{\"id\":\"2\",\"type\":\"function\",\"function\":{\"name\":"
	    "\"n\",\"arguments\":\"{\\\"INVALID_JSON\\\":\\\"{\\\"}\"}}]},"
	    "{\"role\":\"tool\",\"tool_call_id\":\"1\",\"content\":\"r1\"},"
	    "{\"role\":\"tool\",\"tool_call_id\":\"2\",\"content\":\"r2\"},"
	    "{\"role\":\"user\",\"content\":\"note\"}]," TAIL "}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_whole),
	    cmocka_unit_test(test_quirks),
	    cmocka_unit_test(test_ids),
	    cmocka_unit_test(test_stops),
	    cmocka_unit_test(test_errors),
	    cmocka_unit_test(test_usage),
	    cmocka_unit_test(test_details),
	    cmocka_unit_test(test_request),
	    cmocka_unit_test(test_turns),
	};

	return cmocka_run_group_tests_name("openai", tests, NULL, NULL);
}
