// SPDX-License-Identifier: ISC
// What the dialects share: turns in order, errors inside a stream.
#include <stdio.h>
#include <string.h>
#include "src/model/dialect.h"
#include "src/model/field.h"

const struct dialect *const dialects[] = {
    &dialect_anthropic, &dialect_openai, &dialect_responses, NULL};

const struct dialect *
dialect_find(const char *name)
{
	size_t i;

	for (i = 0; dialects[i] != NULL; i++)
		if (strcmp(dialects[i]->name, name) == 0)
			return dialects[i];
	return NULL;
}

const char dialect_providers[] =
    "anthropic, openai, openai-responses or replay:FILE";

bool
dialect_is_provider(const char *name)
{
	return dialect_find(name) != NULL ||
	       (strncmp(name, "replay:", 7) == 0 && name[7] != '\0');
}

void
dialect_printable(char *to, size_t size, const char *from)
{
	size_t o = 0, i;

	for (i = 0; from[i] != '\0' && o + 1 < size; i++) {
		unsigned char c = (unsigned char)from[i];

		if (c >= ' ' && c < 0x7f)
			to[o++] = (char)c;
		else if (o > 0 && to[o - 1] != ' ')
			to[o++] = c < ' ' ? ' ' : '?';
	}
	to[o] = '\0';
}

/* A code such as 529, or the words that servers have for "not now". */
static bool
is_transient(const char *type, int64_t code)
{
	static const char *const lasting[] = {"invalid_request",
	    "authentication", "permission", "not_found", "billing",
	    "insufficient_quota", "request_too_large", "content_filter",
	    "context_length", "invalid_prompt", "usage_not_included"};
	size_t i;

	if (code >= 400 && code < 500)
		return code == 408 || code == 409 || code == 429;
	for (i = 0; i < sizeof(lasting) / sizeof(lasting[0]); i++)
		if (strstr(type, lasting[i]) != NULL)
			return false;
	return true;
}

int
dialect_error(struct answer *a, struct json_object *error, struct err *e)
{
	const char *type = field_str(error, "type", "");
	const char *said = field_str(error, "message", NULL);
	struct json_object *code = NULL;
	char text[120], name[40];

	if (json_object_is_type(error, json_type_string))
		said = json_object_get_string(error);
	if (said == NULL)
		said = "no reason given";
	json_object_object_get_ex(error, "code", &code);
	// Responses' bare event has its own type there, and the error's in code.
	if ((*type == '\0' || strcmp(type, "error") == 0) &&
	    json_object_is_type(code, json_type_string))
		type = json_object_get_string(code);
	a->transient = is_transient(
	    type, json_object_is_type(code, json_type_int) ||
			  json_object_is_type(code, json_type_string)
		      ? json_object_get_int64(code)
		      : 0);
	dialect_printable(text, sizeof(text), said);
	answer_name(name, sizeof(name), type);
	return err_set(e, ERR_MODEL, 0, "error in the stream: %s%s%s", name,
	    *name != '\0' ? ": " : "", text);
}

/* Appends to one turn those blocks that are (not) tool results. */
static void
take_blocks(struct json_object *to, struct json_object *from, bool results)
{
	size_t i, n = json_object_array_length(from);

	for (i = 0; i < n; i++) {
		struct json_object *b = json_object_array_get_idx(from, i);

		if (field_is(b, "type", "tool_result") == results)
			json_object_array_add(to, json_object_get(b));
	}
}

/* Every message from *i on that has the role of the first; moves *i. */
static struct json_object *
one_turn(struct json_object *messages, size_t *i)
{
	size_t n = json_object_array_length(messages), first = *i, k;
	struct json_object *turn = json_object_new_object(), *content, *c;
	const char *role = field_str(
	    json_object_array_get_idx(messages, first), "role", "user");
	int pass;

	while (*i < n &&
	       field_is(json_object_array_get_idx(messages, *i), "role", role))
		(*i)++;
	if (*i == first)
		(*i)++;
	content = json_object_new_array();
	for (pass = 0; pass < 2; pass++)
		for (k = first; k < *i; k++) {
			c = field_get(json_object_array_get_idx(messages, k),
			    "content", json_type_array);
			if (c != NULL)
				take_blocks(content, c, pass == 0);
		}
	field_put_str(turn, "role", role);
	json_object_object_add(turn, "content", content);
	return turn;
}

/* The result of one call among the blocks of a turn; NULL if it is not. */
static struct json_object *
result_of(struct json_object *content, const char *id)
{
	size_t i, n = json_object_array_length(content);

	for (i = 0; i < n; i++) {
		struct json_object *b = json_object_array_get_idx(content, i);

		if (field_is(b, "type", "tool_result") &&
		    field_is(b, "tool_use_id", id))
			return b;
	}
	return NULL;
}

static struct json_object *
no_result(const char *id)
{
	struct json_object *b = json_object_new_object();

	field_put_str(b, "type", "tool_result");
	field_put_str(b, "tool_use_id", id);
	field_put_str(b, "content", "(there is no result: it was interrupted)");
	json_object_object_add(b, "is_error", json_object_new_boolean(1));
	return b;
}

/*
 * Servers refuse a conversation in which a call has no result, or a result no
 * call. One that was interrupted, or shortened, may be so: then the results
 * are those of the calls of the turn before, in their order.
 */
static void
pair_results(struct json_object *asked, struct json_object *turn)
{
	struct json_object *calls =
	    field_get(asked, "content", json_type_array);
	struct json_object *old = field_get(turn, "content", json_type_array);
	struct json_object *new = json_object_new_array(), *b, *r;
	size_t i, n = calls != NULL ? json_object_array_length(calls) : 0;

	for (i = 0; i < n; i++) {
		b = json_object_array_get_idx(calls, i);
		if (!field_is(b, "type", "tool_use"))
			continue;
		r = result_of(old, field_str(b, "id", ""));
		json_object_array_add(
		    new, r != NULL ? json_object_get(r)
				   : no_result(field_str(b, "id", "")));
	}
	for (i = 0; i < json_object_array_length(old); i++) {
		b = json_object_array_get_idx(old, i);
		if (!field_is(b, "type", "tool_result"))
			json_object_array_add(new, json_object_get(b));
	}
	json_object_object_add(turn, "content", new);
}

struct json_object *
dialect_turns(struct json_object *messages)
{
	struct json_object *turns = json_object_new_array(), *t, *last = NULL;
	size_t i = 0, n = json_object_array_length(messages);

	while (i < n) {
		t = one_turn(messages, &i);
		if (!field_is(t, "role", "assistant"))
			pair_results(last, t);
		last = t;
		json_object_array_add(turns, t);
	}
	return turns;
}
