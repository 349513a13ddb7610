// SPDX-License-Identifier: ISC
// The stream of OpenAI's Responses, into an answer.
#include <stdlib.h>
#include <string.h>
#include "src/model/buf.h"
#include "src/model/field.h"
#include "src/model/responses.h"

/* One item of the output, at its place. */
struct item {
	struct json_object *added;  /* as it began; or NULL */
	struct json_object *done;   /* as it is: what counts; or NULL */
	struct buf text, arguments; /* its pieces */
};

struct parser {
	struct item *items;
	size_t n;
	bool refused, filtered;
};

void *
responses_begin(void)
{
	return calloc(1, sizeof(struct parser));
}

void
responses_end(void *parser)
{
	struct parser *p = parser;
	size_t i;

	if (p == NULL)
		return;
	for (i = 0; i < p->n; i++) {
		json_object_put(p->items[i].added);
		json_object_put(p->items[i].done);
		buf_free(&p->items[i].text);
		buf_free(&p->items[i].arguments);
	}
	free(p->items);
	free(p);
}

static int
nonsense(struct err *e, const char *what)
{
	return err_set(e, ERR_MODEL, 0, "the stream makes no sense: %s", what);
}

/* The item at a place; made on demand, NULL out of bounds. */
static struct item *
item_at(struct parser *p, uint64_t i)
{
	struct item *more;

	if (i >= ANSWER_BLOCKS_MAX)
		return NULL;
	if (i >= p->n) {
		more = realloc(p->items, (i + 1) * sizeof(*more));
		if (more == NULL)
			return NULL;
		memset(more + p->n, 0, (i + 1 - p->n) * sizeof(*more));
		p->items = more;
		p->n = i + 1;
	}
	return &p->items[i];
}

/*
 * The item that an event speaks of. A server that leaves the place out speaks
 * of the newest one, or of the one after it if that is done.
 */
static struct item *
item_of(struct parser *p, struct json_object *ev, bool begins)
{
	uint64_t i = 0;

	if (field_u64(ev, "output_index", &i))
		return item_at(p, i);
	if (p->n == 0)
		return item_at(p, 0);
	if (begins || p->items[p->n - 1].done != NULL)
		return item_at(p, p->n);
	return &p->items[p->n - 1];
}

static int
on_added(struct parser *p, struct json_object *ev, struct err *e)
{
	struct json_object *o = field_get(ev, "item", json_type_object);
	struct item *it = item_of(p, ev, true);

	if (it == NULL || o == NULL)
		return nonsense(e, "an item that cannot begin");
	if (it->added == NULL)
		it->added = json_object_get(o);
	return 0;
}

static int
on_done(struct parser *p, struct json_object *ev, struct err *e)
{
	struct json_object *o = field_get(ev, "item", json_type_object);
	struct item *it = item_of(p, ev, false);

	if (it == NULL || o == NULL)
		return nonsense(e, "an item that cannot end");
	json_object_put(it->done);
	it->done = json_object_get(o);
	return 0;
}

/* A piece of something; to is where it is kept, NULL: it is only counted. */
static int
on_piece(struct answer *a, struct json_object *ev, struct buf *to, bool heard,
    struct err *e)
{
	struct json_object *s = field_get(ev, "delta", json_type_string);
	size_t n = s != NULL ? (size_t)json_object_get_string_len(s) : 0;

	if (n == 0)
		return 0;
	a->output_bytes += n;
	if (to != NULL &&
	    buf_add(to, json_object_get_string(s), n, ANSWER_BYTES_MAX) == -1)
		return nonsense(e, "an item that is too large");
	if (heard)
		answer_heard(a, json_object_get_string(s), n);
	return 0;
}

static int
on_delta(struct parser *p, struct answer *a, struct json_object *ev,
    const char *type, struct err *e)
{
	struct item *it;

	if (strncmp(type, "response.reasoning_", 19) == 0)
		return on_piece(a, ev, NULL, false, e);
	it = item_of(p, ev, false);
	if (it == NULL)
		return nonsense(e, "a piece of too many items");
	if (strcmp(type, "response.refusal.delta") == 0)
		p->refused = true;
	if (strcmp(type, "response.output_text.delta") == 0 ||
	    strcmp(type, "response.refusal.delta") == 0)
		return on_piece(a, ev, &it->text, true, e);
	if (strcmp(type, "response.function_call_arguments.delta") == 0 ||
	    strcmp(type, "response.custom_tool_call_input.delta") == 0)
		return on_piece(a, ev, &it->arguments, false, e);
	return 0;
}

/* The input counts what came from the cache, and the output reasoning. */
static void
on_usage(struct answer *a, struct json_object *o)
{
	struct json_object *in =
	    field_get(o, "input_tokens_details", json_type_object);
	struct json_object *out =
	    field_get(o, "output_tokens_details", json_type_object);
	struct model_usage *u = &a->usage;
	struct json_object *cost = NULL;

	field_u64(o, "input_tokens", &u->input_tokens);
	field_u64(o, "output_tokens", &u->output_tokens);
	field_u64(in, "cached_tokens", &u->cache_read_input_tokens);
	field_u64(in, "cache_write_tokens", &u->cache_creation_input_tokens);
	field_u64(out, "reasoning_tokens", &u->reasoning_output_tokens);
	json_object_object_get_ex(o, "cost", &cost);
	answer_cost(a, cost);
}

/* What all events about the whole have; some servers say it only once. */
static struct json_object *
on_response(struct answer *a, struct json_object *ev)
{
	struct json_object *r = field_get(ev, "response", json_type_object);
	const char *id = field_str(r, "id", ""), *m = field_str(r, "model", "");

	if (*id != '\0')
		answer_name(a->id, sizeof(a->id), id);
	if (*m != '\0')
		answer_name(a->model, sizeof(a->model), m);
	on_usage(a, field_get(r, "usage", json_type_object));
	return r;
}

/* Items that were never said to be done are in the last event's output. */
static void
take_output(struct parser *p, struct json_object *r)
{
	struct json_object *list = field_get(r, "output", json_type_array), *o;
	size_t i, n = list != NULL ? json_object_array_length(list) : 0;
	struct item *it;

	for (i = 0; i < p->n; i++)
		if (p->items[i].done != NULL)
			return;
	for (i = 0; i < n; i++) {
		o = json_object_array_get_idx(list, i);
		it = item_at(p, i);
		if (it != NULL && json_object_is_type(o, json_type_object))
			it->done = json_object_get(o);
	}
}

static int
on_end(struct parser *p, struct answer *a, struct json_object *ev,
    const char *type, struct err *e)
{
	struct json_object *r = on_response(a, ev), *error;
	const char *why;

	if (strcmp(type, "response.failed") == 0 ||
	    strcmp(type, "response.cancelled") == 0) {
		error = field_get(r, "error", json_type_object);
		return dialect_error(a, error, e);
	}
	take_output(p, r);
	a->ended = true;
	if (strcmp(type, "response.incomplete") != 0)
		return 0;
	why = field_str(
	    field_get(r, "incomplete_details", json_type_object), "reason", "");
	p->filtered = strcmp(why, "content_filter") == 0;
	a->stop = p->filtered ? MODEL_STOP_REFUSAL : MODEL_STOP_LENGTH;
	return 0;
}

static int
on_event(
    struct parser *p, struct answer *a, struct json_object *ev, struct err *e)
{
	static const char *const ends[] = {"response.completed",
	    "response.incomplete", "response.failed", "response.cancelled"};
	const char *type = field_str(ev, "type", "");
	struct json_object *error = NULL;
	size_t i, n = strlen(type);

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strcmp(type, ends[i]) == 0)
			return on_end(p, a, ev, type, e);
	json_object_object_get_ex(ev, "error", &error);
	if (error != NULL)
		return dialect_error(a, error, e);
	if (strcmp(type, "error") == 0)
		return dialect_error(a, ev, e);
	if (strcmp(type, "response.output_item.added") == 0)
		return on_added(p, ev, e);
	if (strcmp(type, "response.output_item.done") == 0)
		return on_done(p, ev, e);
	if (n > 6 && strcmp(type + n - 6, ".delta") == 0)
		return on_delta(p, a, ev, type, e);
	if (strcmp(type, "response.created") == 0 ||
	    strcmp(type, "response.in_progress") == 0)
		on_response(a, ev);
	// Parts, the ends of parts, and whatever comes to exist later
	return 0;
}

int
responses_event(
    void *parser, struct answer *a, const char *data, size_t len, struct err *e)
{
	struct json_object *ev;
	int r;

	a->transient = true;
	// Not of this protocol; servers that speak both say it all the same.
	if (len == 6 && memcmp(data, "[DONE]", 6) == 0)
		return 0;
	ev = field_parse(data, len);
	if (!json_object_is_type(ev, json_type_object)) {
		json_object_put(ev);
		return nonsense(e, "an event that is not a JSON object");
	}
	r = on_event(parser, a, ev, e);
	json_object_put(ev);
	return r;
}

/* The text of a message, as it is told at its end, else of its pieces. */
static void
close_message(struct parser *p, struct answer *a, struct item *it)
{
	struct json_object *list =
			       field_get(it->done, "content", json_type_array),
			   *s;
	size_t i, n = list != NULL ? json_object_array_length(list) : 0;
	bool heard = it->text.len > 0;

	for (i = 0; i < n; i++) {
		struct json_object *part = json_object_array_get_idx(list, i);

		s = field_get(part, "text", json_type_string);
		if (field_is(part, "type", "refusal")) {
			s = field_get(part, "refusal", json_type_string);
			p->refused = true;
		}
		if (s == NULL)
			continue;
		answer_text(a, json_object_get_string(s),
		    (size_t)json_object_get_string_len(s));
		if (!heard)
			answer_heard(a, json_object_get_string(s),
			    (size_t)json_object_get_string_len(s));
	}
	if (n == 0)
		answer_text(a, buf_str(&it->text), it->text.len);
}

static void
close_call(
    struct answer *a, struct item *it, struct json_object *o, const char *key)
{
	struct json_object *s = field_get(o, key, json_type_string);
	struct json_object *input = field_get(o, key, json_type_object);
	const char *raw = buf_str(&it->arguments), *id;
	size_t n = it->arguments.len;

	if (s != NULL && json_object_get_string_len(s) > 0) {
		raw = json_object_get_string(s);
		n = (size_t)json_object_get_string_len(s);
	} else if (input != NULL) {
		raw = field_text(input, &n);
	}
	// Results are matched by call_id; the item's own id is another.
	id = field_str(o, "call_id", "");
	if (*id == '\0')
		id = field_str(o, "id", "");
	answer_tool(a, id, field_str(o, "name", ""), raw, n);
}

static void
close_item(struct parser *p, struct answer *a, struct item *it)
{
	struct json_object *o = it->done != NULL ? it->done : it->added;

	if (field_is(o, "type", "function_call"))
		close_call(a, it, o, "arguments");
	else if (field_is(o, "type", "custom_tool_call"))
		close_call(a, it, o, "input");
	else if (o == NULL || field_is(o, "type", "message"))
		close_message(p, a, it);
	else if (it->done != NULL)
		answer_opaque(a, "openai-responses", json_object_get(o));
}

int
responses_finish(void *parser, struct answer *a, struct err *e)
{
	struct parser *p = parser;
	size_t i;

	if (!a->ended) {
		a->transient = true;
		return err_set(
		    e, ERR_MODEL, 0, "the stream ended before the answer did");
	}
	for (i = 0; i < p->n; i++)
		close_item(p, a, &p->items[i]);
	if (p->refused)
		a->stop = MODEL_STOP_REFUSAL;
	answer_stop(a);
	return 0;
}
