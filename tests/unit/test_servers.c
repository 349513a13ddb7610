// SPDX-License-Identifier: ISC
// openai: a stream of each server that claims the protocol, in the form in
// which it sends it. All say the same: a text, and two calls.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "src/model/field.h"
#include "tests/unit/stream.h"

#define EV(json) "data: " json "\n\n"
#define CH(head, d, fin)                                     \
	EV("{" head "\"choices\":[{\"index\":0,\"delta\":" d \
	   ",\"finish_reason\":" fin "}]}")

/* Whole calls, ids of their own, 0 for each; stop, though there are calls. */
#define OL                                                             \
	"\"id\":\"chatcmpl-90\",\"object\":\"chat.completion.chunk\"," \
	"\"model\":\"qwen3:8b\",\"system_fingerprint\":\"fp_ollama\","
static const char *
ollama(void)
{
	return CH(OL, "{\"role\":\"assistant\",\"content\":\"Let me\"}", "null")
	    CH(OL, "{\"role\":\"assistant\",\"content\":\" look.\"}", "null")
		CH(OL,
		    "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{"
		    "\"id\":\"call_a\",\"index\":0,\"type\":\"function\","
		    "\"function\":{\"name\":\"ls\",\"arguments\":\"{\\\"p\\\":"
		    "1}\"}}]}",
		    "null") CH(OL,
		    "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{"
		    "\"id\":\"call_b\",\"index\":0,\"type\":\"function\","
		    "\"function\":{\"name\":\"ls\",\"arguments\":\"{}\"}}]}",
		    "null") CH(OL, "{\"role\":\"assistant\",\"content\":\"\"}",
		    "\"stop\"")
		    EV("{" OL "\"choices\":[],\"usage\":{\"prompt_tokens\":9,"
		       "\"completion_tokens\":5,\"total_tokens\":14}}")
			EV("[DONE]");
}

/* Before 0.4.7: no index, no usage. */
static const char *
ollama_old(void)
{
	return CH(OL, "{\"role\":\"assistant\",\"content\":\"Let me look.\"}",
	    "null") CH(OL,
	    "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{"
	    "\"id\":\"call_a\",\"type\":\"function\",\"function\":{"
	    "\"name\":\"ls\",\"arguments\":\"{\\\"p\\\":1}\"}},{"
	    "\"id\":\"call_b\",\"type\":\"function\",\"function\":{"
	    "\"name\":\"ls\",\"arguments\":\"{}\"}}]}",
	    "null") CH(OL, "{\"role\":\"assistant\",\"content\":\"\"}",
	    "\"tool_calls\"") EV("[DONE]");
}

/* Its reasoning by name; index and pieces as they ought to be; nulls. */
#define VL                                                               \
	"\"id\":\"chatcmpl-tool\",\"object\":\"chat.completion.chunk\"," \
	"\"model\":\"Qwen/Qwen3-8B\","
static const char *
vllm(void)
{
	return CH(VL,
	    "{\"role\":\"assistant\",\"content\":\"\",\"reasoning_content\":"
	    "null}",
	    "null") CH(VL, "{\"reasoning_content\":\"Think\"}", "null")
	    CH(VL, "{\"reasoning_content\":\"ing\"}", "null") CH(
		VL, "{\"content\":\"Let me look.\"}", "null") CH(VL,
		"{\"tool_calls\":[{\"id\":\"call_a\",\"type\":\"function\","
		"\"index\":0,\"function\":{\"name\":\"ls\"}}]}",
		"null") CH(VL,
		"{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":"
		"\"{\\\"p\\\": \"}}]}",
		"null") CH(VL,
		"{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":"
		"\"1}\"}}]}",
		"null") CH(VL,
		"{\"tool_calls\":[{\"id\":\"call_b\",\"type\":\"function\","
		"\"index\":1,\"function\":{\"name\":\"ls\",\"arguments\":"
		"\"{}\"}}]}",
		"null") EV("{" VL "\"choices\":[{\"index\":0,\"delta\":{"
			   "\"content\":\"\"},\"logprobs\":null,"
			   "\"finish_reason\":\"stop\",\"stop_reason\":null}]}")
		EV("{" VL "\"choices\":[],\"usage\":{\"prompt_tokens\":9,"
		   "\"total_tokens\":14,\"completion_tokens\":5,"
		   "\"prompt_tokens_details\":null}}") EV("[DONE]");
}

/* No ids; usage only as timings; name and arguments apart. */
#define LL                                                                 \
	"\"created\":1,\"id\":\"chatcmpl-l\",\"model\":\"gpt-3.5-turbo\"," \
	"\"system_fingerprint\":\"b6000\",\"object\":"                     \
	"\"chat.completion.chunk\","
static const char *
llama(void)
{
	return CH(LL, "{\"role\":\"assistant\",\"content\":null}", "null")
	    CH(LL, "{\"reasoning_content\":\"Thinking\"}", "null")
		CH(LL, "{\"content\":\"Let me look.\"}", "null") CH(LL,
		    "{\"tool_calls\":[{\"index\":0,\"type\":\"function\","
		    "\"function\":{\"name\":\"ls\",\"arguments\":\"{\"}}]}",
		    "null") CH(LL,
		    "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":"
		    "\"\\\"p\\\":1}\"}}]}",
		    "null") CH(LL,
		    "{\"tool_calls\":[{\"index\":1,\"type\":\"function\","
		    "\"function\":{\"name\":\"ls\",\"arguments\":\"{}\"}}]}",
		    "null")
		    EV("{" LL "\"choices\":[{\"finish_reason\":\"tool_calls\","
		       "\"index\":0,\"delta\":{}}],\"timings\":{\"cache_n\":6,"
		       "\"prompt_n\":3,\"prompt_ms\":1.5,\"predicted_n\":5,"
		       "\"predicted_ms\":2.5}}") EV("[DONE]");
}

/* Ids that are numbers in a string; a named error event is another test's. */
#define LM                                                            \
	"\"id\":\"chatcmpl-s\",\"object\":\"chat.completion.chunk\"," \
	"\"model\":\"qwen/qwen3-8b\",\"system_fingerprint\":\"qwen\","
static const char *
lm_studio(void)
{
	return CH(LM, "{\"role\":\"assistant\",\"content\":\"Let me look.\"}",
	    "null") CH(LM,
	    "{\"role\":\"assistant\",\"tool_calls\":[{\"index\":0,\"id\":"
	    "\"365174485\",\"type\":\"function\",\"function\":{\"name\":"
	    "\"ls\",\"arguments\":\"\"}}]}",
	    "null") CH(LM,
	    "{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":null,"
	    "\"arguments\":\"{\\\"p\\\":1}\"}}]}",
	    "null") CH(LM,
	    "{\"role\":\"assistant\",\"tool_calls\":[{\"index\":1,\"id\":"
	    "\"365174486\",\"type\":\"function\",\"function\":{\"name\":"
	    "\"ls\",\"arguments\":\"{}\"}}]}",
	    "null") CH(LM, "{}", "\"tool_calls\"") EV("[DONE]");
}

/* Comments; its own finish reason beside; details that must come back. */
#define OR                                                       \
	"\"id\":\"gen-1\",\"provider\":\"X\",\"model\":\"v/m\"," \
	"\"object\":\"chat.completion.chunk\","
static const char *
openrouter(void)
{
	return ": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n" CH(OR,
	    "{\"role\":\"assistant\",\"content\":\"\",\"reasoning\":\"Thi\","
	    "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"index\":0,"
	    "\"text\":\"Thi\",\"format\":\"f\"}]}",
	    "null") CH(OR,
	    "{\"role\":\"assistant\",\"content\":\"\",\"reasoning\":\"nk\","
	    "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"index\":0,"
	    "\"text\":\"nk\",\"format\":\"f\",\"signature\":\"s\"}]}",
	    "null") CH(OR, "{\"content\":\"Let me look.\"}",
	    "null") ": OPENROUTER PROCESSING\n\n" CH(OR,
	    "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{"
	    "\"index\":0,\"id\":\"call_a\",\"type\":\"function\","
	    "\"function\":{\"name\":\"ls\",\"arguments\":\"{\\\"p\\\":1}\"}}"
	    "]}",
	    "null") CH(OR,
	    "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{"
	    "\"index\":1,\"id\":\"call_b\",\"type\":\"function\","
	    "\"function\":{\"name\":\"ls\",\"arguments\":\"\"}}]}",
	    "null") EV("{" OR "\"choices\":[{\"index\":0,\"delta\":{\"role\":"
		       "\"assistant\",\"content\":\"\"},\"finish_reason\":"
		       "\"tool_calls\",\"native_finish_reason\":"
		       "\"completed\",\"logprobs\":null}]}")
	    EV("{" OR "\"choices\":[{\"index\":0,\"delta\":{\"role\":"
	       "\"assistant\",\"content\":\"\"},\"finish_reason\":null}],"
	       "\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":5,"
	       "\"total_tokens\":14,\"cost\":0.0002}}") EV("[DONE]");
}

/* No index, whole calls, stop; a signature in the call; thoughts beside. */
#define GE                                                            \
	"\"id\":\"g\",\"model\":\"gemini-3-pro-preview\",\"object\":" \
	"\"chat.completion.chunk\","
static const char *
gemini(void)
{
	return CH(GE, "{\"role\":\"assistant\",\"content\":\"Let me look.\"}",
	    "null") CH(GE,
	    "{\"role\":\"assistant\",\"tool_calls\":[{\"extra_content\":{"
	    "\"google\":{\"thought_signature\":\"sig\"}},\"function\":{"
	    "\"arguments\":\"{\\\"p\\\":1}\",\"name\":\"ls\"},\"id\":"
	    "\"function-call-1\",\"type\":\"function\"}]}",
	    "null")
	    EV("{" GE "\"choices\":[{\"index\":0,\"delta\":{\"role\":"
	       "\"assistant\",\"tool_calls\":[{\"function\":{\"arguments\":"
	       "\"{}\",\"name\":\"ls\"},\"id\":\"function-call-2\",\"type\":"
	       "\"function\"}]},\"finish_reason\":\"stop\"}],\"usage\":{"
	       "\"prompt_tokens\":9,\"completion_tokens\":2,"
	       "\"total_tokens\":14}}") EV("[DONE]");
}

static const struct server {
	const char *name, *(*stream)(void);
	const char *id; /* of the first call; NULL: one of our own */
	uint64_t input, output, cached, cost;
	const char *echo; /* what must be in the next request */
} servers[] = {
    {"Ollama", ollama, "call_a", 9, 5, 0, 0, NULL},
    {"Ollama before 0.4.7", ollama_old, "call_a", 0, 0, 0, 0, NULL},
    {"vLLM", vllm, "call_a", 9, 5, 0, 0, "\"reasoning_content\":\"Thinking\""},
    {"llama.cpp", llama, NULL, 9, 5, 6, 0,
	"\"reasoning_content\":\"Thinking\""},
    {"LM Studio", lm_studio, "365174485", 0, 0, 0, 0, NULL},
    {"OpenRouter", openrouter, "call_a", 9, 5, 0, 201,
	"\"reasoning_details\":[{\"type\":\"reasoning.text\",\"index\":0,"
	"\"text\":\"Think\",\"format\":\"f\",\"signature\":\"s\"}]"},
    {"Gemini", gemini, "function-call-1", 9, 5, 0, 0,
	"\"extra_content\":{\"google\":{\"thought_signature\":\"sig\"}}"},
};

/* The answer goes back, with its calls' ids, and what the server wants. */
static void
check_echo(const struct server *s, struct json_object *blocks)
{
	struct dialect_request q = {.model = "m"};
	struct json_object *m = json_object_new_object(), *o;
	const char *text;
	size_t n;

	q.messages = json_object_new_array();
	field_put_str(m, "role", "assistant");
	json_object_object_add(m, "content", json_object_get(blocks));
	json_object_array_add(q.messages, m);
	o = dialect_openai.request(&q);
	text = field_text(o, &n);
	if (s->echo != NULL && strstr(text, s->echo) == NULL)
		fail_msg("%s: %s", s->name, text);
	if (s->id != NULL && strstr(text, s->id) == NULL)
		fail_msg("%s: %s", s->name, text);
	json_object_put(o);
	json_object_put(q.messages);
}

static void
check_call(struct json_object *b, const char *id, const char *input)
{
	size_t n;

	assert_true(field_is(b, "type", "tool_use"));
	assert_true(field_is(b, "name", "ls"));
	assert_string_equal(
	    field_text(field_get(b, "input", json_type_object), &n), input);
	assert_string_not_equal(field_str(b, "id", ""), "");
	if (id != NULL)
		assert_string_equal(field_str(b, "id", ""), id);
}

static void
test_servers(void **state)
{
	const struct server *s;
	struct answer a = {.sink = NULL};
	struct err e;
	size_t i, first, n;

	(void)state;
	for (i = 0; i < sizeof(servers) / sizeof(servers[0]); i++) {
		s = &servers[i];
		for (first = 1; first < 400; first += 7) {
			if (stream_through(&dialect_openai, s->stream(), first,
				64, &a, &e) != 0)
				fail_msg("%s: %s", s->name, e.text);
			n = json_object_array_length(a.blocks);
			assert_in_range(n, 3, 4);
			assert_true(
			    field_is(json_object_array_get_idx(a.blocks, n - 3),
				"text", "Let me look."));
			check_call(json_object_array_get_idx(a.blocks, n - 2),
			    s->id, "{\"p\":1}");
			check_call(json_object_array_get_idx(a.blocks, n - 1),
			    NULL, "{}");
			assert_int_equal(a.stop, MODEL_STOP_TOOLS);
			assert_int_equal(a.usage.input_tokens, s->input);
			assert_int_equal(a.usage.output_tokens, s->output);
			assert_int_equal(
			    a.usage.cache_read_input_tokens, s->cached);
			assert_int_equal(a.usage.cost_micro, s->cost);
			check_echo(s, a.blocks);
			answer_free(&a);
		}
	}
}

/* Errors in the words and the places of each. */
static void
test_errors(void **state)
{
	static const struct {
		const char *stream, *words;
		bool transient;
	} t[] = {
	    /* OpenRouter, in the middle of an answer */
	    {CH(OR, "{\"content\":\"half\"}", "null")
		    EV("{" OR "\"error\":{\"code\":502,\"message\":\"Upstream "
		       "idle\"},\"choices\":[{\"index\":0,\"delta\":{"
		       "\"content\":\"\"},\"finish_reason\":\"error\"}]}"),
		"Upstream idle", true},
	    {EV("{\"error\":{\"message\":\"Insufficient credits\",\"code\":"
		"402}}"),
		"Insufficient credits", false},
	    /* LM Studio */
	    {"event: error\n" EV(
		 "{\"error\":{\"message\":\"Model unloaded\"}}"),
		"Model unloaded", true},
	    /* Ollama */
	    {EV("{\"error\":{\"message\":\"model requires more system memory\","
		"\"type\":\"api_error\",\"param\":null,\"code\":null}}"),
		"more system memory", true},
	    /* vLLM, the context is full */
	    {EV("{\"error\":{\"message\":\"maximum context length\",\"type\":"
		"\"BadRequestError\",\"code\":400}}"),
		"maximum context length", false},
	};
	struct answer a = {.sink = NULL};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(
		    stream_through(&dialect_openai, t[i].stream, 0, 50, &a, &e),
		    -1);
		if (strstr(e.text, t[i].words) == NULL)
			fail_msg("%s\nnot %s", e.text, t[i].words);
		assert_int_equal(a.transient, t[i].transient);
		answer_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_servers),
	    cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests_name("servers", tests, NULL, NULL);
}
