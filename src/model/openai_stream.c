// SPDX-License-Identifier: ISC
// The stream of OpenAI's Chat Completions, and of all that imitate it.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "src/model/buf.h"
#include "src/model/field.h"
#include "src/model/openai.h"

enum {
	CALLS_MAX = 256,
	NAME_MAX_BYTES = 256
};

struct call {
	bool has_index;
	uint64_t index;
	struct buf id, name, arguments;
	struct json_object *extra; /* "extra_content": it must come back */
};

struct parser {
	struct call *calls;
	size_t n;
	struct buf text;
	struct json_object *details; /* reasoning_details, to be echoed */
	struct buf reasoning;
	const char *reasoning_key; /* that it came by; NULL: there is none */
	bool finished;		   /* a finish_reason was seen */
	bool refused;
};

void *
openai_begin(void)
{
	return calloc(1, sizeof(struct parser));
}

void
openai_end(void *parser)
{
	struct parser *p = parser;
	size_t i;

	if (p == NULL)
		return;
	for (i = 0; i < p->n; i++) {
		buf_free(&p->calls[i].id);
		buf_free(&p->calls[i].name);
		buf_free(&p->calls[i].arguments);
		json_object_put(p->calls[i].extra);
	}
	free(p->calls);
	buf_free(&p->text);
	buf_free(&p->reasoning);
	json_object_put(p->details);
	free(p);
}

static int
too_large(struct err *e)
{
	return err_set(e, ERR_MODEL, 0, "the answer is too large");
}

/*
 * prompt_tokens counts the cached ones already. Where completion_tokens lacks
 * the reasoning (Gemini's and xAI's servers), the total has it.
 */
static void
on_usage(struct answer *a, struct json_object *o)
{
	struct json_object *in =
	    field_get(o, "prompt_tokens_details", json_type_object);
	struct json_object *out =
	    field_get(o, "completion_tokens_details", json_type_object);
	struct json_object *cost = NULL;
	struct model_usage *u = &a->usage;
	uint64_t total = 0;

	field_u64(o, "prompt_tokens", &u->input_tokens);
	field_u64(o, "completion_tokens", &u->output_tokens);
	field_u64(o, "total_tokens", &total);
	field_u64(out, "reasoning_tokens", &u->reasoning_output_tokens);
	if (total > u->input_tokens + u->output_tokens)
		u->output_tokens = total - u->input_tokens;
	if (!field_u64(in, "cached_tokens", &u->cache_read_input_tokens))
		field_u64(
		    o, "prompt_cache_hit_tokens", &u->cache_read_input_tokens);
	field_u64(in, "cache_write_tokens", &u->cache_creation_input_tokens);
	json_object_object_get_ex(o, "cost", &cost);
	answer_cost(a, cost);
}

/* llama.cpp's own count, for a server that has no usage. */
static void
on_timings(struct answer *a, struct json_object *o)
{
	uint64_t fresh = 0, cached = 0;

	if (a->usage.input_tokens != 0)
		return;
	field_u64(o, "prompt_n", &fresh);
	field_u64(o, "cache_n", &cached);
	a->usage.input_tokens = fresh + cached;
	a->usage.cache_read_input_tokens = cached;
	field_u64(o, "predicted_n", &a->usage.output_tokens);
}

static struct call *
new_call(struct parser *p)
{
	struct call *more;

	if (p->n == CALLS_MAX)
		return NULL;
	more = realloc(p->calls, (p->n + 1) * sizeof(*more));
	if (more == NULL)
		return NULL;
	p->calls = more;
	memset(&more[p->n], 0, sizeof(*more));
	return &more[p->n++];
}

static bool
is_whole(const struct call *c)
{
	struct json_object *o =
	    field_parse(buf_str(&c->arguments), c->arguments.len);
	bool whole = json_object_is_type(o, json_type_object);

	json_object_put(o);
	return whole;
}

/* The newest call with this index; without an index, the newest at all. */
static struct call *
newest(struct parser *p, bool has_index, uint64_t index)
{
	size_t i;

	for (i = p->n; i-- > 0;)
		if (!has_index ||
		    (p->calls[i].has_index && p->calls[i].index == index))
			return &p->calls[i];
	return NULL;
}

/*
 * The call that a piece belongs to. The index alone cannot tell: servers
 * leave it out, or say 0 for all. So a new id begins a new call; and so does
 * a name without an id, when what is there is whole already.
 */
static struct call *
call_of(struct parser *p, struct json_object *piece, const char *name)
{
	const char *id = field_str(piece, "id", "");
	struct call *c;
	uint64_t index = 0;
	bool has_index = field_u64(piece, "index", &index);

	c = newest(p, has_index, index);
	if (c != NULL && *id != '\0' && c->id.len > 0 &&
	    strcmp(buf_str(&c->id), id) != 0)
		c = NULL;
	else if (c != NULL && *id == '\0' && *name != '\0' && c->name.len > 0 &&
		 is_whole(c))
		c = NULL;
	if (c != NULL)
		return c;
	c = new_call(p);
	if (c != NULL) {
		c->has_index = has_index;
		c->index = index;
	}
	return c;
}

static int
on_call(struct parser *p, struct answer *a, struct json_object *piece,
    struct err *e)
{
	struct json_object *f = field_get(piece, "function", json_type_object);
	struct json_object *arguments = NULL;
	const char *name = field_str(f, "name", "");
	const char *id = field_str(piece, "id", "");
	struct call *c = call_of(p, piece, name);
	const char *text = "";
	size_t n = 0;

	if (c == NULL)
		return too_large(e);
	if (c->id.len == 0 &&
	    buf_add(&c->id, id, strlen(id), NAME_MAX_BYTES) == -1)
		return too_large(e);
	if (c->name.len == 0 &&
	    buf_add(&c->name, name, strlen(name), NAME_MAX_BYTES) == -1)
		return too_large(e);
	if (c->extra == NULL)
		c->extra = json_object_get(
		    field_get(piece, "extra_content", json_type_object));
	json_object_object_get_ex(f, "arguments", &arguments);
	if (json_object_is_type(arguments, json_type_string)) {
		text = json_object_get_string(arguments);
		n = (size_t)json_object_get_string_len(arguments);
	} else if (json_object_is_type(arguments, json_type_object)) {
		text = field_text(arguments, &n);
	}
	if (buf_add(&c->arguments, text, n, ANSWER_BYTES_MAX) == -1)
		return too_large(e);
	a->output_bytes += n;
	return 0;
}

static int
on_text(
    struct parser *p, struct answer *a, struct json_object *s, struct err *e)
{
	const char *text = json_object_get_string(s);
	size_t n = (size_t)json_object_get_string_len(s);

	if (buf_add(&p->text, text, n, ANSWER_BYTES_MAX) == -1)
		return too_large(e);
	a->output_bytes += n;
	answer_heard(a, text, n);
	return 0;
}

/* Content is a string, or (some servers) an array of parts. */
static int
on_content(
    struct parser *p, struct answer *a, struct json_object *d, struct err *e)
{
	struct json_object *c = field_get(d, "content", json_type_string), *s;
	size_t i, n;

	if (c != NULL)
		return on_text(p, a, c, e);
	c = field_get(d, "content", json_type_array);
	n = c != NULL ? json_object_array_length(c) : 0;
	for (i = 0; i < n; i++) {
		s = field_get(
		    json_object_array_get_idx(c, i), "text", json_type_string);
		if (s != NULL && on_text(p, a, s, e) == -1)
			return -1;
	}
	return 0;
}

/* Appends the strings of a later piece to those of the part it goes on. */
static void
join_part(struct json_object *part, struct json_object *piece)
{
	json_object_object_foreach(piece, key, v)
	{
		const char *old = field_str(part, key, "");
		struct buf t = {0};

		if (!json_object_is_type(v, json_type_string) ||
		    strcmp(key, "type") == 0 || strcmp(key, "format") == 0 ||
		    strcmp(key, "id") == 0)
			continue;
		if (buf_add(&t, old, strlen(old), SIZE_MAX) == 0 &&
		    buf_add(&t, json_object_get_string(v),
			(size_t)json_object_get_string_len(v), SIZE_MAX) == 0)
			field_put_text(part, key, t.p, t.len);
		buf_free(&t);
	}
}

/*
 * One router wants its reasoning back as it sent it. Pieces of one part
 * follow each other and share an index and a type.
 */
static void
on_details(struct parser *p, struct json_object *list)
{
	struct json_object *piece, *last;
	size_t i, n = json_object_array_length(list), held;
	uint64_t a, b;

	if (p->details == NULL)
		p->details = json_object_new_array();
	for (i = 0; i < n; i++) {
		piece = json_object_array_get_idx(list, i);
		held = json_object_array_length(p->details);
		last = held == 0
			   ? NULL
			   : json_object_array_get_idx(p->details, held - 1);
		if (field_u64(last, "index", &a) &&
		    field_u64(piece, "index", &b) && a == b &&
		    field_is(piece, "type", field_str(last, "type", "")))
			join_part(last, piece);
		else if (json_object_is_type(piece, json_type_object))
			json_object_array_add(
			    p->details, json_object_get(piece));
	}
}

/* Thinking that is shown as text, by either of two names. */
static int
on_reasoning(
    struct parser *p, struct answer *a, struct json_object *d, struct err *e)
{
	static const char *const keys[] = {"reasoning_content", "reasoning"};
	struct json_object *s = NULL;
	size_t i, n;

	for (i = 0; i < 2 && s == NULL; i++) {
		s = field_get(d, keys[i], json_type_string);
		if (s != NULL && p->reasoning_key == NULL &&
		    json_object_get_string_len(s) > 0)
			p->reasoning_key = keys[i];
	}
	if (s == NULL)
		return 0;
	n = (size_t)json_object_get_string_len(s);
	a->output_bytes += n;
	if (buf_add(&p->reasoning, json_object_get_string(s), n,
		ANSWER_BYTES_MAX) == -1)
		return too_large(e);
	return 0;
}

static int
on_delta(
    struct parser *p, struct answer *a, struct json_object *d, struct err *e)
{
	struct json_object *calls = field_get(d, "tool_calls", json_type_array);
	struct json_object *refusal = field_get(d, "refusal", json_type_string);
	struct json_object *details =
	    field_get(d, "reasoning_details", json_type_array);
	size_t i, n = calls != NULL ? json_object_array_length(calls) : 0;

	if (on_reasoning(p, a, d, e) == -1 || on_content(p, a, d, e) == -1)
		return -1;
	if (refusal != NULL && json_object_get_string_len(refusal) > 0) {
		p->refused = true;
		if (on_text(p, a, refusal, e) == -1)
			return -1;
	}
	if (details != NULL)
		on_details(p, details);
	for (i = 0; i < n; i++)
		if (on_call(p, a, json_object_array_get_idx(calls, i), e) == -1)
			return -1;
	return 0;
}

static int
on_finish(struct parser *p, struct answer *a, const char *reason, struct err *e)
{
	p->finished = true;
	if (strcmp(reason, "error") == 0)
		return err_set(e, ERR_MODEL, 0,
		    "the server ended the answer with an error");
	if (strcmp(reason, "length") == 0)
		a->stop = MODEL_STOP_LENGTH;
	else if (strcmp(reason, "content_filter") == 0)
		a->stop = MODEL_STOP_REFUSAL;
	return 0;
}

static int
on_chunk(
    struct parser *p, struct answer *a, struct json_object *o, struct err *e)
{
	struct json_object *choices = field_get(o, "choices", json_type_array);
	struct json_object *usage = field_get(o, "usage", json_type_object);
	struct json_object *error = NULL, *choice, *d;
	const char *reason;

	json_object_object_get_ex(o, "error", &error);
	if (error != NULL)
		return dialect_error(a, error, e);
	if (a->id[0] == '\0')
		answer_name(a->id, sizeof(a->id), field_str(o, "id", ""));
	if (a->model[0] == '\0')
		answer_name(
		    a->model, sizeof(a->model), field_str(o, "model", ""));
	if (usage != NULL)
		on_usage(a, usage);
	on_timings(a, field_get(o, "timings", json_type_object));
	if (choices == NULL || json_object_array_length(choices) == 0)
		return 0;
	choice = json_object_array_get_idx(choices, 0);
	d = field_get(choice, "delta", json_type_object);
	if (d == NULL)
		d = field_get(choice, "message", json_type_object);
	if (d != NULL && on_delta(p, a, d, e) == -1)
		return -1;
	reason = field_str(choice, "finish_reason", NULL);
	return reason != NULL ? on_finish(p, a, reason, e) : 0;
}

int
openai_event(
    void *parser, struct answer *a, const char *data, size_t len, struct err *e)
{
	struct json_object *o;
	int r;

	a->transient = true;
	if (len == 6 && memcmp(data, "[DONE]", 6) == 0) {
		a->ended = true;
		return 0;
	}
	o = field_parse(data, len);
	if (!json_object_is_type(o, json_type_object)) {
		json_object_put(o);
		return err_set(e, ERR_MODEL, 0,
		    "the stream has an event that is not a JSON object");
	}
	r = on_chunk(parser, a, o, e);
	json_object_put(o);
	return r;
}

/*
 * What goes back with the message: a router's reasoning as it sent it; text
 * only where it led to calls, since some servers refuse it elsewhere, and
 * some want it there.
 */
static void
close_reasoning(struct parser *p, struct answer *a)
{
	struct json_object *data = json_object_new_object();

	if (p->details != NULL)
		json_object_object_add(
		    data, "reasoning_details", json_object_get(p->details));
	else if (p->reasoning_key != NULL && p->n > 0)
		field_put_text(data, p->reasoning_key, buf_str(&p->reasoning),
		    p->reasoning.len);
	if (json_object_object_length(data) > 0)
		answer_opaque(a, "openai", data);
	else
		json_object_put(data);
}

static void
close_call(struct answer *a, const struct call *c)
{
	size_t n;

	answer_tool(a, buf_str(&c->id), buf_str(&c->name),
	    buf_str(&c->arguments), c->arguments.len);
	n = json_object_array_length(a->blocks);
	if (c->extra != NULL)
		json_object_object_add(
		    json_object_array_get_idx(a->blocks, n - 1),
		    "extra_content", json_object_get(c->extra));
}

int
openai_finish(void *parser, struct answer *a, struct err *e)
{
	struct parser *p = parser;
	size_t i;

	// Not every server says [DONE]; one of the two there must be.
	if (!a->ended && !p->finished) {
		a->transient = true;
		return err_set(
		    e, ERR_MODEL, 0, "the stream ended before the answer did");
	}
	close_reasoning(p, a);
	answer_text(a, buf_str(&p->text), p->text.len);
	for (i = 0; i < p->n; i++)
		close_call(a, &p->calls[i]);
	if (p->refused)
		a->stop = MODEL_STOP_REFUSAL;
	if (a->stop == MODEL_STOP_END && p->n > 0)
		a->stop = MODEL_STOP_TOOLS;
	answer_stop(a);
	return 0;
}
