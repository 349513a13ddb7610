// SPDX-License-Identifier: ISC
// For tests: an answer in the neutral form, as a protocol's stream.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/lib/model_stream.h"

struct stream {
	FILE *f;
	struct json_object *line;
	long left; /* events until the error; -1: none comes */
	bool over; /* after the error there is nothing */
	const char *eol;
	const struct manners *as; /* of Chat Completions */
};

/* How servers that speak Chat Completions differ; "as" names one. */
static const struct manners {
	const char *name;
	bool whole;	       /* a call comes in one piece */
	bool no_index, zero;   /* calls have no index; or 0, each of them */
	bool no_id;	       /* calls have no id */
	bool stop;	       /* the end is "stop", whatever was called */
	bool comments;	       /* between the events */
	bool no_usage;	       /* but "timings" */
	const char *reasoning; /* by what name some comes first; or NULL */
} manners[] = {
    {.name = "openai"},
    {.name = "ollama", .whole = true, .zero = true, .stop = true},
    {.name = "vllm", .stop = true, .reasoning = "reasoning_content"},
    {.name = "llama.cpp",
	.no_id = true,
	.no_usage = true,
	.reasoning = "reasoning_content"},
    {.name = "lmstudio", .reasoning = "reasoning"},
    {.name = "openrouter", .comments = true, .reasoning = "reasoning"},
    {.name = "gemini", .whole = true, .no_index = true, .stop = true},
};

static const struct manners *
manners_of(struct json_object *line)
{
	const char *name = script_str(line, "as", "openai");
	size_t i;

	for (i = 0; i < sizeof(manners) / sizeof(manners[0]); i++)
		if (strcmp(manners[i].name, name) == 0)
			return &manners[i];
	fprintf(stderr, "model_server: no server \"%s\" is known\n", name);
	exit(2);
}

struct json_object *
script_get(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	if (json_object_is_type(o, json_type_object))
		json_object_object_get_ex(o, key, &v);
	return v;
}

long
script_long(struct json_object *o, const char *key, long fallback)
{
	struct json_object *v = script_get(o, key);

	return v != NULL ? (long)json_object_get_int64(v) : fallback;
}

const char *
script_str(struct json_object *o, const char *key, const char *fallback)
{
	struct json_object *v = script_get(o, key);

	return json_object_is_type(v, json_type_string)
		   ? json_object_get_string(v)
		   : fallback;
}

/* Takes o. */
static void
put_data(struct stream *s, struct json_object *o)
{
	const char *type = script_str(o, "type", NULL);

	if (type != NULL)
		fprintf(s->f, "event: %s%s", type, s->eol);
	fprintf(s->f, "data: %s%s%s",
	    json_object_to_json_string_ext(
		o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
	    s->eol, s->eol);
	json_object_put(o);
}

/* One event, made as printf makes text; the error in its place. */
static void put(struct stream *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
put(struct stream *s, const char *fmt, ...)
{
	struct json_object *error;
	char *text = NULL;
	va_list ap;

	if (s->over)
		return;
	if (script_long(s->line, "pings", 0) != 0)
		fprintf(s->f,
		    ": a comment%sevent: ping%s"
		    "data: {\"type\":\"ping\"}%s%s",
		    s->eol, s->eol, s->eol, s->eol);
	if (s->left == 0) {
		error = json_object_new_object();
		json_object_object_add(
		    error, "type", json_object_new_string("error"));
		json_object_object_add(error, "error",
		    json_object_get(script_get(s->line, "error")));
		put_data(s, error);
		s->over = true;
		return;
	}
	s->left -= s->left > 0 ? 1 : 0;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) == -1)
		abort();
	va_end(ap);
	put_data(s, json_tokener_parse(text));
	free(text);
}

/* A string as JSON, the part of it from byte `from` on, `n` bytes. */
static char *
quoted(const char *text, size_t from, size_t n)
{
	struct json_object *o = json_object_new_string_len(text + from, (int)n);
	char *q = strdup(json_object_to_json_string_ext(
	    o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));

	json_object_put(o);
	return q;
}

/* The middle of a text, between two characters. */
static size_t
middle(const char *text)
{
	size_t n = strlen(text) / 2;

	while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return n;
}

/* The end of a piece that begins at `at`: so many bytes, and no character
   cut in two. */
static size_t
piece_end(const char *text, size_t at, size_t piece)
{
	size_t n = strlen(text), end = at + piece < n ? at + piece : n;

	while (end < n && ((unsigned char)text[end] & 0xc0) == 0x80)
		end++;
	return end;
}

/* A text in two pieces, or of "delta" bytes, each in an event: head, JSON
   string, tail. */
static void
put_halves(
    struct stream *s, const char *head, const char *text, const char *tail)
{
	size_t n = strlen(text), m = middle(text), at, end;
	size_t piece = (size_t)script_long(s->line, "delta", 0);
	char *q;

	for (at = 0; at < n || (at == 0 && n == 0); at = end) {
		end = at < m ? m : n;
		if (piece > 0)
			end = piece_end(text, at, piece);
		q = quoted(text, at, end - at);
		put(s, "%s%s%s", head, q, tail);
		free(q);
		if (n == 0)
			break;
	}
}

static const char *
json_text(struct json_object *o)
{
	return json_object_to_json_string_ext(
	    o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

/* The raw arguments of a call: "raw" if they are to be broken. */
static const char *
arguments_of(struct json_object *b)
{
	struct json_object *input = script_get(b, "input");

	return script_str(b, "raw", input != NULL ? json_text(input) : "");
}

static const char *
stop_of(struct json_object *line, struct json_object *blocks)
{
	size_t i, n = json_object_array_length(blocks);

	for (i = 0; i < n; i++)
		if (strcmp(script_str(json_object_array_get_idx(blocks, i),
			       "type", ""),
			"tool_use") == 0)
			return script_str(line, "stop", "tools");
	return script_str(line, "stop", "end");
}

/* A word of ours in the words of the protocol; unknown ones stay. */
static const char *
translate(const char *stop, enum protocol p)
{
	static const char *const words[][4] = {
	    {"end", "end_turn", "stop", ""},
	    {"tools", "tool_use", "tool_calls", ""},
	    {"length", "max_tokens", "length", "max_output_tokens"},
	    {"refusal", "refusal", "content_filter", "content_filter"},
	    {"pause", "pause_turn", "stop", ""},
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i][0], stop) == 0)
			return words[i][1 + p];
	return stop;
}

static void
anthropic_block(struct stream *s, size_t i, struct json_object *b)
{
	const char *type = script_str(b, "type", "");
	char head[160];

	if (strcmp(type, "opaque") == 0) {
		put(s,
		    "{\"type\":\"content_block_start\",\"index\":%zu,"
		    "\"content_block\":%s}",
		    i, json_text(script_get(b, "data")));
	} else if (strcmp(type, "tool_use") == 0) {
		put(s,
		    "{\"type\":\"content_block_start\",\"index\":%zu,"
		    "\"content_block\":{\"type\":\"tool_use\",\"id\":\"%s\","
		    "\"name\":\"%s\",\"input\":{}}}",
		    i, script_str(b, "id", "toolu_x"),
		    script_str(b, "name", ""));
		snprintf(head, sizeof(head),
		    "{\"type\":\"content_block_delta\",\"index\":%zu,"
		    "\"delta\":{\"type\":\"input_json_delta\","
		    "\"partial_json\":",
		    i);
		put_halves(s, head, arguments_of(b), "}}");
	} else {
		put(s,
		    "{\"type\":\"content_block_start\",\"index\":%zu,"
		    "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
		    i);
		snprintf(head, sizeof(head),
		    "{\"type\":\"content_block_delta\",\"index\":%zu,"
		    "\"delta\":{\"type\":\"text_delta\",\"text\":",
		    i);
		put_halves(s, head, script_str(b, "text", ""), "}}");
	}
	put(s, "{\"type\":\"content_block_stop\",\"index\":%zu}", i);
}

static void
anthropic(struct stream *s, struct json_object *blocks)
{
	struct json_object *u = script_get(s->line, "usage");
	size_t i, n = json_object_array_length(blocks);

	put(s,
	    "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_test\","
	    "\"model\":\"%s\",\"usage\":{\"input_tokens\":%ld,"
	    "\"cache_read_input_tokens\":%ld,\"cache_creation_input_tokens\":"
	    "%ld,\"output_tokens\":1}}}",
	    script_str(s->line, "model", "test-model"),
	    script_long(u, "input", 100), script_long(u, "cached", 0),
	    script_long(u, "created", 0));
	for (i = 0; i < n; i++)
		anthropic_block(s, i, json_object_array_get_idx(blocks, i));
	put(s,
	    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"%s\"},"
	    "\"usage\":{\"output_tokens\":%ld}}",
	    translate(stop_of(s->line, blocks), PROTOCOL_MESSAGES),
	    script_long(u, "output", 10));
	put(s, "{\"type\":\"message_stop\"}");
}

/* The fields of a call's piece before its function. */
static void
openai_place(struct stream *s, size_t i, struct json_object *b, char out[160])
{
	char index[32] = "", id[100] = "";

	if (!s->as->no_index)
		snprintf(index, sizeof(index), "\"index\":%zu,",
		    s->as->zero ? 0 : i);
	if (b != NULL && !s->as->no_id)
		snprintf(id, sizeof(id), "\"id\":\"%.80s\",",
		    script_str(b, "id", "call_x"));
	snprintf(out, 160, "%s%s", index, id);
}

static void
openai_call(struct stream *s, size_t i, struct json_object *b)
{
	const char *raw = arguments_of(b);
	char place[160], head[320], *all = quoted(raw, 0, strlen(raw));

	openai_place(s, i, b, place);
	put(s,
	    "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":["
	    "{%s\"type\":\"function\",\"function\":{\"name\":\"%s\","
	    "\"arguments\":%s}}]}}]}",
	    place, script_str(b, "name", ""), s->as->whole ? all : "\"\"");
	free(all);
	if (s->as->whole)
		return;
	openai_place(s, i, NULL, place);
	snprintf(head, sizeof(head),
	    "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":["
	    "{%s\"function\":{\"arguments\":",
	    place);
	put_halves(s, head, raw, "}}]}}]}");
}

static void
openai_block(struct stream *s, size_t *calls, struct json_object *b)
{
	const char *type = script_str(b, "type", "");

	if (s->as->comments)
		fprintf(s->f, ": OPENROUTER PROCESSING%s%s", s->eol, s->eol);
	if (strcmp(type, "tool_use") == 0)
		openai_call(s, (*calls)++, b);
	else if (strcmp(type, "text") == 0)
		put_halves(s,
		    "{\"choices\":[{\"index\":0,\"delta\":"
		    "{\"content\":",
		    script_str(b, "text", ""), "}}]}");
}

static void
openai_end(struct stream *s)
{
	struct json_object *u = script_get(s->line, "usage");
	long in = script_long(u, "input", 100);
	long out = script_long(u, "output", 10);
	long cached = script_long(u, "cached", 0);

	if (s->as->no_usage)
		put(s,
		    "{\"choices\":[],\"timings\":{\"prompt_n\":%ld,"
		    "\"cache_n\":%ld,\"predicted_n\":%ld}}",
		    in - cached, cached, out);
	else
		put(s,
		    "{\"choices\":[],\"usage\":{\"prompt_tokens\":%ld,"
		    "\"completion_tokens\":%ld,\"prompt_tokens_details\":"
		    "{\"cached_tokens\":%ld}}}",
		    in, out, cached);
	if (!s->over)
		fprintf(s->f, "data: [DONE]%s%s", s->eol, s->eol);
}

static void
openai(struct stream *s, struct json_object *blocks)
{
	size_t i, n = json_object_array_length(blocks), calls = 0;

	s->as = manners_of(s->line);
	put(s,
	    "{\"id\":\"chatcmpl_test\",\"model\":\"%s\",\"choices\":["
	    "{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}",
	    script_str(s->line, "model", "test-model"));
	if (s->as->reasoning != NULL)
		put(s,
		    "{\"choices\":[{\"index\":0,\"delta\":{\"%s\":\"hm\"}}"
		    "]}",
		    s->as->reasoning);
	for (i = 0; i < n; i++)
		openai_block(s, &calls, json_object_array_get_idx(blocks, i));
	put(s,
	    "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":"
	    "\"%s\"}]}",
	    s->as->stop && calls > 0
		? "stop"
		: translate(stop_of(s->line, blocks), PROTOCOL_CHAT));
	openai_end(s);
}

static void
responses_call(struct stream *s, size_t i, struct json_object *b)
{
	const char *id = script_str(b, "id", "call_x");
	const char *name = script_str(b, "name", "");
	const char *raw = arguments_of(b);
	char head[160], *all = quoted(raw, 0, strlen(raw));

	put(s,
	    "{\"type\":\"response.output_item.added\",\"output_index\":%zu,"
	    "\"item\":{\"type\":\"function_call\",\"id\":\"fc_%zu\","
	    "\"call_id\":\"%s\",\"name\":\"%s\",\"arguments\":\"\"}}",
	    i, i, id, name);
	snprintf(head, sizeof(head),
	    "{\"type\":\"response.function_call_arguments.delta\","
	    "\"output_index\":%zu,\"delta\":",
	    i);
	put_halves(s, head, raw, "}");
	put(s,
	    "{\"type\":\"response.output_item.done\",\"output_index\":%zu,"
	    "\"item\":{\"type\":\"function_call\",\"id\":\"fc_%zu\","
	    "\"call_id\":\"%s\",\"name\":\"%s\",\"arguments\":%s}}",
	    i, i, id, name, all);
	free(all);
}

static void
responses_text(struct stream *s, size_t i, const char *text)
{
	char head[160], *all = quoted(text, 0, strlen(text));

	put(s,
	    "{\"type\":\"response.output_item.added\",\"output_index\":%zu,"
	    "\"item\":{\"type\":\"message\",\"role\":\"assistant\","
	    "\"content\":[]}}",
	    i);
	snprintf(head, sizeof(head),
	    "{\"type\":\"response.output_text.delta\",\"output_index\":%zu,"
	    "\"content_index\":0,\"delta\":",
	    i);
	put_halves(s, head, text, "}");
	put(s,
	    "{\"type\":\"response.output_item.done\",\"output_index\":%zu,"
	    "\"item\":{\"type\":\"message\",\"role\":\"assistant\","
	    "\"content\":[{\"type\":\"output_text\",\"text\":%s}]}}",
	    i, all);
	free(all);
}

static void
responses_item(struct stream *s, size_t i, struct json_object *b)
{
	const char *type = script_str(b, "type", "");

	if (strcmp(type, "tool_use") == 0)
		responses_call(s, i, b);
	else if (strcmp(type, "text") == 0)
		responses_text(s, i, script_str(b, "text", ""));
	else
		put(s,
		    "{\"type\":\"response.output_item.done\","
		    "\"output_index\":%zu,\"item\":%s}",
		    i, json_text(script_get(b, "data")));
}

static void
responses(struct stream *s, struct json_object *blocks)
{
	struct json_object *u = script_get(s->line, "usage");
	const char *why =
	    translate(stop_of(s->line, blocks), PROTOCOL_RESPONSES);
	const char *end = *why != '\0' ? "incomplete" : "completed";
	size_t i, n = json_object_array_length(blocks);

	put(s,
	    "{\"type\":\"response.created\",\"response\":{\"id\":"
	    "\"resp_test\",\"model\":\"%s\",\"usage\":null}}",
	    script_str(s->line, "model", "test-model"));
	for (i = 0; i < n; i++)
		responses_item(s, i, json_object_array_get_idx(blocks, i));
	put(s,
	    "{\"type\":\"response.%s\",\"response\":{\"id\":"
	    "\"resp_test\",\"incomplete_details\":{\"reason\":\"%s\"},"
	    "\"usage\":{\"input_tokens\":%ld,\"output_tokens\":%ld,"
	    "\"input_tokens_details\":{\"cached_tokens\":%ld}}}}",
	    end, why, script_long(u, "input", 100),
	    script_long(u, "output", 10), script_long(u, "cached", 0));
}

/* A block's copy, with its number in the place of each "{n}". */
static struct json_object *
numbered(struct json_object *block, long n)
{
	const char *from =
	    json_object_to_json_string_ext(block, JSON_C_TO_STRING_PLAIN);
	struct json_object *copy;
	char *text = NULL;
	const char *at;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (f == NULL)
		abort();
	for (; (at = strstr(from, "{n}")) != NULL; from = at + 3)
		fprintf(f, "%.*s%ld", (int)(at - from), from, n);
	fputs(from, f);
	fclose(f);
	copy = json_tokener_parse(text);
	free(text);
	return copy;
}

static struct json_object *
storm(struct json_object *list, long times)
{
	struct json_object *all = json_object_new_array();
	size_t i;
	long n;

	for (n = 1; n <= times; n++)
		for (i = 0; i < json_object_array_length(list); i++)
			json_object_array_add(all,
			    numbered(json_object_array_get_idx(list, i), n));
	return all;
}

/* "text" is short for an answer of one text. */
static struct json_object *
blocks_of(struct json_object *line)
{
	struct json_object *list = script_get(line, "answer"), *b;
	long bytes = script_long(line, "text_bytes", 0);
	char *text;

	if (json_object_is_type(list, json_type_array))
		return storm(list, script_long(line, "times", 1));
	list = json_object_new_array();
	b = json_object_new_object();
	json_object_object_add(b, "type", json_object_new_string("text"));
	if (bytes > 0) {
		text = malloc((size_t)bytes);
		if (text == NULL)
			abort();
		memset(text, 'x', (size_t)bytes);
		json_object_object_add(
		    b, "text", json_object_new_string_len(text, (int)bytes));
		free(text);
	} else {
		json_object_object_add(b, "text",
		    json_object_new_string(script_str(line, "text", "")));
	}
	json_object_array_add(list, b);
	return list;
}

char *
model_stream(struct json_object *line, enum protocol p, size_t *len)
{
	struct stream s = {.line = line, .left = -1, .eol = "\n"};
	struct json_object *blocks = blocks_of(line);
	char *text = NULL;

	if (script_get(line, "error") != NULL)
		s.left = script_long(line, "error_after", 3);
	if (script_long(line, "crlf", 0) != 0)
		s.eol = "\r\n";
	s.f = open_memstream(&text, len);
	if (s.f == NULL)
		abort();
	if (script_str(line, "raw", NULL) != NULL)
		fputs(script_str(line, "raw", ""), s.f);
	else if (p == PROTOCOL_CHAT)
		openai(&s, blocks);
	else if (p == PROTOCOL_RESPONSES)
		responses(&s, blocks);
	else
		anthropic(&s, blocks);
	if (fclose(s.f) != 0)
		abort();
	json_object_put(blocks);
	return text;
}
