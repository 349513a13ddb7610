// SPDX-License-Identifier: ISC
// A turn of the model: what it is asked, what is heard, what it cost.
#include <inttypes.h>
#include <string.h>
#include "jail/base/clock.h"
#include "src/agent/loop.h"
#include "src/agent/prompt.h"
#include "src/agent/weigh.h"

#define TRIES_SHORTER 3 // of a request that was too long

static void
heard_text(void *arg, const char *piece, size_t len)
{
	struct run *r = arg;

	show_stream(&r->show, piece, len);
}

static void
heard_retry(void *arg, const char *why, uint64_t wait_ms)
{
	struct run *r = arg;

	show_line(&r->show, SHOW_DIM,
	    "(the answer failed: %s; asking again in %" PRIu64 ".%" PRIu64
	    " s)",
	    why, wait_ms / 1000, wait_ms % 1000 / 100);
}

static void
waited(void *arg)
{
	struct run *r = arg;

	if (r->ui != NULL)
		r->ui->tick(r->ui->arg);
}

static int
tell_request(struct run *r, struct err *e)
{
	struct json_object *ev = event_new(&r->events, "request");
	char digest[32];

	snprintf(
	    digest, sizeof(digest), "%016" PRIx64, weigh_digest(r->messages));
	put_int(ev, "turn", r->budget.turns + 1);
	put_int(ev, "messages", json_object_array_length(r->messages));
	put_str(ev, "messages_digest", digest);
	put_str(ev, "gen_ai.operation.name", "chat");
	put_str(ev, "gen_ai.provider.name", model_provider(r->model));
	put_str(ev, "gen_ai.request.model", model_name(r->model));
	return event_emit(&r->events, ev, e);
}

static int
tell_response(struct run *r, const struct model_response *m, struct err *e)
{
	static const char *const stops[] = {[MODEL_STOP_END] = "stop",
	    [MODEL_STOP_TOOLS] = "tool_calls",
	    [MODEL_STOP_LENGTH] = "length",
	    [MODEL_STOP_REFUSAL] = "content_filter"};
	struct json_object *ev = event_new(&r->events, "response");

	put_int(ev, "turn", r->budget.turns);
	put_str(ev, "gen_ai.response.id", m->id);
	put_str(ev, "gen_ai.response.model", m->model);
	put_str(ev, "gen_ai.response.finish_reason", stops[m->stop]);
	put_usage(ev, &m->usage);
	put_int(ev, "tries", m->tries);
	if (m->sent_tokens != 0)
		put_int(ev, "tokens_sent", m->sent_tokens);
	json_object_object_add(ev, "message", json_object_get(m->message));
	return event_emit(&r->events, ev, e);
}

/* What the requests of a turn used, failed ones too: the answer may cost
   although nobody got it. */
static void
spend(struct run *r, const struct model_usage *u)
{
	budget_spend(&r->budget, u);
	usage_add(&r->usage, u);
}

/* Some cut the beginning off, task and all, and say nothing. */
static void
warn_cut(struct run *r, const struct model_response *m)
{
	if (m->sent_tokens == 0 || r->cut_told)
		return;
	r->cut_told = true;
	show_line(&r->show, SHOW_RED,
	    "(the server read %" PRIu64 " of about %" PRIu64
	    " tokens: its context is too small for this task. Start it with a "
	    "larger one: Ollama by OLLAMA_CONTEXT_LENGTH, llama.cpp by -c)",
	    m->usage.input_tokens, m->sent_tokens);
}

static int
ask(struct run *r, struct model_response *m, struct err *e)
{
	struct model_request q = {
	    .system = prompt_system_for(r->config->no_tools),
	    .tools = r->tools,
	    .messages = r->messages,
	    .deadline_ms = budget_deadline(&r->budget)};
	struct model_sink sink = {heard_text, heard_retry, r, waited};
	struct json_object *content = NULL;
	uint64_t begun = clock_ms();
	struct price price = {0};

	if (r->prices != NULL)
		(void)prices_find(r->prices, model_name(r->model), &price);
	q.max_tokens = budget_writable(&r->budget, price.usual.output);
	if (tell_request(r, e) < 0)
		return -1;
	if (r->ui == NULL)
		show_line(&r->show, SHOW_DIM, "[turn %" PRIu64 "]",
		    r->budget.turns + 1);
	memset(m, 0, sizeof(*m));
	if (model_turn(r->model, &q, &sink, m, e) < 0) {
		show_stream_end(&r->show);
		spend(r, &m->usage);
		return -1;
	}
	show_stream_end(&r->show);
	compact_measure(r, &m->usage);
	budget_turn(&r->budget, &m->usage, clock_ms() - begun);
	spend(r, &m->usage);
	warn_cut(r, m);
	// No server takes a message without content back.
	json_object_object_get_ex(m->message, "content", &content);
	if (json_object_array_length(content) == 0)
		json_object_array_add(content, loop_text_block("(nothing)", 9));
	json_object_array_add(r->messages, m->message); // takes it over
	return tell_response(r, m, e);
}

int
turn_ask(struct run *r, struct model_response *m, struct err *e)
{
	unsigned int tries;

	if (compact_before(r, e) < 0)
		return -1;
	// A server whose window is less than we thought says so.
	for (tries = 0; ask(r, m, e) < 0; tries++)
		if (tries == TRIES_SHORTER || compact_after(r, e) <= 0)
			return -1;
	return 0;
}
