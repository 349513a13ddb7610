// SPDX-License-Identifier: ISC
// The request of OpenAI's Chat Completions, from the neutral form.
#include <stdint.h>
#include "src/model/buf.h"
#include "src/model/field.h"
#include "src/model/openai.h"

static const char *const headers[] = {NULL};

static struct json_object *
new_message(struct json_object *list, const char *role)
{
	struct json_object *m = json_object_new_object();

	field_put_str(m, "role", role);
	json_object_array_add(list, m);
	return m;
}

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
	struct json_object *list = json_object_new_array(), *t, *f;
	size_t i, n = json_object_array_length(tools);

	for (i = 0; i < n; i++) {
		struct json_object *from = json_object_array_get_idx(tools, i);

		f = json_object_new_object();
		put_copy(f, "name", from, "name");
		put_copy(f, "description", from, "description");
		put_copy(f, "parameters", from, "input_schema");
		t = json_object_new_object();
		field_put_str(t, "type", "function");
		json_object_object_add(t, "function", f);
		json_object_array_add(list, t);
	}
	return list;
}

/* The texts of a turn, a blank line between two of them; NULL if none. */
static struct json_object *
joined_text(struct json_object *blocks)
{
	struct json_object *joined = NULL, *t;
	struct buf b = {0};
	size_t i, n = json_object_array_length(blocks);

	for (i = 0; i < n; i++) {
		t = field_get(json_object_array_get_idx(blocks, i), "text",
		    json_type_string);
		if (t == NULL || json_object_get_string_len(t) == 0)
			continue;
		if ((b.len > 0 && buf_add(&b, "\n\n", 2, SIZE_MAX) == -1) ||
		    buf_add(&b, json_object_get_string(t),
			(size_t)json_object_get_string_len(t), SIZE_MAX) == -1)
			break;
	}
	if (b.len > 0)
		joined = json_object_new_string_len(b.p, (int)b.len);
	buf_free(&b);
	return joined;
}

static void
put_user(struct json_object *list, struct json_object *blocks)
{
	struct json_object *text = joined_text(blocks), *m;
	size_t i, n = json_object_array_length(blocks);

	for (i = 0; i < n; i++) {
		struct json_object *b = json_object_array_get_idx(blocks, i);

		if (!field_is(b, "type", "tool_result"))
			continue;
		m = new_message(list, "tool");
		put_copy(m, "tool_call_id", b, "tool_use_id");
		put_copy(m, "content", b, "content");
	}
	if (text != NULL)
		json_object_object_add(
		    new_message(list, "user"), "content", text);
}

/*
 * Arguments travel as JSON in a string. Servers put them through a parser
 * for their templates, so broken ones are wrapped: else the whole
 * conversation would be refused from here on.
 */
static void
put_arguments(struct json_object *f, struct json_object *call)
{
	struct json_object *input = field_get(call, "input", json_type_object);
	struct json_object *wrap = NULL;
	const char *text;
	size_t n;

	if (input == NULL) {
		input = wrap = json_object_new_object();
		field_put_str(wrap, "INVALID_JSON", field_str(call, "raw", ""));
	}
	text = field_text(input, &n);
	field_put_text(f, "arguments", text, n);
	json_object_put(wrap);
}

static struct json_object *
put_call(struct json_object *call)
{
	struct json_object *c = json_object_new_object();
	struct json_object *f = json_object_new_object();

	put_copy(c, "id", call, "id");
	field_put_str(c, "type", "function");
	put_copy(f, "name", call, "name");
	put_arguments(f, call);
	json_object_object_add(c, "function", f);
	put_copy(c, "extra_content", call, "extra_content");
	return c;
}

static void
put_opaque(struct json_object *m, struct json_object *b)
{
	if (!field_is(b, "provider", "openai"))
		return;
	json_object_object_foreach(field_get(b, "data", json_type_object), key,
	    v) json_object_object_add(m, key, json_object_get(v));
}

static void
put_assistant(struct json_object *list, struct json_object *blocks)
{
	struct json_object *calls = json_object_new_array(), *m;
	struct json_object *text = joined_text(blocks);
	size_t i, n = json_object_array_length(blocks);

	for (i = 0; i < n; i++)
		if (field_is(json_object_array_get_idx(blocks, i), "type",
			"tool_use"))
			json_object_array_add(calls,
			    put_call(json_object_array_get_idx(blocks, i)));
	if (text == NULL && json_object_array_length(calls) == 0) {
		json_object_put(calls);
		return;
	}
	m = new_message(list, "assistant");
	json_object_object_add(m, "content", text);
	if (json_object_array_length(calls) > 0)
		json_object_object_add(m, "tool_calls", calls);
	else
		json_object_put(calls);
	for (i = 0; i < n; i++)
		if (field_get(json_object_array_get_idx(blocks, i), "data",
			json_type_object) != NULL)
			put_opaque(m, json_object_array_get_idx(blocks, i));
}

static struct json_object *
put_messages(const struct dialect_request *q)
{
	struct json_object *turns = dialect_turns(q->messages), *turn, *c;
	struct json_object *list = json_object_new_array();
	size_t i, n = json_object_array_length(turns);

	if (q->system != NULL && *q->system != '\0')
		field_put_str(
		    new_message(list, "system"), "content", q->system);
	for (i = 0; i < n; i++) {
		turn = json_object_array_get_idx(turns, i);
		c = field_get(turn, "content", json_type_array);
		if (field_is(turn, "role", "assistant"))
			put_assistant(list, c);
		else
			put_user(list, c);
	}
	json_object_put(turns);
	return list;
}

static struct json_object *
request(const struct dialect_request *q)
{
	struct json_object *o = json_object_new_object();
	struct json_object *options = json_object_new_object();

	field_put_str(o, "model", q->model);
	// Without a number each server takes what it has room for. Only the
	// provider's own knows the new name of the field.
	if (q->max_tokens != 0)
		json_object_object_add(o,
		    q->own_server ? "max_completion_tokens" : "max_tokens",
		    json_object_new_int64(q->max_tokens));
	if (q->tools != NULL && json_object_array_length(q->tools) > 0)
		json_object_object_add(o, "tools", put_tools(q->tools));
	json_object_object_add(o, "messages", put_messages(q));
	json_object_object_add(o, "stream", json_object_new_boolean(1));
	json_object_object_add(
	    options, "include_usage", json_object_new_boolean(1));
	json_object_object_add(o, "stream_options", options);
	return o;
}

const struct dialect dialect_openai = {
    .name = "openai",
    .base_url = "https://api.openai.com/v1",
    .version_path = "/v1",
    .version_in_base = true,
    .path = "/chat/completions",
    .url_variable = "OPENAI_BASE_URL",
    .key_variable = "OPENAI_API_KEY",
    .key_header = "Authorization: Bearer ",
    .headers = headers,
    .default_model = "gpt-5",
    .request = request,
    .begin = openai_begin,
    .event = openai_event,
    .finish = openai_finish,
    .end = openai_end,
};
