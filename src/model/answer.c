// SPDX-License-Identifier: ISC
// One answer as a dialect puts it together from a stream.
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include "src/model/answer.h"
#include "src/model/field.h"

#define COST_MAX 1000000 /* dollars of one answer: more is no cost */

void
answer_begin(struct answer *a, const struct model_sink *sink)
{
	memset(a, 0, sizeof(*a));
	a->sink = sink;
	a->blocks = json_object_new_array();
	a->stop = MODEL_STOP_END;
}

void
answer_free(struct answer *a)
{
	json_object_put(a->blocks);
	a->blocks = NULL;
}

void
answer_heard(const struct answer *a, const char *p, size_t n)
{
	if (n > 0 && a->sink != NULL && a->sink->text != NULL)
		a->sink->text(a->sink->arg, p, n);
}

void
answer_cost(struct answer *a, struct json_object *dollars)
{
	double d = json_object_is_type(dollars, json_type_double) ||
			   json_object_is_type(dollars, json_type_int)
		       ? json_object_get_double(dollars)
		       : 0;

	if (d > 0 && d < COST_MAX)
		a->usage.cost_micro = (uint64_t)(d * 1000000) + 1;
}

static struct json_object *
add(struct answer *a, const char *type)
{
	struct json_object *b = json_object_new_object();

	field_put_str(b, "type", type);
	json_object_array_add(a->blocks, b);
	return b;
}

void
answer_text(struct answer *a, const char *p, size_t n)
{
	if (n > 0)
		field_put_text(add(a, "text"), "text", p, n);
}

static bool
has_id(const struct answer *a, const char *id)
{
	size_t i, n = json_object_array_length(a->blocks);

	for (i = 0; i < n; i++)
		if (field_is(json_object_array_get_idx(a->blocks, i), "id", id))
			return true;
	return false;
}

static void
make_id(char *to, size_t size)
{
	uint64_t r = 0;

	if (getrandom(&r, sizeof(r), 0) != sizeof(r))
		r = (uintptr_t)to;
	snprintf(to, size, "call_%016llx", (unsigned long long)r);
}

void
answer_tool(struct answer *a, const char *id, const char *name, const char *raw,
    size_t n)
{
	struct json_object *b, *input;
	char own[32];

	if (*id == '\0' || has_id(a, id)) {
		make_id(own, sizeof(own));
		id = own;
	}
	b = add(a, "tool_use");
	field_put_str(b, "id", id);
	field_put_str(b, "name", name);
	if (strspn(raw, " \t\r\n") == n) {
		json_object_object_add(b, "input", json_object_new_object());
		return;
	}
	input = field_parse(raw, n);
	// It goes back to the server in each turn from here on.
	if (!field_is_sound(input)) {
		json_object_put(input);
		input = NULL;
	}
	if (json_object_is_type(input, json_type_object)) {
		json_object_object_add(b, "input", input);
		return;
	}
	field_put_str(b, "input_error",
	    input != NULL ? "the arguments are JSON, but not an object"
			  : "the arguments are not valid JSON");
	field_put_text(b, "raw", raw, n);
	json_object_put(input);
}

void
answer_opaque(struct answer *a, const char *provider, struct json_object *data)
{
	struct json_object *b = add(a, "opaque");

	field_put_str(b, "provider", provider);
	json_object_object_add(b, "data", data);
}

bool
answer_has_call(const struct answer *a)
{
	size_t i, n = json_object_array_length(a->blocks);

	for (i = 0; i < n; i++)
		if (field_get(json_object_array_get_idx(a->blocks, i), "input",
			json_type_object) != NULL)
			return true;
	return false;
}

static void
cut_last_call(struct answer *a)
{
	size_t n = json_object_array_length(a->blocks), len;
	struct json_object *b, *input;
	const char *raw;

	if (n == 0)
		return;
	b = json_object_array_get_idx(a->blocks, n - 1);
	input = field_get(b, "input", json_type_object);
	if (input == NULL)
		return;
	raw = field_text(input, &len);
	field_put_str(b, "input_error",
	    "the answer was cut at its length limit, and the arguments with "
	    "it");
	field_put_text(b, "raw", raw, len);
	json_object_object_del(b, "input");
}

void
answer_stop(struct answer *a)
{
	if (a->stop == MODEL_STOP_LENGTH)
		cut_last_call(a);
	else if (a->stop == MODEL_STOP_END && !a->paused && answer_has_call(a))
		a->stop = MODEL_STOP_TOOLS;
}

void
answer_name(char *to, size_t size, const char *from)
{
	size_t i;

	for (i = 0; i + 1 < size && from[i] != '\0'; i++)
		to[i] = from[i] > ' ' && from[i] < 0x7f ? from[i] : '?';
	to[i] = '\0';
}
