// SPDX-License-Identifier: ISC
// Any stream as an answer in each protocol: what is taken is whole, and fit
// to be sent back in both.
#include <string.h>
#include "src/model/dialect.h"
#include "src/model/field.h"
#include "src/model/sse.h"
#include "src/model/transcript.h"
#include "src/model/utf8.h"
#include "tests/fuzz/fuzz.h"

struct through {
	const struct dialect *d;
	void *parser;
	struct answer a;
	struct err e;
};

static int
on_event(void *arg, const char *data, size_t len)
{
	struct through *t = arg;

	return t->d->event(t->parser, &t->a, data, len, &t->e);
}

static void
check_call(struct json_object *b)
{
	FUZZ_ASSERT(field_str(b, "name", NULL) != NULL);
	FUZZ_ASSERT(*field_str(b, "id", "") != '\0');
	FUZZ_ASSERT((field_get(b, "input", json_type_object) != NULL) !=
		    (field_get(b, "input_error", json_type_string) != NULL &&
			field_get(b, "raw", json_type_string) != NULL));
}

static void
check_blocks(struct json_object *blocks)
{
	size_t i, n = json_object_array_length(blocks);

	for (i = 0; i < n; i++) {
		struct json_object *b = json_object_array_get_idx(blocks, i);

		if (field_is(b, "type", "tool_use"))
			check_call(b);
		else if (field_is(b, "type", "text"))
			FUZZ_ASSERT(json_object_get_string_len(field_get(
					b, "text", json_type_string)) > 0);
		else
			FUZZ_ASSERT(
			    field_is(b, "type", "opaque") &&
			    field_get(b, "data", json_type_object) != NULL);
	}
}

/* The answer as a message of the next request, in one protocol. */
static void
check_request(const struct dialect *d, struct json_object *messages)
{
	struct dialect_request q = {.model = "m", .messages = messages};
	struct json_object *o = d->request(&q), *again;
	const char *text;
	size_t n;

	text = field_text(o, &n);
	again = field_parse(text, n);
	FUZZ_ASSERT(again != NULL);
	json_object_put(again);
	json_object_put(o);
}

/* And as a line of a transcript: to keep it, and to know it again. */
static void
check_transcript(struct json_object *messages)
{
	struct model_request q = {.messages = messages};
	struct transcript_difference d;
	struct json_object *now = transcript_canonical(&q);
	struct json_object *packed = transcript_pack(NULL, now);
	struct json_object *then = transcript_unpack(NULL, packed, NULL);

	FUZZ_ASSERT(then != NULL && !transcript_differs(then, now, &d));
	json_object_put(now);
	json_object_put(packed);
	json_object_put(then);
}

static void
check_answer(struct json_object *blocks)
{
	struct json_object *messages = json_object_new_array();
	struct json_object *m = json_object_new_object();

	check_blocks(blocks);
	field_put_str(m, "role", "assistant");
	json_object_object_add(m, "content", json_object_get(blocks));
	json_object_array_add(messages, m);
	check_request(&dialect_anthropic, messages);
	check_request(&dialect_openai, messages);
	check_request(&dialect_responses, messages);
	check_transcript(messages);
	json_object_put(messages);
}

static void
run(const struct dialect *d, const char *data, size_t size)
{
	struct through t = {.d = d, .parser = d->begin()};
	struct sse s;
	int r;

	FUZZ_ASSERT(t.parser != NULL);
	answer_begin(&t.a, NULL);
	sse_begin(&s, 1 << 16, on_event, &t);
	r = sse_feed(&s, data, size, &t.e);
	if (r == 0)
		r = d->finish(t.parser, &t.a, &t.e);
	if (r == 0)
		check_answer(t.a.blocks);
	else
		FUZZ_ASSERT(t.e.code == ERR_MODEL && *t.e.text != '\0');
	d->end(t.parser);
	sse_end(&s);
	answer_free(&t.a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	run(&dialect_anthropic, (const char *)data, size);
	run(&dialect_openai, (const char *)data, size);
	run(&dialect_responses, (const char *)data, size);
	return 0;
}
