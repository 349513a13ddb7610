// SPDX-License-Identifier: ISC
// The request of Anthropic's Messages, from the neutral form.
#include <ctype.h>
#include <string.h>
#include "src/model/anthropic.h"
#include "src/model/field.h"

enum {
	MAX_TOKENS = 16384, /* the field is required; files are long */
	CACHED_TURNS = 2
};

static const char *const headers[] = {"anthropic-version: 2023-06-01", NULL};

/*
 * A breakpoint: what lies before it is read from the cache the next time.
 * The server takes four of them: tools, system, the last two user turns.
 */
static void
put_breakpoint(struct json_object *o)
{
	struct json_object *c = json_object_new_object();

	field_put_str(c, "type", "ephemeral");
	json_object_object_add(o, "cache_control", c);
}

static void
put_copy(struct json_object *to, struct json_object *from, const char *key)
{
	struct json_object *v;

	if (json_object_object_get_ex(from, key, &v))
		json_object_object_add(to, key, json_object_get(v));
}

static struct json_object *
put_tools(struct json_object *tools)
{
	struct json_object *list = json_object_new_array(), *t = NULL;
	size_t i, n = json_object_array_length(tools);

	for (i = 0; i < n; i++) {
		struct json_object *from = json_object_array_get_idx(tools, i);

		t = json_object_new_object();
		put_copy(t, from, "name");
		put_copy(t, from, "description");
		put_copy(t, from, "input_schema");
		json_object_array_add(list, t);
	}
	if (t != NULL)
		put_breakpoint(t);
	return list;
}

static struct json_object *
put_system(const char *system)
{
	struct json_object *list = json_object_new_array();
	struct json_object *b = json_object_new_object();

	field_put_str(b, "type", "text");
	field_put_str(b, "text", system);
	put_breakpoint(b);
	json_object_array_add(list, b);
	return list;
}

static bool
is_blank(const char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	return *s == '\0';
}

/* The input must be an object, so broken arguments go into one. */
static void
put_input(struct json_object *to, struct json_object *from)
{
	struct json_object *input;

	if (field_get(from, "input", json_type_object) != NULL) {
		put_copy(to, from, "input");
		return;
	}
	input = json_object_new_object();
	field_put_str(input, "INVALID_JSON", field_str(from, "raw", ""));
	json_object_object_add(to, "input", input);
}

/* One block as the server wants it; NULL if it is nothing for it. */
static struct json_object *
put_block(struct json_object *from)
{
	struct json_object *data, *b;

	if (field_is(from, "type", "opaque")) {
		data = field_get(from, "data", json_type_object);
		return field_is(from, "provider", "anthropic")
			   ? json_object_get(data)
			   : NULL;
	}
	// Blank text is refused by the server, wherever it came from.
	if (field_is(from, "type", "text") &&
	    is_blank(field_str(from, "text", "")))
		return NULL;
	b = json_object_new_object();
	put_copy(b, from, "type");
	if (field_is(from, "type", "tool_use")) {
		put_copy(b, from, "id");
		put_copy(b, from, "name");
		put_input(b, from);
	} else if (field_is(from, "type", "tool_result")) {
		put_copy(b, from, "tool_use_id");
		put_copy(b, from, "content");
		put_copy(b, from, "is_error");
	} else {
		put_copy(b, from, "text");
	}
	return b;
}

static struct json_object *
put_turn(struct json_object *turn)
{
	struct json_object *content = json_object_new_array(), *to, *b;
	struct json_object *from = field_get(turn, "content", json_type_array);
	size_t i, n = json_object_array_length(from);

	for (i = 0; i < n; i++) {
		b = put_block(json_object_array_get_idx(from, i));
		if (b != NULL)
			json_object_array_add(content, b);
	}
	if (json_object_array_length(content) == 0) {
		json_object_put(content);
		return NULL;
	}
	to = json_object_new_object();
	put_copy(to, turn, "role");
	json_object_object_add(to, "content", content);
	return to;
}

/* The sliding pair: this request's end, and the end of the one before. */
static void
put_turn_breakpoints(struct json_object *list)
{
	size_t i = json_object_array_length(list);
	int left = CACHED_TURNS;

	while (i-- > 0 && left > 0) {
		struct json_object *turn = json_object_array_get_idx(list, i);
		struct json_object *c =
		    field_get(turn, "content", json_type_array);

		if (!field_is(turn, "role", "user"))
			continue;
		put_breakpoint(json_object_array_get_idx(
		    c, json_object_array_length(c) - 1));
		left--;
	}
}

static struct json_object *
put_messages(struct json_object *messages)
{
	struct json_object *turns = dialect_turns(messages), *t;
	struct json_object *list = json_object_new_array();
	size_t i, n = json_object_array_length(turns);

	for (i = 0; i < n; i++) {
		t = put_turn(json_object_array_get_idx(turns, i));
		if (t != NULL)
			json_object_array_add(list, t);
	}
	json_object_put(turns);
	put_turn_breakpoints(list);
	return list;
}

static struct json_object *
request(const struct dialect_request *q)
{
	struct json_object *o = json_object_new_object();
	int64_t max = q->max_tokens != 0 ? q->max_tokens : MAX_TOKENS;

	// More than the model can write is refused.
	if (q->most_tokens != 0 && q->most_tokens < (uint64_t)max)
		max = (int64_t)q->most_tokens;
	field_put_str(o, "model", q->model);
	json_object_object_add(o, "max_tokens", json_object_new_int64(max));
	if (q->tools != NULL && json_object_array_length(q->tools) > 0)
		json_object_object_add(o, "tools", put_tools(q->tools));
	if (q->system != NULL && !is_blank(q->system))
		json_object_object_add(o, "system", put_system(q->system));
	json_object_object_add(o, "messages", put_messages(q->messages));
	json_object_object_add(o, "stream", json_object_new_boolean(1));
	return o;
}

const struct dialect dialect_anthropic = {
    .name = "anthropic",
    .base_url = "https://api.anthropic.com",
    .version_path = "/v1",
    .path = "/messages",
    .url_variable = "ANTHROPIC_BASE_URL",
    .key_variable = "ANTHROPIC_API_KEY",
    .key_header = "x-api-key: ",
    .headers = headers,
    .default_model = "claude-sonnet-4-5",
    .request = request,
    .begin = anthropic_begin,
    .event = anthropic_event,
    .finish = anthropic_finish,
    .end = anthropic_end,
};
