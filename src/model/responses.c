// SPDX-License-Identifier: ISC
// The request of OpenAI's Responses, from the neutral form: stateless, all of
// the conversation each time, nothing kept by the server.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "src/model/field.h"
#include "src/model/responses.h"

static const char *const headers[] = {NULL};

static void
put_copy(struct json_object *to, const char *as, struct json_object *from,
    const char *key)
{
	struct json_object *v;

	if (json_object_object_get_ex(from, key, &v))
		json_object_object_add(to, as, json_object_get(v));
}

static struct json_object *
put_tools(struct json_object *tools)
{
	struct json_object *list = json_object_new_array(), *t;
	size_t i, n = json_object_array_length(tools);

	for (i = 0; i < n; i++) {
		struct json_object *from = json_object_array_get_idx(tools, i);

		t = json_object_new_object();
		field_put_str(t, "type", "function");
		put_copy(t, "name", from, "name");
		put_copy(t, "description", from, "description");
		put_copy(t, "parameters", from, "input_schema");
		// Strict would want every property required.
		json_object_object_add(t, "strict", json_object_new_boolean(0));
		json_object_array_add(list, t);
	}
	return list;
}

static struct json_object *
new_item(struct json_object *list, const char *type)
{
	struct json_object *o = json_object_new_object();

	field_put_str(o, "type", type);
	json_object_array_add(list, o);
	return o;
}

static void
put_text(struct json_object *list, const char *role, struct json_object *block)
{
	struct json_object *content, *part, *item;

	if (*field_str(block, "text", "") == '\0')
		return;
	item = new_item(list, "message");
	content = json_object_new_array();
	part = new_item(content,
	    strcmp(role, "assistant") == 0 ? "output_text" : "input_text");
	field_put_str(item, "role", role);
	put_copy(part, "text", block, "text");
	json_object_object_add(item, "content", content);
}

/* Arguments that were no JSON are wrapped, as servers read them again. */
static void
put_call(struct json_object *list, struct json_object *block)
{
	struct json_object *item = new_item(list, "function_call");
	struct json_object *input = field_get(block, "input", json_type_object);
	struct json_object *wrap = NULL;
	const char *text;
	size_t n;

	if (input == NULL) {
		input = wrap = json_object_new_object();
		field_put_str(
		    wrap, "INVALID_JSON", field_str(block, "raw", ""));
	}
	put_copy(item, "call_id", block, "id");
	put_copy(item, "name", block, "name");
	text = field_text(input, &n);
	field_put_text(item, "arguments", text, n);
	json_object_put(wrap);
}

static void
put_result(struct json_object *list, struct json_object *block)
{
	struct json_object *item = new_item(list, "function_call_output");

	put_copy(item, "call_id", block, "tool_use_id");
	put_copy(item, "output", block, "content");
}

/*
 * An item of the server's own goes back as it came. One that has nothing but
 * its id would be looked for by it, and is not kept there.
 */
static void
put_opaque(struct json_object *list, struct json_object *block)
{
	struct json_object *data = field_get(block, "data", json_type_object);
	struct json_object *content =
	    field_get(data, "content", json_type_array);

	if (!field_is(block, "provider", "openai-responses") || data == NULL)
		return;
	if (field_is(data, "type", "reasoning") &&
	    *field_str(data, "encrypted_content", "") == '\0' &&
	    (content == NULL || json_object_array_length(content) == 0))
		return;
	json_object_array_add(list, json_object_get(data));
}

static struct json_object *
put_input(struct json_object *messages)
{
	struct json_object *turns = dialect_turns(messages), *turn, *c, *b;
	struct json_object *list = json_object_new_array();
	size_t i, k;

	for (i = 0; i < json_object_array_length(turns); i++) {
		turn = json_object_array_get_idx(turns, i);
		c = field_get(turn, "content", json_type_array);
		for (k = 0; k < json_object_array_length(c); k++) {
			b = json_object_array_get_idx(c, k);
			if (field_is(b, "type", "tool_use"))
				put_call(list, b);
			else if (field_is(b, "type", "tool_result"))
				put_result(list, b);
			else if (field_is(b, "type", "opaque"))
				put_opaque(list, b);
			else
				put_text(
				    list, field_str(turn, "role", "user"), b);
		}
	}
	json_object_put(turns);
	return list;
}

static uint64_t
hash(uint64_t h, const char *s)
{
	for (; *s != '\0'; s++) // FNV-1a
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return h;
}

/*
 * Requests with one key are sent to the machine that has their beginning in
 * its cache. The beginning is what the key is made of: so it is the same in
 * each turn, and when a session is taken up again.
 */
static void
put_cache_key(struct json_object *o, const struct dialect_request *q)
{
	uint64_t h = UINT64_C(14695981039346656037);
	char key[32];

	h = hash(h, q->model);
	h = hash(h, q->system != NULL ? q->system : "");
	if (json_object_array_length(q->messages) > 0)
		h = hash(h, json_object_to_json_string_ext(
				json_object_array_get_idx(q->messages, 0),
				JSON_C_TO_STRING_PLAIN));
	snprintf(key, sizeof(key), "stockade-%016" PRIx64, h);
	field_put_str(o, "prompt_cache_key", key);
}

/* Those that do not reason refuse to encrypt what they do not have. */
static bool
reasons(const char *model)
{
	static const char *const plain[] = {"gpt-4", "gpt-3", "chatgpt-"};
	size_t i;

	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (strncmp(model, plain[i], strlen(plain[i])) == 0)
			return false;
	return true;
}

static struct json_object *
request(const struct dialect_request *q)
{
	struct json_object *o = json_object_new_object(), *include;

	field_put_str(o, "model", q->model);
	if (q->system != NULL && *q->system != '\0')
		field_put_str(o, "instructions", q->system);
	if (q->max_tokens != 0)
		json_object_object_add(o, "max_output_tokens",
		    json_object_new_int64(q->max_tokens));
	if (q->tools != NULL && json_object_array_length(q->tools) > 0) {
		json_object_object_add(o, "tools", put_tools(q->tools));
		field_put_str(o, "tool_choice", "auto");
		json_object_object_add(
		    o, "parallel_tool_calls", json_object_new_boolean(1));
	}
	json_object_object_add(o, "input", put_input(q->messages));
	json_object_object_add(o, "stream", json_object_new_boolean(1));
	json_object_object_add(o, "store", json_object_new_boolean(0));
	if (reasons(q->model)) {
		include = json_object_new_array();
		json_object_array_add(include,
		    json_object_new_string("reasoning.encrypted_content"));
		json_object_object_add(o, "include", include);
	}
	put_cache_key(o, q);
	return o;
}

const struct dialect dialect_responses = {
    .name = "openai-responses",
    .base_url = "https://api.openai.com/v1",
    .version_path = "/v1",
    .version_in_base = true,
    .path = "/responses",
    .url_variable = "OPENAI_BASE_URL",
    .key_variable = "OPENAI_API_KEY",
    .key_header = "Authorization: Bearer ",
    .headers = headers,
    .default_model = "gpt-5",
    .request = request,
    .begin = responses_begin,
    .event = responses_event,
    .finish = responses_finish,
    .end = responses_end,
};
