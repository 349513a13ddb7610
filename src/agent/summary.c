// SPDX-License-Identifier: ISC
// The end of a run: verdict, figures, and what changed in the workspace.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "policy/scan.h"
#include "src/agent/run.h"
#include "src/agent/since.h"
#include "src/agent/truncate.h"

#define DIFF_IN_EVENT (512u << 10) // bytes of each end

static const char *
verdict_of(const struct run *r, enum agent_exit status)
{
	if (status == AGENT_EXIT_DONE && r->unverified)
		return "unverified";
	return exit_name(status);
}

int
run_difference(
    struct run *r, struct text *diff, struct snapshot_changes *c, struct err *e)
{
	struct snapshot *now;

	if (r->start == NULL)
		return err_set(e, ERR_INTERNAL, 0, "nothing was started");
	// Even after a signal: it is what was done until then.
	now = snapshot_take(r->env.box, r->start, NULL, e);
	if (now == NULL)
		return -1;
	snapshot_diff(r->start, now, diff, c);
	since_keep(r->session.path, r->start, now);
	snapshot_free(now);
	return 0;
}

static int
write_diff(const char *path, const struct text *diff, struct err *e)
{
	autoclose int fd =
	    open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd < 0 || fd_write_all(fd, text_of(diff), diff->len) < 0)
		return err_set(e, ERR_FILE, errno, "write %.150s", path);
	return 0;
}

static void
put_tests(struct json_object *ev, const struct run *r)
{
	struct json_object *o = json_object_new_object();

	if (r->tests.runner != NULL) {
		put_str(o, "runner", r->tests.runner);
		put_int(o, "passed", r->tests.passed);
		put_int(o, "failed", r->tests.failed);
		put_int(o, "skipped", r->tests.skipped);
		put_int(o, "at_start", r->tests_first);
	}
	put_int(o, "files_touched", r->weaken.touched);
	put_int(o, "removed", r->weaken.removed);
	put_int(o, "skip_marks_added", r->weaken.skips);
	put_int(o, "lines_changed", r->weaken.lines);
	json_object_object_add(ev, "tests", o);
}

/* {"password":2}: what was struck out, by its form. */
static void
put_forms(struct json_object *ev, const struct redactor *by)
{
	struct json_object *o = json_object_new_object();
	size_t i;

	for (i = 0; i < by->nkinds; i++)
		put_int(o, by->of[i].kind, by->of[i].count);
	json_object_object_add(ev, "secrets_redacted_by_form", o);
}

/* What a reviewer must not miss. */
static void
show_tests(struct show *screen, const struct run *r)
{
	const struct weaken *w = &r->weaken;
	unsigned long now = testlog_total(&r->tests);

	if (r->tests.runner != NULL)
		show_line(screen, SHOW_PLAIN,
		    "  %s: %lu passed, %lu failed, %lu skipped",
		    r->tests.runner, r->tests.passed, r->tests.failed,
		    r->tests.skipped);
	if (r->tests.runner != NULL && now < r->tests_first)
		show_line(screen, SHOW_RED,
		    "  fewer tests ran than at the start: %lu, not %lu", now,
		    r->tests_first);
	if (w->touched > 0)
		show_line(screen, SHOW_RED, "  test files changed: %s%s",
		    text_of(&w->names), w->touched > 10 ? "..." : "");
	if (w->removed > 0)
		show_line(
		    screen, SHOW_RED, "  tests taken out: %zu", w->removed);
	if (w->skips > 0)
		show_line(screen, SHOW_RED,
		    "  marks added that skip tests: %zu", w->skips);
}

static void
tell(struct run *r, enum agent_exit status, const struct err *why,
    const struct text *diff, const struct snapshot_changes *c)
{
	struct json_object *ev = event_new(&r->events, "diff");
	autotext struct text clean = {0};
	struct err e;

	truncate_text(&clean, CLEAN_FILE, text_of(diff), diff->len,
	    DIFF_IN_EVENT, DIFF_IN_EVENT);
	loop_redact(r, &clean);
	put_str(ev, "diff", text_of(&clean));
	put_int(ev, "files_added", c->added);
	put_int(ev, "files_modified", c->modified);
	put_int(ev, "files_deleted", c->deleted);
	put_int(ev, "lines_added", c->lines.added);
	put_int(ev, "lines_removed", c->lines.removed);
	// Nothing is left to stop if this fails: the status says it all.
	(void)!event_emit(&r->events, ev, &e);
	ev = event_new(&r->events, "end");
	put_str(ev, "reason", verdict_of(r, status));
	put_int(ev, "exit_status", status);
	put_bool(ev, "tests_green", r->green && !r->dirty);
	if (r->spent != BUDGET__COUNT && status != AGENT_EXIT_DONE)
		put_str(ev, "budget", budget_name(r->spent));
	put_int(ev, "turns", r->budget.turns);
	put_int(ev, "tool_calls", r->budget.calls);
	put_int(ev, "test_runs", r->test_runs);
	put_tests(ev, r);
	put_int(ev, "passes_not_confirmed", r->flips);
	put_int(ev, "approvals_asked", r->approve.asked);
	put_int(ev, "approvals_refused", r->approve.refused);
	put_int(ev, "calls_denied", r->approve.denied);
	put_int(ev, "secrets_redacted", r->redactor.count);
	put_forms(ev, &r->redactor);
	put_int(ev, "wall_ms", clock_ms() - r->budget.start_ms);
	if (r->green_ms != 0)
		put_int(ev, "time_to_green_ms", r->green_ms);
	put_usage(ev, &r->usage);
	if (r->env.network != NULL)
		r->env.network->tell(r->env.network->arg, ev);
	if (status != AGENT_EXIT_DONE) {
		put_str(ev, "error", why->text);
		put_str(ev, "error_code", err_name(why->code));
	}
	(void)!event_emit(&r->events, ev, &e);
}

static bool
changed(const struct snapshot_changes *c)
{
	return c->added + c->modified + c->deleted > 0;
}

static void
show_cost(struct show *screen, const struct model_usage *u)
{
	uint64_t all = u->input_tokens + u->output_tokens;
	char usd[SCAN_FORMAT_MAX] = "0.00";

	if (all == 0 || u->unpriced_tokens >= all)
		return;
	if (u->cost_micro != 0)
		scan_format(SPEC_UNIT_MONEY, u->cost_micro, usd);
	show_line(screen, SHOW_PLAIN, "  cost: %s dollars%s%s", usd,
	    u->estimated_tokens > 0
		? ", in part a guess: of answers that were cut off"
		: "",
	    u->unpriced_tokens > 0 ? ", and what has no price" : "");
}

static void
show_end(struct run *r, enum agent_exit status, const struct err *why,
    const struct snapshot_changes *c)
{
	struct show screen;
	uint64_t ms = clock_ms() - r->budget.start_ms;
	const char *verdict = verdict_of(r, status);
	autotext struct text forms = {0};

	// The result is said even to those who asked for quiet.
	show_begin(&screen, r->config->json ? NULL : stderr);
	screen.model = r->model;
	if (status == AGENT_EXIT_DONE)
		show_line(&screen, SHOW_GREEN, "%s", verdict);
	else
		show_line(&screen, SHOW_RED, "%s: %s", verdict, why->text);
	show_line(&screen, SHOW_PLAIN,
	    "  turns: %" PRIu64 ", test runs: %" PRIu64 ", time: %" PRIu64
	    ".%01" PRIu64 " s, tokens: %" PRIu64 " in, %" PRIu64 " out",
	    r->budget.turns, r->test_runs, ms / 1000, ms % 1000 / 100,
	    r->usage.input_tokens, r->usage.output_tokens);
	show_cost(&screen, &r->usage);
	if (r->green_ms != 0)
		show_line(&screen, SHOW_PLAIN,
		    "  time to green: %" PRIu64 ".%01" PRIu64 " s",
		    r->green_ms / 1000, r->green_ms % 1000 / 100);
	show_line(&screen, SHOW_PLAIN,
	    "  files: %" PRIu64 " changed, %" PRIu64 " added, %" PRIu64
	    " deleted; lines: +%" PRIu64 " -%" PRIu64,
	    c->modified, c->added, c->deleted, c->lines.added,
	    c->lines.removed);
	show_tests(&screen, r);
	if (r->flips > 0)
		show_line(&screen, SHOW_RED,
		    "  flaky: %" PRIu64 " of %" PRIu64
		    " test runs failed right after one that passed",
		    r->flips, r->test_runs);
	if (r->approve.asked + r->approve.denied > 0)
		show_line(&screen, SHOW_PLAIN,
		    "  approvals: %" PRIu64 " asked, %" PRIu64
		    " of them refused; %" PRIu64
		    " calls denied with nobody asked",
		    r->approve.asked, r->approve.refused, r->approve.denied);
	if (r->redactor.count > 0) {
		redactor_say(&r->redactor, &forms);
		show_line(&screen, SHOW_PLAIN,
		    "  secrets struck out: %" PRIu64 " (%s); neither the model "
		    "nor the session got them",
		    r->redactor.count, forms.p);
	}
	if (r->start != NULL && r->start->skipped > 0)
		show_line(&screen, SHOW_DIM,
		    "  not looked into: %" PRIu64
		    " directories of caches, dependencies or .git",
		    r->start->skipped);
	if (r->env.network != NULL)
		r->env.network->show(r->env.network->arg);
	show_line(&screen, SHOW_DIM, "  session: %s", r->session.path);
	if (r->checkpoints.take != NULL && changed(c))
		show_line(&screen, SHOW_DIM,
		    "  to take it back: stockade undo %s", r->session.id);
}

enum agent_exit
summary_end(struct run *r, enum agent_exit status, const struct err *why)
{
	autotext struct text diff = {0};
	struct snapshot_changes c = {0};
	struct err e;

	if (run_difference(r, &diff, &c, &e) < 0)
		show_line(
		    &r->show, SHOW_RED, "no difference to show: %s", e.text);
	if (diff.len > 0)
		model_redact(r->model, diff.p, diff.len);
	text_free(&r->weaken.names);
	weaken_look(&r->weaken, text_of(&diff), diff.len, r->env.test);
	if (r->config->diff_file != NULL &&
	    write_diff(r->config->diff_file, &diff, &e) < 0) {
		fprintf(stderr, "stockade agent: %s\n", e.text);
		if (status == AGENT_EXIT_DONE)
			status = AGENT_EXIT_INTERNAL;
	}
	show_stream_end(&r->show);
	if (r->checkpoints.take != NULL)
		r->checkpoints.take(r, "end");
	if (!r->config->json && diff.len > 0)
		show_diff(stdout, diff.p, diff.len);
	show_end(r, status, why, &c);
	tell(r, status, why, &diff, &c);
	return status;
}
