// SPDX-License-Identifier: ISC
// The loop: a turn of the model, its tools, the tests, until one ends it.
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include "jail/base/clock.h"
#include "src/agent/prompt.h"
#include "src/agent/redact.h"
#include "src/agent/run.h"

#define TAIL_LINES 12 // of a failing test, on screen

static struct json_object *
text_block(const char *text, size_t len)
{
	struct json_object *b = json_object_new_object();

	put_str(b, "type", "text");
	json_object_object_add(
	    b, "text", json_object_new_string_len(text, (int)len));
	return b;
}

/* Appends a message to the conversation, and tells of it. */
static int
say(struct run *r, struct json_object *content, struct err *e)
{
	struct json_object *m = json_object_new_object(), *ev;

	put_str(m, "role", "user");
	json_object_object_add(m, "content", content);
	json_object_array_add(r->messages, m);
	ev = event_new(&r->events, "message");
	json_object_object_add(ev, "message", json_object_get(m));
	return event_emit(&r->events, ev, e);
}

static int
say_text(struct run *r, const char *text, size_t len, struct err *e)
{
	struct json_object *content = json_object_new_array();

	json_object_array_add(content, text_block(text, len));
	return say(r, content, e);
}

void
loop_redact(struct run *r, struct text *t)
{
	if (t->len == 0)
		return;
	model_redact(r->model, t->p, t->len);
	r->redacted += redact_text(t);
}

int
loop_test(
    struct run *r, const char *why, struct tool_result *out, struct err *e)
{
	struct json_object *ev;

	memset(out, 0, sizeof(*out));
	if (tool_run_tests.run(&r->env, NULL, out, e) < 0)
		return -1;
	loop_redact(r, &out->content);
	ev = event_new(&r->events, "test_run");
	put_str(ev, "why", why);
	put_bool(ev, "passed", out->green);
	put_str(ev, "ending", out->summary.p);
	put_int(ev, "wall_ms", out->wall_ms);
	put_str(ev, "output", out->content.p);
	return event_emit(&r->events, ev, e);
}

/* Keeps the verdict of a test run, and shows it. */
static void
note_tests(struct run *r, const struct tool_result *t)
{
	if (r->test_runs == 0)
		r->tests_first = testlog_total(&t->tests);
	r->tests = (struct testlog){.runner = t->tests.runner,
	    .passed = t->tests.passed,
	    .failed = t->tests.failed,
	    .skipped = t->tests.skipped};
	r->dirty = false;
	r->green = t->green;
	show_line(&r->show, t->green ? SHOW_GREEN : SHOW_RED,
	    "= tests %s (%s, %" PRIu64 ".%02" PRIu64 " s)",
	    t->green ? "green" : "red", text_of(&t->summary), t->wall_ms / 1000,
	    t->wall_ms % 1000 / 10);
	if (!t->green)
		show_tail(&r->show, text_of(&t->content), TAIL_LINES);
}

/* How things stand before anything is done: it must be red. */
static int
first_tests(struct run *r, struct err *e)
{
	autotext struct text prompt = {0};
	struct tool_result t = {0};
	int ret = -1;

	if (r->env.test != NULL) {
		show_line(&r->show, SHOW_PLAIN, "$ %s", r->env.test);
		if (loop_test(r, "start", &t, e) < 0)
			goto out;
		note_tests(r, &t);
		if (t.green) {
			err_set(e, ERR_USAGE, 0,
			    "the tests already pass; give a --test that shows "
			    "what is to be done");
			goto out;
		}
	}
	if (prompt_first(
		&r->env, r->config->task, text_of(&t.content), &prompt, e) < 0)
		goto out;
	loop_redact(r, &prompt);
	ret = say_text(r, prompt.p, prompt.len, e);
out:
	tool_result_free(&t);
	return ret;
}

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

static int
tell_request(struct run *r, struct err *e)
{
	uint64_t hash = 14695981039346656037u; // FNV-1a
	struct json_object *ev = event_new(&r->events, "request");
	const char *s =
	    json_object_to_json_string_ext(r->messages, JSON_C_TO_STRING_PLAIN);
	char digest[32];

	for (; *s != '\0'; s++)
		hash = (hash ^ (unsigned char)*s) * 1099511628211u;
	snprintf(digest, sizeof(digest), "%016" PRIx64, hash);
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
	json_object_object_add(ev, "message", json_object_get(m->message));
	return event_emit(&r->events, ev, e);
}

static void
add_usage(struct model_usage *sum, const struct model_usage *u)
{
	sum->input_tokens += u->input_tokens;
	sum->output_tokens += u->output_tokens;
	sum->cache_read_input_tokens += u->cache_read_input_tokens;
	sum->cache_creation_input_tokens += u->cache_creation_input_tokens;
}

/* Asks the model. The message is in the conversation and in *m. */
static int
ask(struct run *r, struct model_response *m, struct err *e)
{
	struct model_request q = {
	    prompt_system, r->tools, r->messages, budget_deadline(&r->budget)};
	struct model_sink sink = {heard_text, heard_retry, r};
	struct json_object *content = NULL;

	if (tell_request(r, e) < 0)
		return -1;
	show_line(
	    &r->show, SHOW_DIM, "[turn %" PRIu64 "]", r->budget.turns + 1);
	memset(m, 0, sizeof(*m));
	if (model_turn(r->model, &q, &sink, m, e) < 0) {
		show_stream_end(&r->show);
		return -1;
	}
	show_stream_end(&r->show);
	budget_spend(
	    &r->budget, m->usage.input_tokens + m->usage.output_tokens);
	add_usage(&r->usage, &m->usage);
	// No server takes a message without content back.
	json_object_object_get_ex(m->message, "content", &content);
	if (json_object_array_length(content) == 0)
		json_object_array_add(content, text_block("(nothing)", 9));
	json_object_array_add(r->messages, m->message); // takes it over
	return tell_response(r, m, e);
}

static void
show_call(struct run *r, struct json_object *block)
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
	show_line(&r->show, SHOW_BOLD, "> %s%s%.*s%s", name,
	    *what != '\0' ? " " : "", (int)strcspn(what, "\n"), what,
	    strchr(what, '\n') ? " ..." : "");
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

/* One tool_use block: runs it and appends its result to results. */
static int
act(struct run *r, struct json_object *block, struct json_object *results,
    struct err *e)
{
	struct json_object *ev = event_new(&r->events, "tool_call");
	struct json_object *result;
	struct tool_result t;
	int ret = -1;

	json_object_object_add(ev, "call", json_object_get(block));
	if (event_emit(&r->events, ev, e) < 0)
		return -1;
	show_call(r, block);
	if (tool_call(&r->env, block, &t, e) < 0)
		goto out;
	loop_redact(r, &t.content);
	loop_redact(r, &t.summary);
	r->dirty = r->dirty || t.changes;
	if (t.tested) {
		r->test_runs++;
		note_tests(r, &t);
	} else {
		show_line(&r->show, SHOW_DIM, "  %s", text_of(&t.summary));
	}
	result = json_object_new_object();
	put_str(result, "type", "tool_result");
	put_str(result, "tool_use_id", tool_string(block, "id", ""));
	json_object_object_add(result, "content",
	    json_object_new_string_len(
		text_of(&t.content), (int)t.content.len));
	put_bool(result, "is_error", t.is_error && !t.tested);
	json_object_array_add(results, result);
	// The id is another in each call, what is asked for may be the same.
	json_object_object_get_ex(block, "input", &result);
	ev = json_object_new_array();
	json_object_array_add(
	    ev, json_object_new_string(tool_string(block, "name", "")));
	json_object_array_add(ev, json_object_get(result));
	guard_call(&r->guard, json_object_to_json_string(ev),
	    text_of(&t.content), t.changes && !t.tested);
	json_object_put(ev);
	ret = tell_result(r, block, &t, e);
out:
	tool_result_free(&t);
	return ret;
}

static bool
is_call(struct json_object *block)
{
	return strcmp(tool_string(block, "type", ""), "tool_use") == 0;
}

static size_t
count_calls(struct json_object *content)
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

	if (!budget_warning(&r->budget, clock_ms(), text))
		return 0;
	json_object_array_add(results, text_block(text, strlen(text)));
	show_line(&r->show, SHOW_DIM, "(%s)", text);
	ev = event_new(&r->events, "budget");
	put_str(ev, "warning", text);
	return event_emit(&r->events, ev, e);
}

/* Every call of an answer, in its order; then on with their results. */
static enum agent_exit
act_all(struct run *r, struct json_object *content, struct err *e)
{
	struct json_object *results = json_object_new_array(), *block;
	enum guard_verdict v;
	size_t i;

	for (i = 0; i < json_object_array_length(content); i++) {
		block = json_object_array_get_idx(content, i);
		if (is_call(block) && act(r, block, results, e) < 0) {
			json_object_put(results);
			return exit_of_error(e->code);
		}
	}
	v = guard_turn(&r->guard);
	if (v == GUARD_NUDGE)
		json_object_array_add(
		    results, text_block(prompt_circle, strlen(prompt_circle)));
	if (warn(r, results, e) < 0 || say(r, results, e) < 0)
		return exit_of_error(e->code);
	if (v != GUARD_STOP)
		return AGENT_EXIT_DONE;
	err_set(e, ERR_MODEL, 0,
	    "the same call had the same result again and again");
	return AGENT_EXIT_LOOP;
}

static void
note_green(struct run *r)
{
	r->green = true;
	r->green_ms = clock_ms() - r->budget.start_ms;
}

/*
 * Green is what passes twice in a row: a test that flips proves nothing. A
 * pass since which nothing ran is the first of the two.
 */
static int
prove(struct run *r, const char *why, struct tool_result *t, struct err *e)
{
	if (!r->green || r->dirty) {
		if (loop_test(r, why, t, e) < 0)
			return -1;
		r->test_runs++;
		note_tests(r, t);
		if (!t->green)
			return 0;
		tool_result_free(t);
	}
	if (loop_test(r, "confirm", t, e) < 0)
		return -1;
	r->test_runs++;
	note_tests(r, t);
	r->flips += !t->green;
	return 0;
}

/* What the model is told of red tests that it took for green. */
static int
answer_claim(
    struct run *r, const struct tool_result *t, bool flipped, struct err *e)
{
	autotext struct text answer = {0};

	if (flipped)
		prompt_flaky(&answer, text_of(&t->content));
	else
		prompt_still_red(&answer, text_of(&t->content));
	return say_text(r, answer.p, answer.len, e);
}

/* The model stopped. *over: so do we, with the status returned. */
static enum agent_exit
judge(struct run *r, bool *over, struct err *e)
{
	uint64_t flips = r->flips;
	struct tool_result t = {0};
	enum agent_exit status = AGENT_EXIT_DONE;

	*over = true;
	// It may still change what the tests are about.
	if (tool_background_end(&r->env))
		r->dirty = true;
	if (r->env.test == NULL) {
		r->unverified = true;
		return AGENT_EXIT_DONE;
	}
	if (prove(r, "claim", &t, e) < 0) {
		status = exit_of_error(e->code);
	} else if (t.green) {
		note_green(r);
	} else if (guard_claim(&r->guard) == GUARD_STOP) {
		err_set(e, ERR_MODEL, 0, "%s",
		    r->flips > flips
			? "the tests pass at one time and fail at another"
			: "the model gave up, or takes red for green");
		status = AGENT_EXIT_RED;
	} else if (answer_claim(r, &t, r->flips > flips, e) < 0) {
		status = exit_of_error(e->code);
	} else {
		*over = false;
	}
	tool_result_free(&t);
	return status;
}

/* One turn. *over: the run ends with the status returned. */
static enum agent_exit
turn(struct run *r, bool *over, struct err *e)
{
	struct model_response m;
	struct json_object *content = NULL;
	enum agent_exit status;

	*over = true;
	if (ask(r, &m, e) < 0)
		return exit_of_error(e->code);
	json_object_object_get_ex(m.message, "content", &content);
	if (m.stop == MODEL_STOP_REFUSAL) {
		err_set(e, ERR_MODEL, 0, "the model refused to go on");
		return AGENT_EXIT_MODEL;
	}
	if (count_calls(content) > 0) {
		status = act_all(r, content, e);
		*over = status != AGENT_EXIT_DONE;
		return status;
	}
	if (m.stop != MODEL_STOP_LENGTH)
		return judge(r, over, e);
	if (say_text(r, prompt_cut, strlen(prompt_cut), e) < 0)
		return exit_of_error(e->code);
	*over = false;
	return AGENT_EXIT_DONE;
}

/*
 * The run was stopped short. Work that was not tested yet may be all there
 * was to do: the tests have the last word.
 */
static enum agent_exit
last_word(struct run *r, enum agent_exit status, struct err *e)
{
	struct tool_result t = {0};
	struct err ignored;

	if (tool_background_end(&r->env))
		r->dirty = true;
	if (status != AGENT_EXIT_TURNS && status != AGENT_EXIT_COST &&
	    status != AGENT_EXIT_LOOP)
		return status;
	if (r->env.test == NULL || (!r->dirty && !r->green))
		return status;
	if (prove(r, "end", &t, &ignored) < 0)
		r->dirty = true;
	tool_result_free(&t);
	if (!r->green || r->dirty)
		return status;
	memset(e, 0, sizeof(*e));
	note_green(r);
	return AGENT_EXIT_DONE;
}

// Red, after destinations were refused that nobody was there to allow: who
// reads the status alone is to look there first.
static enum agent_exit
denied(const struct run *r, enum agent_exit status, struct err *e)
{
	const struct tool_network *n = r->env.network;

	if (n == NULL || n->count == 0 ||
	    (status != AGENT_EXIT_RED && status != AGENT_EXIT_LOOP))
		return status;
	err_prefix(e, "%" PRIu64 " connections were refused", n->count);
	return AGENT_EXIT_DENIED;
}

enum agent_exit
loop_run(struct run *r, struct err *e)
{
	enum agent_exit status = AGENT_EXIT_DONE;
	bool over = false;

	memset(e, 0, sizeof(*e));
	if (first_tests(r, e) < 0) {
		status = exit_of_error(e->code);
		over = true;
	}
	while (!over) {
		status = budget_check(&r->budget, clock_ms());
		if (status != AGENT_EXIT_DONE) {
			err_set(e, ERR_LIMIT, 0, "%s", exit_sentence(status));
			break;
		}
		if (r->env.network != NULL)
			r->env.network->attend(r->env.network->arg);
		status = turn(r, &over, e);
	}
	// The deadline of the run ends a request or a command as a stop does.
	if (status == AGENT_EXIT_INTERRUPTED && e->sys_errno == ETIMEDOUT) {
		err_set(e, ERR_LIMIT, 0, "%s", exit_sentence(AGENT_EXIT_TIME));
		status = AGENT_EXIT_TIME;
	} else if (status == AGENT_EXIT_INTERRUPTED) {
		err_set(e, ERR_INTERRUPTED, 0, "%s", exit_sentence(status));
	}
	return denied(r, last_word(r, status, e), e);
}
