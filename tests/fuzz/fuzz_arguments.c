// SPDX-License-Identifier: ISC
// Any bytes as the arguments of a tool: a call with an input that the schema
// judges, or one with a reason why there is none; never a third thing.
#include <string.h>
#include "src/agent/tool.h"
#include "src/model/answer.h"
#include "src/model/field.h"
#include "tests/fuzz/fuzz.h"

static const struct tool_arg args[] = {
    {"path", TOOL_ARG_STRING, true, 0, 0, "a path"},
    {"text", TOOL_ARG_TEXT, false, 0, 0, "a text"},
    {"count", TOOL_ARG_INTEGER, false, 1, 9, "a number"},
    {"all", TOOL_ARG_BOOLEAN, false, 0, 0, "a flag"},
    {.name = NULL},
};
static const struct tool tool = {.name = "t", .args = args};

/* What was found sound has what it takes, and nothing else. */
static void
check_sound(struct json_object *input)
{
	const char *path = tool_string(input, "path", NULL);
	int64_t n = tool_integer(input, "count", 1);

	FUZZ_ASSERT(path != NULL && strlen(path) == tool_length(input, "path"));
	FUZZ_ASSERT(n >= 1 && n <= 9);
	FUZZ_ASSERT(json_object_object_length(input) <= 4);
}

static void
check_input(struct json_object *input)
{
	autotext struct text complaint = {0};
	struct json_object *again;
	const char *text;
	size_t n;

	if (tool_check(&tool, input, &complaint) == 0)
		check_sound(input);
	else
		FUZZ_ASSERT(complaint.len > 0);
	// And it goes back to the server as it is.
	text = field_text(input, &n);
	again = field_parse(text, n);
	FUZZ_ASSERT(again != NULL && field_is_sound(again));
	FUZZ_ASSERT(strcmp(field_text(again, &n), text) == 0);
	json_object_put(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json_object *b, *input;
	struct answer a;
	char *raw = malloc(size + 1);

	FUZZ_ASSERT(raw != NULL);
	memcpy(raw, data, size);
	raw[size] = '\0';
	answer_begin(&a, NULL);
	answer_tool(&a, "id", "t", raw, size);
	FUZZ_ASSERT(json_object_array_length(a.blocks) == 1);
	b = json_object_array_get_idx(a.blocks, 0);
	input = field_get(b, "input", json_type_object);
	FUZZ_ASSERT(
	    (input != NULL) == (field_str(b, "input_error", NULL) == NULL));
	if (input != NULL)
		check_input(input);
	else
		FUZZ_ASSERT(field_get(b, "raw", json_type_string) != NULL);
	answer_free(&a);
	free(raw);
	return 0;
}
