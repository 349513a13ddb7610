// SPDX-License-Identifier: ISC
// The tests have the word: before, at a claim, at the end; green is proved.
#include <inttypes.h>
#include <string.h>
#include "jail/base/clock.h"
#include "src/agent/loop.h"
#include "src/agent/prompt.h"

#define TAIL_LINES 12 // of a failing test, on screen

int
oracle_run(
    struct run *r, const char *why, struct tool_result *out, struct err *e)
{
	uint64_t kept = r->env.deadline_ms;
	struct json_object *ev;
	int ret;

	memset(out, 0, sizeof(*out));
	// The time that other commands leave is there for them, too.
	r->env.deadline_ms = budget_deadline(&r->budget);
	ret = tool_run_tests.run(&r->env, NULL, out, e);
	r->env.deadline_ms = kept;
	if (ret < 0)
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

void
oracle_note(struct run *r, const struct tool_result *t)
{
	bool fresh = r->green != t->green ||
		     r->tests.passed != t->tests.passed ||
		     r->tests.failed != t->tests.failed ||
		     r->tests.skipped != t->tests.skipped;
	bool passes;

	if (r->test_runs == 0)
		r->tests_first = testlog_total(&t->tests);
	r->tests = (struct testlog){.runner = t->tests.runner,
	    .passed = t->tests.passed,
	    .failed = t->tests.failed,
	    .skipped = t->tests.skipped};
	passes = t->green && r->test_runs > 0 && (r->dirty || !r->green);
	r->dirty = false;
	r->green = t->green;
	r->round.verdict = r->round.verdict || fresh;
	show_line(&r->show, t->green ? SHOW_GREEN : SHOW_RED,
	    "= tests %s (%s, %" PRIu64 ".%02" PRIu64 " s)",
	    t->green ? "green" : "red", text_of(&t->summary), t->wall_ms / 1000,
	    t->wall_ms % 1000 / 10);
	if (!t->green)
		show_tail(&r->show, text_of(&t->content), TAIL_LINES);
	if (passes && r->checkpoints.take != NULL)
		r->checkpoints.take(r, "green");
}

int
oracle_first(struct run *r, struct err *e)
{
	autotext struct text prompt = {0}, said = {0};
	struct tool_result t = {0};
	int ret = -1;

	if (r->env.test != NULL) {
		show_line(&r->show, SHOW_PLAIN, "$ %s", r->env.test);
		if (oracle_run(r, "start", &t, e) < 0)
			goto out;
		oracle_note(r, &t);
		r->first_ms = t.wall_ms;
		if (t.green) {
			testlog_say(&t.tests, &said);
			err_set(e, ERR_USAGE, 0,
			    "the tests already pass%s%.80s%s: they would not "
			    "show whether the task is done. Add one that fails "
			    "until it is, or name another --test; --no-test "
			    "runs without",
			    said.len > 0 ? " (" : "", text_of(&said),
			    said.len > 0 ? ")" : "");
			goto out;
		}
	}
	if (prompt_first(
		&r->env, r->config->task, text_of(&t.content), &prompt, e) < 0)
		goto out;
	loop_redact(r, &prompt);
	ret = loop_say_text(r, prompt.p, prompt.len, e);
out:
	tool_result_free(&t);
	return ret;
}

static void
note_green(struct run *r)
{
	r->green = true;
	r->green_ms = clock_ms() - r->budget.start_ms;
}

int
oracle_prove(
    struct run *r, const char *why, struct tool_result *t, struct err *e)
{
	if (!r->green || r->dirty) {
		if (oracle_run(r, why, t, e) < 0)
			return -1;
		r->test_runs++;
		oracle_note(r, t);
		if (!t->green)
			return 0;
		tool_result_free(t);
	}
	if (oracle_run(r, "confirm", t, e) < 0)
		return -1;
	r->test_runs++;
	oracle_note(r, t);
	r->flips += !t->green;
	return 0;
}

/* What of the tests is less than it was, if the policy minds, a line each. */
static int
look_weak(struct run *r, struct text *out, struct err *e)
{
	autotext struct text diff = {0};
	struct snapshot_changes c = {0};
	unsigned long now = testlog_total(&r->tests);

	if (r->policy.weakened_tests != WEAKENED_REFUSE)
		return 0;
	if (run_difference(r, &diff, &c, e) < 0)
		return -1;
	text_free(&r->weaken.names);
	weaken_look(&r->weaken, text_of(&diff), diff.len, r->env.test);
	weaken_say(&r->weaken, out);
	if (r->tests.runner != NULL && now < r->tests_first)
		text_printf(out,
		    "- fewer tests ran than at the start: %lu, not %lu\n", now,
		    r->tests_first);
	// Whatever they said, this is not green.
	if (out->len > 0)
		r->green = false;
	return 0;
}

/* The model is told why it is not done; again and again, it gives up. */
static enum agent_exit
answer_claim(struct run *r, const struct text *said, const char *why,
    bool *over, struct err *e)
{
	if (guard_claim(&r->guard) == GUARD_STOP) {
		err_set(e, ERR_MODEL, 0, "%s", why);
		return AGENT_EXIT_RED;
	}
	if (loop_say_text(r, said->p, said->len, e) < 0)
		return exit_of_error(e->code);
	*over = false;
	return AGENT_EXIT_DONE;
}

static enum agent_exit
red_claim(struct run *r, const struct tool_result *t, bool flipped, bool *over,
    struct err *e)
{
	autotext struct text said = {0};

	if (flipped)
		prompt_flaky(&said, text_of(&t->content));
	else
		prompt_still_red(&said, text_of(&t->content));
	return answer_claim(r, &said,
	    flipped ? "the tests pass at one time and fail at another"
		    : "the model gave up, or takes red for green",
	    over, e);
}

/* Green with changes that the edit lines forbid: 1, the model was told; it may
   be told of that as often as of red tests. */
static int
tell_against(struct run *r, struct err *e)
{
	autotext struct text what = {0}, answer = {0};

	if (approve_look(r, &what, e) < 0)
		return -1;
	if (what.len == 0 || guard_claim(&r->guard) == GUARD_STOP)
		return 0;
	prompt_against(&answer, what.p);
	return loop_say_text(r, answer.p, answer.len, e) < 0 ? -1 : 1;
}

enum agent_exit
oracle_claim(struct run *r, bool *over, struct err *e)
{
	autotext struct text weak = {0}, said = {0};
	uint64_t flips = r->flips;
	struct tool_result t = {0};
	enum agent_exit status = AGENT_EXIT_DONE;
	int told;

	*over = true;
	// It may still change what the tests are about.
	if (tool_background_end(&r->env))
		r->dirty = true;
	// In a session an answer may be all that was asked for.
	if (r->ui != NULL && (!r->acted || !r->ui->changed(r->ui->arg))) {
		r->unverified = true;
		return AGENT_EXIT_DONE;
	}
	if (r->env.test != NULL && oracle_prove(r, "claim", &t, e) < 0) {
		status = exit_of_error(e->code);
	} else if (r->env.test != NULL && !t.green) {
		status = red_claim(r, &t, r->flips > flips, over, e);
	} else if (look_weak(r, &weak, e) < 0) {
		status = exit_of_error(e->code);
	} else if (weak.len > 0) {
		prompt_weakened(&said, weak.p);
		status = answer_claim(r, &said,
		    "the tests were made easier to pass, which the policy "
		    "refuses",
		    over, e);
	} else if (r->env.test == NULL) {
		r->unverified = true;
	} else if ((told = tell_against(r, e)) != 0) {
		*over = told < 0;
		status = told < 0 ? exit_of_error(e->code) : AGENT_EXIT_DONE;
	} else {
		note_green(r);
	}
	tool_result_free(&t);
	return status;
}

enum agent_exit
oracle_last_word(struct run *r, enum agent_exit status, struct err *e)
{
	autotext struct text weak = {0};
	struct tool_result t = {0};
	struct err ignored;

	if (tool_background_end(&r->env))
		r->dirty = true;
	if (status != AGENT_EXIT_TURNS && status != AGENT_EXIT_COST &&
	    status != AGENT_EXIT_TIME && status != AGENT_EXIT_LOOP)
		return status;
	if (r->env.test == NULL || (!r->dirty && !r->green))
		return status;
	if (oracle_prove(r, "end", &t, &ignored) < 0)
		r->dirty = true;
	tool_result_free(&t);
	if (!r->green || r->dirty || look_weak(r, &weak, &ignored) < 0 ||
	    weak.len > 0)
		return status;
	memset(e, 0, sizeof(*e));
	note_green(r);
	return AGENT_EXIT_DONE;
}
