// SPDX-License-Identifier: ISC
// The loop: a turn of the model, its tools, the tests, until one ends it.
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include "jail/base/clock.h"
#include "src/agent/loop.h"
#include "src/agent/prompt.h"
#include "src/agent/redact.h"

struct json_object *
loop_text_block(const char *text, size_t len)
{
	struct json_object *b = json_object_new_object();

	put_str(b, "type", "text");
	json_object_object_add(
	    b, "text", json_object_new_string_len(text, (int)len));
	return b;
}

int
loop_say(struct run *r, struct json_object *content, struct err *e)
{
	struct json_object *m = json_object_new_object(), *ev;

	put_str(m, "role", "user");
	json_object_object_add(m, "content", content);
	json_object_array_add(r->messages, m);
	ev = event_new(&r->events, "message");
	json_object_object_add(ev, "message", json_object_get(m));
	return event_emit(&r->events, ev, e);
}

int
loop_say_text(struct run *r, const char *text, size_t len, struct err *e)
{
	struct json_object *content = json_object_new_array();

	json_object_array_add(content, loop_text_block(text, len));
	return loop_say(r, content, e);
}

void
loop_redact(struct run *r, struct text *t)
{
	if (t->len == 0)
		return;
	model_redact(r->model, t->p, t->len);
	redact_text(&r->redactor, t);
}

/* One turn. *over: the run ends with the status returned. */
static enum agent_exit
turn(struct run *r, bool *over, struct err *e)
{
	struct model_response m;
	struct json_object *content = NULL;
	enum agent_exit status;

	*over = true;
	if (turn_ask(r, &m, e) < 0)
		return exit_of_error(e->code);
	json_object_object_get_ex(m.message, "content", &content);
	if (m.stop == MODEL_STOP_REFUSAL) {
		err_set(e, ERR_MODEL, 0, "the model refused to go on");
		return AGENT_EXIT_MODEL;
	}
	if (act_count(content) > 0) {
		status = act_all(r, content, false, e);
		*over = status != AGENT_EXIT_DONE;
		return status;
	}
	if (r->config->no_tools)
		return fenced_all(r, content, over, e);
	if (m.stop != MODEL_STOP_LENGTH)
		return oracle_claim(r, over, e);
	if (loop_say_text(r, prompt_cut, strlen(prompt_cut), e) < 0)
		return exit_of_error(e->code);
	*over = false;
	return AGENT_EXIT_DONE;
}

enum agent_exit
loop_against(struct run *r, enum agent_exit status, struct err *e)
{
	autotext struct text what = {0};

	if (status != AGENT_EXIT_DONE)
		return status;
	if (approve_look(r, &what, e) < 0)
		return exit_of_error(e->code);
	if (what.len == 0)
		return status;
	err_set(e, ERR_REFUSED, 0, "the policy does not allow its changes: %s",
	    what.p);
	return AGENT_EXIT_DENIED;
}

// Red, after something was refused that nobody was there to allow: who
// reads the status alone is to look there first.
static enum agent_exit
denied(const struct run *r, enum agent_exit status, struct err *e)
{
	const struct tool_network *n = r->env.network;

	// Without tests nothing shows that it could do without.
	if (status == AGENT_EXIT_DONE && r->unverified)
		err_set(e, ERR_REFUSED, 0, "and nothing was tested");
	else if (status != AGENT_EXIT_RED && status != AGENT_EXIT_LOOP)
		return status;
	if (n != NULL && n->count > 0)
		err_prefix(e, "%" PRIu64 " connections were refused", n->count);
	else if (r->approve.denied > 0)
		err_prefix(e, "%" PRIu64 " calls were denied, the last one %s",
		    r->approve.denied, r->approve.last);
	else
		return status;
	return AGENT_EXIT_DENIED;
}

static enum agent_exit
spent(struct run *r, enum budget_item item, struct err *e)
{
	r->spent = item;
	err_set(e, ERR_LIMIT, 0, "%s", budget_sentence(item));
	return budget_exit(item);
}

enum agent_exit
loop_turns(struct run *r, struct err *e)
{
	enum agent_exit status = AGENT_EXIT_DONE;
	enum budget_item item;
	bool over = false, last;

	while (!over) {
		item = budget_spent(&r->budget, clock_ms());
		if (item != BUDGET__COUNT)
			return spent(r, item, e);
		if (r->env.network != NULL)
			r->env.network->attend(r->env.network->arg);
		last = budget_is_last(&r->budget);
		status = turn(r, &over, e);
		// A word at the end that does not come changes nothing.
		if (last && status == AGENT_EXIT_MODEL && e->code == ERR_MODEL)
			return spent(r, r->budget.last_cause, e);
	}
	return status;
}

enum agent_exit
loop_run(struct run *r, struct err *e)
{
	enum agent_exit status;

	memset(e, 0, sizeof(*e));
	if ((r->resume.on ? resume_first(r, e) : oracle_first(r, e)) < 0)
		status = exit_of_error(e->code);
	else
		status = loop_turns(r, e);
	// The deadline of the run ends a request or a command as a stop does.
	if (status == AGENT_EXIT_INTERRUPTED && e->sys_errno == ETIMEDOUT) {
		status = spent(r, BUDGET_time_ms, e);
	} else if (status == AGENT_EXIT_INTERRUPTED) {
		err_set(e, ERR_INTERRUPTED, 0, "%s", exit_sentence(status));
	}
	status = loop_against(r, oracle_last_word(r, status, e), e);
	return denied(r, status, e);
}
