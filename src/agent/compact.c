// SPDX-License-Identifier: ISC
// Keeps the conversation within what the model can hold.
#include <inttypes.h>
#include <string.h>
#include "src/agent/compact.h"
#include "src/agent/loop.h"
#include "src/agent/prompt.h"
#include "src/agent/weigh.h"
#include "src/model/prices.h"

#define KEPT_MESSAGES 4	  // the last ones stay as they are
#define MESSAGES_MOST 400 // more, mostly cut out, are worth a summary
#define SHORT_ANSWER  400 // bytes that are not worth cutting out

/* Bytes a token, times 4: English and code are near 4, others nearer 2. */
#define RATIO_LEAST 8
#define RATIO_USUAL 14
#define RATIO_MOST  20

static const char ask_summary[] =
    "The conversation has grown too long to go on with as it is. Write what "
    "you need to go on without it; only this, the task and the newest version "
    "of the files stay. In this order: what was asked; what you found out, "
    "with the names of files and functions; what you changed, and why; what "
    "you tried that did not work; what is left to do, and the very next step. "
    "Be exact, and brief. Call no tools.";

static size_t
bytes_now(struct run *r)
{
	return strlen(prompt_system_for(r->config->no_tools)) +
	       weigh_bytes(r->tools) + weigh_bytes(r->messages);
}

/* By the server's own count of the last request, as far as it is likely. */
static uint64_t
ratio(const struct compact *c)
{
	uint64_t four = RATIO_USUAL;

	if (c->tokens > 0)
		four = 4 * (uint64_t)c->bytes / c->tokens;
	return four < RATIO_LEAST  ? RATIO_LEAST
	       : four > RATIO_MOST ? RATIO_MOST
				   : four;
}

uint64_t
compact_tokens(struct run *r)
{
	return 4 * (uint64_t)bytes_now(r) / ratio(&r->compact);
}

static uint64_t
window_of(struct run *r)
{
	struct price price;

	if (r->compact.window != 0)
		return r->compact.window;
	r->compact.window = COMPACT_WINDOW;
	if (r->config->context_window != 0)
		r->compact.window = r->config->context_window;
	else if (r->prices != NULL &&
		 prices_find(r->prices, model_name(r->model), &price) &&
		 price.context_window != 0)
		r->compact.window = price.context_window;
	return r->compact.window;
}

/* The most that a request may be: what an answer may take is set aside. */
static uint64_t
most(struct run *r)
{
	uint64_t window = window_of(r), answer = window / 3;

	answer = answer < 20000 ? answer : 20000;
	return window - (answer > window / 5 ? answer : window / 5);
}

static int
tell(struct run *r, const char *kind, uint64_t before, struct json_object *ev,
    struct err *e)
{
	uint64_t after = compact_tokens(r);

	r->compact.times++;
	put_str(ev, "kind", kind);
	put_int(ev, "tokens_before", before);
	put_int(ev, "tokens_after", after);
	put_int(ev, "context_window", window_of(r));
	// The next request is what it is now, not what the last one was.
	r->budget.next_input = after;
	show_line(&r->show, SHOW_DIM,
	    "(the conversation was made shorter: about %" PRIu64
	    " tokens became %" PRIu64 ")",
	    before, after);
	return event_emit(&r->events, ev, e);
}

static int
elide(struct run *r, uint64_t goal, struct err *e)
{
	struct json_object *cut = json_object_new_array(), *ev;
	uint64_t before = compact_tokens(r);

	compact_elide(r, goal, cut);
	if (json_object_array_length(cut) == 0) {
		json_object_put(cut);
		return 0;
	}
	ev = event_new(&r->events, "compaction");
	json_object_object_add(ev, "elided", cut);
	return tell(r, "elide", before, ev, e);
}

/* The model's own words for what was done. 1: none came. */
static int
ask(struct run *r, struct model_usage *used, struct text *summary,
    struct err *e)
{
	struct json_object *all = NULL, *content, *m, *block;
	struct model_request q = {
	    .system = prompt_system_for(r->config->no_tools),
	    .tools = r->tools,
	    .deadline_ms = budget_deadline(&r->budget)};
	struct model_sink none = {NULL, NULL, NULL, NULL};
	struct model_response a = {0};
	struct price price = {0};
	size_t i;
	int ret;

	if (r->prices != NULL)
		(void)prices_find(r->prices, model_name(r->model), &price);
	q.max_tokens = budget_writable(&r->budget, price.usual.output);
	all = json_object_new_array();
	for (i = 0; i < json_object_array_length(r->messages); i++)
		json_object_array_add(all,
		    json_object_get(json_object_array_get_idx(r->messages, i)));
	content = json_object_new_array();
	json_object_array_add(
	    content, loop_text_block(ask_summary, sizeof(ask_summary) - 1));
	m = json_object_new_object();
	put_str(m, "role", "user");
	json_object_object_add(m, "content", content);
	json_object_array_add(all, m);
	q.messages = all;
	ret = model_turn(r->model, &q, &none, &a, e);
	json_object_put(all);
	*used = a.usage;
	budget_spend(&r->budget, &a.usage);
	usage_add(&r->usage, &a.usage);
	if (ret < 0)
		return e->code == ERR_MODEL ? 1 : -1;
	json_object_object_get_ex(a.message, "content", &content);
	for (i = 0; i < json_object_array_length(content); i++) {
		block = json_object_array_get_idx(content, i);
		if (strcmp(tool_string(block, "type", ""), "text") == 0)
			text_printf(
			    summary, "%s\n", tool_string(block, "text", ""));
	}
	json_object_put(a.message);
	return summary->len > 1 ? 0 : 1;
}

/* asked: the model may be; else it is known that it could not hear it. */
static int
sum_up(struct run *r, bool asked, struct err *e)
{
	autotext struct text summary = {0};
	struct model_usage used = {0};
	uint64_t before = compact_tokens(r);
	struct json_object *anew, *ev;
	int ret = 1;

	show_line(&r->show, SHOW_DIM,
	    "(the conversation is too long for the model; it is summed up)");
	if (asked)
		ret = ask(r, &used, &summary, e);
	if (ret < 0)
		return -1;
	if (ret > 0) {
		summary.len = 0;
		compact_words(r->messages, &summary);
	}
	anew = compact_anew(r, text_of(&summary), most(r) / 2, e);
	if (anew == NULL)
		return -1;
	json_object_put(r->messages);
	r->messages = anew;
	ev = event_new(&r->events, "compaction");
	put_str(ev, "summary", text_of(&summary));
	put_usage(ev, &used);
	json_object_object_add(ev, "messages", json_object_get(anew));
	return tell(r, ret == 0 ? "summary" : "words", before, ev, e);
}

int
compact_before(struct run *r, struct err *e)
{
	if (compact_tokens(r) <= most(r))
		return 0;
	if (elide(r, most(r) / 2, e) < 0)
		return -1;
	// Room that the next few calls use up again would be none.
	if (compact_tokens(r) <= most(r) / 4 * 3 &&
	    json_object_array_length(r->messages) <= MESSAGES_MOST)
		return 0;
	return sum_up(r, compact_tokens(r) <= window_of(r), e);
}

void
compact_measure(struct run *r, const struct model_usage *u)
{
	r->compact.bytes = bytes_now(r);
	r->compact.tokens = u->input_tokens;
}

/* The words that servers have for it. */
static bool
is_too_long(const char *s)
{
	static const char *const words[] = {"too long", "context length",
	    "context_length", "context window", "context size",
	    "maximum context", "exceed_context", "too many tokens",
	    "request_too_large"};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasestr(s, words[i]) != NULL)
			return true;
	return false;
}

int
compact_after(struct run *r, struct err *e)
{
	uint64_t was = compact_tokens(r);

	if (e->code != ERR_MODEL || !is_too_long(e->text) ||
	    json_object_array_length(r->messages) < 2)
		return 0;
	// Its window is less than was thought: a lesson for all of the run.
	r->compact.window = was * 9 / 10;
	if (elide(r, most(r) / 2, e) < 0)
		return -1;
	// The next try tells whether that was enough.
	if (compact_tokens(r) >= was && sum_up(r, false, e) < 0)
		return -1;
	return compact_tokens(r) < was;
}

int
compact_now(struct run *r, struct err *e)
{
	return sum_up(r, compact_tokens(r) <= window_of(r), e);
}

/* The call that an answer belongs to: it is in the message before. */
static struct json_object *
call_of(struct json_object *messages, size_t i, const char *id)
{
	struct json_object *content = NULL, *block;
	size_t j;

	if (i == 0)
		return NULL;
	json_object_object_get_ex(
	    json_object_array_get_idx(messages, i - 1), "content", &content);
	for (j = 0; content != NULL && j < json_object_array_length(content);
	     j++) {
		block = json_object_array_get_idx(content, j);
		if (strcmp(tool_string(block, "type", ""), "tool_use") == 0 &&
		    strcmp(tool_string(block, "id", ""), id) == 0)
			return block;
	}
	return NULL;
}

/* Whether it is the newest reading of a file; seen: those that were. */
static bool
is_newest(struct json_object *call, struct json_object *seen)
{
	struct json_object *input = NULL;
	const char *path;

	json_object_object_get_ex(call, "input", &input);
	if (strcmp(tool_string(call, "name", ""), "read_file") != 0 ||
	    !json_object_is_type(input, json_type_object))
		return false;
	path = tool_string(input, "path", "");
	if (json_object_object_get_ex(seen, path, NULL))
		return false;
	json_object_object_add(seen, path, NULL);
	return true;
}

/* {"message","block"} of each answer that may go, the newest first. */
static struct json_object *
candidates(struct json_object *messages)
{
	struct json_object *list = json_object_new_array();
	struct json_object *seen = json_object_new_object();
	struct json_object *content, *block, *one;
	size_t n = json_object_array_length(messages), i, j;

	for (i = n; i-- > 0;) {
		content = NULL;
		json_object_object_get_ex(
		    json_object_array_get_idx(messages, i), "content",
		    &content);
		for (j = json_object_array_length(content); j-- > 0;) {
			block = json_object_array_get_idx(content, j);
			if (strcmp(tool_string(block, "type", ""),
				"tool_result") != 0 ||
			    is_newest(
				call_of(messages, i,
				    tool_string(block, "tool_use_id", "")),
				seen) ||
			    i + KEPT_MESSAGES >= n ||
			    tool_length(block, "content") < SHORT_ANSWER)
				continue;
			one = json_object_new_object();
			put_int(one, "message", i);
			put_int(one, "block", j);
			json_object_array_add(list, one);
		}
	}
	json_object_put(seen);
	return list;
}

/* Cuts one out; returns how many bytes fewer there are. */
static size_t
cut_out(struct json_object *messages, struct json_object *one)
{
	struct json_object *content = NULL, *block, *i = NULL, *j = NULL;
	char words[160];
	size_t len;

	json_object_object_get_ex(one, "message", &i);
	json_object_object_get_ex(one, "block", &j);
	json_object_object_get_ex(
	    json_object_array_get_idx(messages, json_object_get_uint64(i)),
	    "content", &content);
	block = json_object_array_get_idx(content, json_object_get_uint64(j));
	len = tool_length(block, "content");
	snprintf(words, sizeof(words),
	    "[%zu bytes of this answer were taken out to make room. If they "
	    "are needed, make the call again.]",
	    len);
	put_str(block, "content", words);
	put_str(one, "content", words);
	return len - strlen(words);
}

void
compact_elide(struct run *r, uint64_t goal, struct json_object *cut)
{
	struct json_object *list = candidates(r->messages), *one;
	uint64_t four = ratio(&r->compact), left = 4 * (uint64_t)bytes_now(r);
	size_t i;

	for (i = json_object_array_length(list);
	     i-- > 0 && left / four > goal;) {
		one = json_object_array_get_idx(list, i);
		left -= 4 * (uint64_t)cut_out(r->messages, one);
		json_object_array_add(cut, json_object_get(one));
	}
	json_object_put(list);
}
