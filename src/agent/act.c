// SPDX-License-Identifier: ISC
// The calls of an answer: each run, shown, told of and answered.
#include <inttypes.h>
#include <errno.h>
#include <string.h>
#include "jail/base/clock.h"
#include "src/agent/loop.h"
#include "src/agent/prompt.h"
#include "src/agent/weigh.h"

#define LINE_PART 100 // bytes of a call, and of its result, in a list

/* A call in a line: its tool, and what it is about. */
static void
put_call(struct text *out, struct json_object *block)
{
	const char *name = tool_string(block, "name", "?");
	const struct tool *t = tool_find(name);
	struct json_object *input = NULL;
	const char *what = "";

	json_object_object_get_ex(block, "input", &input);
	if (t != NULL && t->shown != NULL &&
	    json_object_is_type(input, json_type_object))
		what = tool_string(input, t->shown, "");
	if (t == &tool_list_files &&
	    json_object_is_type(input, json_type_object))
		what = tool_string(input, "path", "");
	text_printf(out, "%s%s%.*s%s", name, *what != '\0' ? " " : "",
	    (int)strcspn(what, "\n"), what, strchr(what, '\n') ? " ..." : "");
}

/* For who looks whether the model goes in circles. */
static void
note_call(struct run *r, struct json_object *block, const struct tool_result *t)
{
	autotext struct text call = {0}, line = {0}, clean = {0};
	struct json_object *input = NULL;
	struct guard_call c = {.result = text_of(&t->content),
	    .error = t->is_error && !t->tested,
	    .changes = t->changes && !t->tested};

	// The id is another in each call, what is asked for may be the same.
	json_object_object_get_ex(block, "input", &input);
	text_printf(&call, "%s %s", tool_string(block, "name", ""),
	    json_object_to_json_string(input));
	put_call(&line, block);
	text_printf(&clean, "%.*s: %.*s", LINE_PART, line.p, LINE_PART,
	    text_of(&t->summary));
	line.len = 0;
	clean_all(CLEAN_FILE, &line, clean.p, clean.len);
	c.call = call.p;
	c.line = line.p;
	guard_call(&r->guard, &c);
	r->round.changes = r->round.changes || (t->changes && !t->tested);
	r->round.tested = r->round.tested || t->tested;
	r->round.failed = t->is_error;
}

static void
show_begin_of(struct run *r, const char *title)
{
	if (r->ui != NULL)
		r->ui->call(r->ui->arg, title);
	else
		show_line(&r->show, SHOW_BOLD, "> %s", title);
}

/* What came of it; the tests say that themselves. */
static void
show_end_of(struct run *r, const char *title, struct json_object *block,
    const struct tool_result *t)
{
	struct json_object *input = NULL;

	json_object_object_get_ex(block, "input", &input);
	if (r->ui != NULL)
		r->ui->result(r->ui->arg, title, input, t);
	else if (!t->tested)
		show_line(&r->show, SHOW_DIM, "  %s", text_of(&t->summary));
}

/*
 * Whether a person stopped this call alone: then the model hears of it, and
 * the turn goes on.
 */
static bool
was_stopped(struct run *r, struct tool_result *t, const struct err *e)
{
	struct run_signals *s = r->signals;

	if (r->ui == NULL || e->code != ERR_INTERRUPTED ||
	    e->sys_errno == ETIMEDOUT || s->over || s->presses != 1)
		return false;
	s->stop = s->presses = 0;
	r->stopped = true;
	t->content.len = t->summary.len = 0;
	text_str(&t->content,
	    "The user stopped this with Ctrl-C before it had ended; everything "
	    "it started was killed. Do not simply do the same again: do "
	    "without, or ask.");
	text_str(&t->summary, "stopped by Ctrl-C");
	t->is_error = t->changes = true;
	return true;
}

/* The user stopped it before all was done: no call may go without an answer. */
static void
give_up(struct json_object *content, size_t from, struct json_object *results)
{
	static const char words[] = "Not done: the user stopped it.";
	struct json_object *block, *o;

	for (; from < json_object_array_length(content); from++) {
		block = json_object_array_get_idx(content, from);
		if (strcmp(tool_string(block, "type", ""), "tool_use") != 0)
			continue;
		o = json_object_new_object();
		put_str(o, "type", "tool_result");
		put_str(o, "tool_use_id", tool_string(block, "id", ""));
		put_str(o, "content", words);
		put_bool(o, "is_error", true);
		json_object_array_add(results, o);
	}
}

static int
tell_result(struct run *r, struct json_object *block,
    const struct tool_result *t, struct err *e)
{
	struct json_object *ev = event_new(&r->events, "tool_result");

	put_str(ev, "gen_ai.tool.call.id", tool_string(block, "id", ""));
	put_str(ev, "gen_ai.tool.name", tool_string(block, "name", ""));
	put_bool(ev, "is_error", t->is_error);
	put_str(ev, "summary", t->summary.p);
	put_str(ev, "gen_ai.tool.call.result", text_of(&t->content));
	if (t->tested)
		put_bool(ev, "tests_passed", t->green);
	return event_emit(&r->events, ev, e);
}

/* The plan anew, for who watches. */
static int
tell_plan(struct run *r, struct err *e)
{
	autotext struct text t = {0};
	struct json_object *ev = event_new(&r->events, "plan");
	char *line, *rest;

	json_object_object_add(ev, "steps", plan_json(&r->env.plan));
	plan_say(&r->env.plan, &t);
	rest = t.p;
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0')
		show_line(&r->show, SHOW_PLAIN, "  %s", line);
	return event_emit(&r->events, ev, e);
}

/* None is left. */
static void
refuse_call(const struct run *r, struct tool_result *t)
{
	text_printf(&t->content,
	    "This was not done: all %" PRIu64 " calls of tools that the run "
	    "may make are made.",
	    r->budget.max.calls);
	text_str(&t->summary, "not done: the budget of tool calls is spent");
	t->is_error = true;
}

/* What a command changed against the edit lines. Tools were asked before. */
static int
look_after(struct run *r, struct json_object *block, struct tool_result *t,
    struct err *e)
{
	const struct tool *tool = tool_find(tool_string(block, "name", ""));
	autotext struct text what = {0};

	if (tool == NULL || tool->category != TOOL_SHELL || !t->changes)
		return 0;
	if (approve_look(r, &what, e) < 0)
		return -1;
	if (what.len == 0)
		return 0;
	text_printf(&t->content,
	    "\n[The user's policy does not allow what is changed now: %s. Put "
	    "it back as it was: a run that ends like this is not green.]",
	    what.p);
	show_line(&r->show, SHOW_RED, "  against the policy: %s", what.p);
	return 0;
}

/* One tool_use block: runs it and appends its result to results. */
static int
act(struct run *r, struct json_object *block, struct json_object *results,
    struct err *e)
{
	struct json_object *ev = event_new(&r->events, "tool_call");
	struct json_object *result;
	autotext struct text title = {0};
	struct tool_result t;
	int ret = -1;

	json_object_object_add(ev, "call", json_object_get(block));
	if (event_emit(&r->events, ev, e) < 0)
		return -1;
	put_call(&title, block);
	show_begin_of(r, text_of(&title));
	memset(&t, 0, sizeof(t));
	if (!budget_call(&r->budget))
		refuse_call(r, &t);
	else if (tool_call(&r->env, block, &t, e) < 0 && !was_stopped(r, &t, e))
		goto out;
	if (look_after(r, block, &t, e) < 0)
		goto out;
	loop_redact(r, &t.content);
	loop_redact(r, &t.summary);
	r->dirty = r->dirty || t.changes;
	r->acted = r->acted || t.changes;
	if (t.tested) {
		r->test_runs++;
		oracle_note(r, &t);
	}
	show_end_of(r, text_of(&title), block, &t);
	result = json_object_new_object();
	put_str(result, "type", "tool_result");
	put_str(result, "tool_use_id", tool_string(block, "id", ""));
	json_object_object_add(result, "content",
	    json_object_new_string_len(
		text_of(&t.content), (int)t.content.len));
	put_bool(result, "is_error", t.is_error && !t.tested);
	json_object_array_add(results, result);
	note_call(r, block, &t);
	ret = tell_result(r, block, &t, e);
	if (ret == 0 && t.planned)
		ret = tell_plan(r, e);
out:
	tool_result_free(&t);
	return ret;
}

static bool
is_call(struct json_object *block)
{
	return strcmp(tool_string(block, "type", ""), "tool_use") == 0;
}

size_t
act_count(struct json_object *content)
{
	size_t i, n = 0;

	for (i = 0; i < json_object_array_length(content); i++)
		n += is_call(json_object_array_get_idx(content, i));
	return n;
}

/* Told beside the results: what is left of the budget, when it is little. */
static int
warn(struct run *r, struct json_object *results, struct err *e)
{
	char text[BUDGET_WARNING_MAX];
	struct json_object *ev;

	budget_foresee(&r->budget, weigh_bytes(results));
	if (!budget_warning(&r->budget, clock_ms(), text))
		return 0;
	json_object_array_add(results, loop_text_block(text, strlen(text)));
	show_line(&r->show, SHOW_DIM, "(%s)", text);
	ev = event_new(&r->events, "budget");
	put_str(ev, "warning", text);
	put_bool(ev, "last_turn", budget_is_last(&r->budget));
	return event_emit(&r->events, ev, e);
}

/* What the directories that the calls are about have to say for themselves. */
static int
add_guides(struct run *r, struct json_object *content,
    struct json_object *results, struct err *e)
{
	autotext struct text said = {0};
	struct json_object *block, *input = NULL;
	size_t i;

	for (i = 0; i < json_object_array_length(content); i++) {
		block = json_object_array_get_idx(content, i);
		if (is_call(block) &&
		    json_object_object_get_ex(block, "input", &input) &&
		    guide_touched(&r->guide, r->env.box, input, &said, e) < 0)
			return -1;
	}
	if (said.len == 0)
		return 0;
	loop_redact(r, &said);
	json_object_array_add(results, loop_text_block(said.p, said.len));
	show_line(&r->show, SHOW_DIM, "(told of a " GUIDE_NAME ")");
	return 0;
}

/* What it tried, and that this leads nowhere. */
static int
step_back(struct run *r, struct json_object *results, struct err *e)
{
	autotext struct text tried = {0}, said = {0};
	const char *why = guard_sentence(r->guard.circle);
	struct json_object *ev = event_new(&r->events, "step_back");

	guard_tried(&r->guard, &tried);
	prompt_step_back(&said, why, text_of(&tried));
	loop_redact(r, &said);
	json_object_array_add(results, loop_text_block(said.p, said.len));
	show_line(&r->show, SHOW_DIM, "(told to step back: %s)", why);
	put_str(ev, "why", why);
	return event_emit(&r->events, ev, e);
}

/* Each call in its order; all are answered, whatever becomes of it. */
static int
act_each(struct run *r, struct json_object *content,
    struct json_object *results, struct err *e)
{
	struct json_object *block;
	size_t i;
	int rc = 0;

	r->stopped = false;
	for (i = 0; i < json_object_array_length(content); i++) {
		block = json_object_array_get_idx(content, i);
		// What was planned with one that was stopped may make no sense.
		if (r->stopped ||
		    (is_call(block) && act(r, block, results, e) < 0)) {
			rc = r->stopped ? 0 : -1;
			break;
		}
	}
	give_up(content, i, results);
	return rc;
}

/* A turn that was stopped: a session goes on after it, with these answers. */
static enum agent_exit
cut_short(struct run *r, struct json_object *results, const struct err *e)
{
	struct err ignored;

	if (r->ui == NULL || e->code != ERR_INTERRUPTED)
		json_object_put(results);
	else if (loop_say(r, results, &ignored) < 0)
		return AGENT_EXIT_INTERNAL;
	return exit_of_error(e->code);
}

enum agent_exit
act_all(struct run *r, struct json_object *content, bool fenced, struct err *e)
{
	struct json_object *results = json_object_new_array();
	enum guard_verdict v;
	bool progress;

	memset(&r->round, 0, sizeof(r->round));
	if (act_each(r, content, results, e) < 0 ||
	    add_guides(r, content, results, e) < 0 ||
	    round_end(r, results, &progress, e) < 0)
		return cut_short(
		    r, fenced ? fenced_reply(content, results) : results, e);
	v = guard_turn(&r->guard, progress);
	if ((v == GUARD_NUDGE && step_back(r, results, e) < 0) ||
	    warn(r, results, e) < 0)
		return cut_short(
		    r, fenced ? fenced_reply(content, results) : results, e);
	if (fenced)
		results = fenced_reply(content, results);
	if (loop_say(r, results, e) < 0)
		return exit_of_error(e->code);
	if (v != GUARD_STOP)
		return AGENT_EXIT_DONE;
	err_set(e, ERR_MODEL, 0, "%s", guard_sentence(r->guard.circle));
	return AGENT_EXIT_LOOP;
}
