// SPDX-License-Identifier: ISC
// The stream of Anthropic's Messages, into an answer.
#include <stdlib.h>
#include <string.h>
#include "src/model/anthropic.h"
#include "src/model/buf.h"
#include "src/model/field.h"

struct block {
	struct json_object *start; /* content_block, as it began; or NULL */
	struct buf text;	   /* of text, or of thinking */
	struct buf input;	   /* JSON in pieces */
	struct buf signature;
};

struct parser {
	struct block *blocks;
	size_t n;
	uint64_t input;
};

void *
anthropic_begin(void)
{
	return calloc(1, sizeof(struct parser));
}

void
anthropic_end(void *parser)
{
	struct parser *p = parser;
	size_t i;

	if (p == NULL)
		return;
	for (i = 0; i < p->n; i++) {
		json_object_put(p->blocks[i].start);
		buf_free(&p->blocks[i].text);
		buf_free(&p->blocks[i].input);
		buf_free(&p->blocks[i].signature);
	}
	free(p->blocks);
	free(p);
}

static int
nonsense(struct err *e, const char *what)
{
	return err_set(e, ERR_MODEL, 0, "the stream makes no sense: %s", what);
}

/*
 * Later numbers replace earlier ones: the server sends running totals. What
 * came from the cache, or went there, is not in its input_tokens.
 */
static void
on_usage(struct parser *p, struct answer *a, struct json_object *usage)
{
	struct model_usage *u = &a->usage;

	field_u64(usage, "input_tokens", &p->input);
	field_u64(usage, "output_tokens", &u->output_tokens);
	field_u64(
	    usage, "cache_read_input_tokens", &u->cache_read_input_tokens);
	field_u64(usage, "cache_creation_input_tokens",
	    &u->cache_creation_input_tokens);
	field_u64(field_get(usage, "output_tokens_details", json_type_object),
	    "thinking_tokens", &u->reasoning_output_tokens);
	u->input_tokens = p->input + u->cache_read_input_tokens +
			  u->cache_creation_input_tokens;
}

static void
on_message_start(struct parser *p, struct answer *a, struct json_object *ev)
{
	struct json_object *m = field_get(ev, "message", json_type_object);

	answer_name(a->id, sizeof(a->id), field_str(m, "id", ""));
	answer_name(a->model, sizeof(a->model), field_str(m, "model", ""));
	on_usage(p, a, field_get(m, "usage", json_type_object));
}

/* The block an event speaks of; made on demand, NULL out of bounds. */
static struct block *
block_of(struct parser *p, struct json_object *ev)
{
	struct block *more;
	uint64_t i;

	if (!field_u64(ev, "index", &i) || i >= ANSWER_BLOCKS_MAX)
		return NULL;
	if (i >= p->n) {
		more = realloc(p->blocks, (i + 1) * sizeof(*more));
		if (more == NULL)
			return NULL;
		memset(more + p->n, 0, (i + 1 - p->n) * sizeof(*more));
		p->blocks = more;
		p->n = i + 1;
	}
	return &p->blocks[i];
}

static int
on_block_start(
    struct parser *p, struct answer *a, struct json_object *ev, struct err *e)
{
	struct block *b = block_of(p, ev);
	struct json_object *start =
	    field_get(ev, "content_block", json_type_object);
	const char *text = field_str(start, "text", "");

	if (b == NULL || start == NULL || b->start != NULL)
		return nonsense(e, "a content block that cannot begin");
	b->start = json_object_get(start);
	if (!field_is(start, "type", "text"))
		text = field_str(start, "thinking", "");
	else
		answer_heard(a, text, strlen(text));
	if (buf_add(&b->text, text, strlen(text), ANSWER_BYTES_MAX) == -1)
		return nonsense(e, "a content block that is too large");
	return 0;
}

/* Adds a delta's string to where it belongs. */
static int
append(struct answer *a, struct buf *to, struct json_object *delta,
    const char *key, struct err *e)
{
	struct json_object *s = field_get(delta, key, json_type_string);
	size_t n;

	if (s == NULL)
		return 0;
	n = (size_t)json_object_get_string_len(s);
	if (buf_add(to, json_object_get_string(s), n, ANSWER_BYTES_MAX) == -1)
		return nonsense(e, "a content block that is too large");
	a->output_bytes += n;
	if (strcmp(key, "text") == 0)
		answer_heard(a, json_object_get_string(s), n);
	return 0;
}

static int
on_delta(
    struct parser *p, struct answer *a, struct json_object *ev, struct err *e)
{
	struct json_object *d = field_get(ev, "delta", json_type_object);
	struct block *b = block_of(p, ev);

	if (b == NULL || b->start == NULL)
		return nonsense(e, "a piece of a block that never began");
	if (field_is(d, "type", "text_delta"))
		return append(a, &b->text, d, "text", e);
	if (field_is(d, "type", "input_json_delta"))
		return append(a, &b->input, d, "partial_json", e);
	if (field_is(d, "type", "thinking_delta"))
		return append(a, &b->text, d, "thinking", e);
	if (field_is(d, "type", "signature_delta"))
		return append(a, &b->signature, d, "signature", e);
	return 0;
}

static void
on_stop_reason(struct answer *a, const char *reason)
{
	static const struct {
		const char *name;
		enum model_stop stop;
	} reasons[] = {
	    {"end_turn", MODEL_STOP_END},
	    {"stop_sequence", MODEL_STOP_END},
	    {"pause_turn", MODEL_STOP_END},
	    {"tool_use", MODEL_STOP_TOOLS},
	    {"max_tokens", MODEL_STOP_LENGTH},
	    {"model_context_window_exceeded", MODEL_STOP_LENGTH},
	    {"refusal", MODEL_STOP_REFUSAL},
	};
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strcmp(reason, reasons[i].name) == 0)
			a->stop = reasons[i].stop;
	a->paused = strcmp(reason, "pause_turn") == 0;
}

static int
on_event(
    struct parser *p, struct answer *a, struct json_object *ev, struct err *e)
{
	const char *reason;

	if (field_is(ev, "type", "message_start"))
		on_message_start(p, a, ev);
	else if (field_is(ev, "type", "content_block_start"))
		return on_block_start(p, a, ev, e);
	else if (field_is(ev, "type", "content_block_delta"))
		return on_delta(p, a, ev, e);
	else if (field_is(ev, "type", "message_delta")) {
		on_usage(p, a, field_get(ev, "usage", json_type_object));
		reason = field_str(field_get(ev, "delta", json_type_object),
		    "stop_reason", NULL);
		if (reason != NULL)
			on_stop_reason(a, reason);
	} else if (field_is(ev, "type", "message_stop"))
		a->ended = true;
	else if (field_is(ev, "type", "error") ||
		 field_get(ev, "error", json_type_object) != NULL)
		return dialect_error(
		    a, field_get(ev, "error", json_type_object), e);
	// ping, content_block_stop, and whatever comes to exist later
	return 0;
}

int
anthropic_event(
    void *parser, struct answer *a, const char *data, size_t len, struct err *e)
{
	struct json_object *ev = field_parse(data, len);
	int r;

	a->transient = true;
	if (!json_object_is_type(ev, json_type_object)) {
		json_object_put(ev);
		return nonsense(e, "an event that is not a JSON object");
	}
	r = on_event(parser, a, ev, e);
	json_object_put(ev);
	return r;
}

/* Thinking and what else we do not read: as it came, with its pieces in. */
static void
close_opaque(struct answer *a, struct block *b)
{
	struct json_object *o = json_object_get(b->start), *input;

	if (field_is(o, "type", "thinking")) {
		field_put_text(o, "thinking", buf_str(&b->text), b->text.len);
		if (b->signature.len > 0)
			field_put_text(o, "signature", buf_str(&b->signature),
			    b->signature.len);
	}
	input = b->input.len > 0 ? field_parse(buf_str(&b->input), b->input.len)
				 : NULL;
	if (input != NULL)
		json_object_object_add(o, "input", input);
	answer_opaque(a, "anthropic", o);
}

static void
close_block(struct answer *a, struct block *b)
{
	struct json_object *input;
	const char *raw = buf_str(&b->input);
	size_t n = b->input.len;

	if (field_is(b->start, "type", "text")) {
		answer_text(a, buf_str(&b->text), b->text.len);
	} else if (field_is(b->start, "type", "tool_use")) {
		// Servers like it send the whole input in the first event.
		input = field_get(b->start, "input", json_type_object);
		if (n == 0 && input != NULL)
			raw = field_text(input, &n);
		answer_tool(a, field_str(b->start, "id", ""),
		    field_str(b->start, "name", ""), raw, n);
	} else {
		close_opaque(a, b);
	}
}

int
anthropic_finish(void *parser, struct answer *a, struct err *e)
{
	struct parser *p = parser;
	size_t i;

	if (!a->ended) {
		a->transient = true;
		return err_set(
		    e, ERR_MODEL, 0, "the stream ended before the answer did");
	}
	for (i = 0; i < p->n; i++)
		if (p->blocks[i].start != NULL)
			close_block(a, &p->blocks[i]);
	answer_stop(a);
	return 0;
}
