// SPDX-License-Identifier: ISC
// The form of a transcript: canonical requests, and responses.
#include <stdlib.h>
#include <string.h>
#include "src/model/answer.h"
#include "src/model/changing.h"
#include "src/model/field.h"
#include "src/model/transcript.h"

static struct json_object *canonical(struct json_object *o);

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct json_object *
canonical_object(struct json_object *o)
{
	size_t n = (size_t)json_object_object_length(o), i = 0;
	const char **keys = calloc(n + 1, sizeof(*keys));
	struct json_object *to = json_object_new_object(), *v;

	if (keys == NULL)
		return to;
	json_object_object_foreach(o, key, unused)
	{
		(void)unused;
		keys[i++] = key;
	}
	qsort(keys, n, sizeof(*keys), by_name);
	for (i = 0; i < n; i++) {
		json_object_object_get_ex(o, keys[i], &v);
		json_object_object_add(to, keys[i], canonical(v));
	}
	free(keys);
	return to;
}

static struct json_object *
canonical_string(struct json_object *o)
{
	struct json_object *to;
	size_t n;
	char *named = changing_named(json_object_get_string(o),
	    (size_t)json_object_get_string_len(o), &n);

	if (named == NULL)
		return json_object_get(o);
	to = json_object_new_string_len(named, (int)n);
	free(named);
	return to;
}

static struct json_object *
canonical(struct json_object *o)
{
	struct json_object *to;
	size_t i, n;

	if (json_object_is_type(o, json_type_object))
		return canonical_object(o);
	if (json_object_is_type(o, json_type_string))
		return canonical_string(o);
	if (!json_object_is_type(o, json_type_array))
		return json_object_get(o);
	to = json_object_new_array();
	n = json_object_array_length(o);
	for (i = 0; i < n; i++)
		json_object_array_add(
		    to, canonical(json_object_array_get_idx(o, i)));
	return to;
}

struct json_object *
transcript_canonical(const struct model_request *q)
{
	struct json_object *o = json_object_new_object(), *c;

	field_put_str(o, "system", q->system != NULL ? q->system : "");
	json_object_object_add(o, "tools",
	    q->tools != NULL ? json_object_get(q->tools)
			     : json_object_new_array());
	json_object_object_add(o, "messages", json_object_get(q->messages));
	c = canonical(o);
	json_object_put(o);
	return c;
}

struct json_object *
transcript_pack(struct json_object *before, struct json_object *now)
{
	struct json_object *o = json_object_new_object(), *list, *a, *b;
	struct json_object *old =
	    field_get(before, "messages", json_type_array);
	struct json_object *new = field_get(now, "messages", json_type_array);
	static const char *const keys[] = {"system", "tools"};
	size_t i, keep = 0, n = json_object_array_length(new);
	size_t most = old != NULL ? json_object_array_length(old) : 0;

	for (i = 0; i < 2; i++) {
		a = b = NULL;
		json_object_object_get_ex(before, keys[i], &a);
		json_object_object_get_ex(now, keys[i], &b);
		if (a == NULL || !json_object_equal(a, b))
			json_object_object_add(o, keys[i], json_object_get(b));
	}
	while (keep < most && keep < n &&
	       json_object_equal(json_object_array_get_idx(old, keep),
		   json_object_array_get_idx(new, keep)))
		keep++;
	list = json_object_new_array();
	for (i = keep; i < n; i++)
		json_object_array_add(
		    list, json_object_get(json_object_array_get_idx(new, i)));
	json_object_object_add(o, "keep", json_object_new_int64((int64_t)keep));
	json_object_object_add(o, "messages", list);
	return o;
}

struct json_object *
transcript_unpack(
    struct json_object *before, struct json_object *packed, struct err *e)
{
	struct json_object *old =
	    field_get(before, "messages", json_type_array);
	struct json_object *new =
	    field_get(packed, "messages", json_type_array);
	struct json_object *o, *list, *v;
	static const char *const keys[] = {"system", "tools"};
	size_t i, most = old != NULL ? json_object_array_length(old) : 0;
	uint64_t keep = 0;

	field_u64(packed, "keep", &keep);
	if (new == NULL || keep > most) {
		err_set(e, ERR_REPLAY, 0, "the recorded request is damaged");
		return NULL;
	}
	o = json_object_new_object();
	list = json_object_new_array();
	for (i = 0; i < keep; i++)
		json_object_array_add(
		    list, json_object_get(json_object_array_get_idx(old, i)));
	for (i = 0; i < json_object_array_length(new); i++)
		json_object_array_add(
		    list, canonical(json_object_array_get_idx(new, i)));
	for (i = 0; i < 2; i++)
		if (json_object_object_get_ex(packed, keys[i], &v))
			json_object_object_add(o, keys[i], canonical(v));
		else if (json_object_object_get_ex(before, keys[i], &v))
			json_object_object_add(o, keys[i], json_object_get(v));
	json_object_object_add(o, "messages", list);
	return o;
}

static const char *const stops[] = {
    [MODEL_STOP_END] = "end",
    [MODEL_STOP_TOOLS] = "tools",
    [MODEL_STOP_LENGTH] = "length",
    [MODEL_STOP_REFUSAL] = "refusal",
};

struct json_object *
transcript_put_response(const struct model_response *r)
{
	struct json_object *o = json_object_new_object();
	struct json_object *u = json_object_new_object();
	const struct {
		const char *key;
		uint64_t v;
	} numbers[] = {
	    {"input_tokens", r->usage.input_tokens},
	    {"output_tokens", r->usage.output_tokens},
	    {"cache_read_input_tokens", r->usage.cache_read_input_tokens},
	    {"cache_creation_input_tokens",
		r->usage.cache_creation_input_tokens},
	};
	size_t i;

	json_object_object_add(o, "message", json_object_get(r->message));
	field_put_str(o, "stop", stops[r->stop]);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		json_object_object_add(u, numbers[i].key,
		    json_object_new_int64((int64_t)numbers[i].v));
	json_object_object_add(o, "usage", u);
	field_put_str(o, "id", r->id);
	field_put_str(o, "model", r->model);
	return o;
}

int
transcript_get_response(
    struct json_object *o, struct model_response *r, struct err *e)
{
	struct json_object *m = field_get(o, "message", json_type_object);
	struct json_object *u = field_get(o, "usage", json_type_object);
	const char *stop = field_str(o, "stop", "end");
	size_t i, n = sizeof(stops) / sizeof(stops[0]);

	memset(r, 0, sizeof(*r));
	for (i = 0; i < n && strcmp(stops[i], stop) != 0; i++)
		continue;
	if (i == n || field_get(m, "content", json_type_array) == NULL)
		return err_set(
		    e, ERR_REPLAY, 0, "the recorded response is damaged");
	r->stop = (enum model_stop)i;
	field_u64(u, "input_tokens", &r->usage.input_tokens);
	field_u64(u, "output_tokens", &r->usage.output_tokens);
	field_u64(
	    u, "cache_read_input_tokens", &r->usage.cache_read_input_tokens);
	field_u64(u, "cache_creation_input_tokens",
	    &r->usage.cache_creation_input_tokens);
	answer_name(r->id, sizeof(r->id), field_str(o, "id", ""));
	answer_name(r->model, sizeof(r->model), field_str(o, "model", ""));
	r->tries = 1;
	if (field_str(m, "role", NULL) == NULL)
		field_put_str(m, "role", "assistant");
	r->message = json_object_get(m);
	return 0;
}
