// SPDX-License-Identifier: ISC
// Tasks of a session taken back: each begins and ends with a checkpoint.
#include <stdlib.h>
#include <string.h>
#include "src/agent/interactive.h"
#include "src/keep/undo.h"

static int
take(struct run *r, struct keeper *kp, const char *why, uint64_t *n,
    struct err *e)
{
	// What is new when a task begins is the person's work, not ours.
	struct keep_point p = {.ours = strcmp(why, "end") == 0};

	snprintf(p.why, sizeof(p.why), "%s", why);
	if (checkpoint_take(
		&r->checkpoints.keep, kp, r->session.id, &p, false, e) != 0)
		return -1;
	*n = p.n;
	return 0;
}

static int
undo(struct run *r, struct keeper *kp, struct undo *u, struct err *e)
{
	return undo_run(&r->checkpoints.keep, kp, u, e);
}

/* With a keeper of the workspace: takes a checkpoint, or goes back to one. */
static int
with_keeper(
    struct run *r, const char *why, uint64_t *n, struct undo *u, struct err *e)
{
	struct keeper kp = {.helper = -1, .to = -1, .from = -1};
	struct spec *spec = mem_alloc(1, sizeof(*spec));
	int rc;

	keeper_spec(spec, &r->policy.spec);
	rc = keeper_open(&kp, &r->way, r->env.box, spec, e);
	if (rc == 0)
		rc = u != NULL ? undo(r, &kp, u, e) : take(r, &kp, why, n, e);
	keeper_close(&kp);
	free(spec);
	return rc;
}

void
interactive_keep(struct interactive *it, bool begins)
{
	struct run *r = it->run;
	uint64_t n = 0;
	struct err e;

	if (r->checkpoints.take == NULL)
		return;
	if (with_keeper(r, begins ? "task" : "end", &n, NULL, &e) < 0) {
		show_line(&r->show, SHOW_RED, "no checkpoint: %s", e.text);
		return;
	}
	if (!begins || it->points == POINTS_MAX)
		return;
	it->point[it->points++] = n;
}

int
interactive_undo(struct interactive *it, const char *arg, struct err *e)
{
	struct run *r = it->run;
	struct undo u = {
	    .session = r->session.id, .force = strcmp(arg, "force") == 0};
	struct err why;
	size_t i;

	(void)e;
	if (r->checkpoints.take == NULL || it->points == 0) {
		show_line(&r->show, SHOW_PLAIN, "There is no task to undo.");
		return 0;
	}
	u.to = it->point[it->points - 1];
	if (with_keeper(r, NULL, NULL, &u, &why) < 0) {
		show_line(&r->show, SHOW_RED, "Not undone: %s", why.text);
		undo_free(&u);
		return 0;
	}
	for (i = 0; i < u.plan.n; i++)
		show_line(&r->show,
		    u.plan.v[i].why == PLAN_DO ? SHOW_PLAIN : SHOW_RED,
		    "  %s %s%s%s", plan_kind_name(u.plan.v[i].kind),
		    u.plan.v[i].path,
		    u.plan.v[i].why == PLAN_DO ? "" : ": left, ",
		    u.plan.v[i].why == PLAN_DO
			? ""
			: plan_why_name(u.plan.v[i].why));
	if (u.refused) {
		show_line(&r->show, SHOW_RED,
		    "Nothing was undone; /undo force gives up what you "
		    "changed.");
	} else {
		it->points--;
		r->dirty = true;
		it->undone = true; // the model is told with the next task
		show_line(&r->show, SHOW_PLAIN,
		    u.plan.n == 0 ? "The last task changed nothing."
				  : "The files are as they were before the "
				    "last task.");
	}
	undo_free(&u);
	return 0;
}
