// SPDX-License-Identifier: ISC
// The checkpoints of a run, which can be undone to.
#include <errno.h>
#include <string.h>
#include "jail/base/fd.h"
#include "src/agent/run.h"
#include "src/keep/checkpoint.h"
#include "src/keep/prune.h"

int
checkpoints_prepare(char path[STATE_PATH_MAX], struct err *e)
{
	return state_dir("keep", path, e) != 0 ? -1 : state_make_dir(path, e);
}

/* A run without a checkpoint is one that cannot be undone, and goes on. */
static void
lacking(struct run *r, const char *why, const struct err *e)
{
	struct json_object *ev = event_new(&r->events, "checkpoint");
	struct err ignored;

	show_line(&r->show, SHOW_RED, "no checkpoint (%s): %s", why, e->text);
	put_str(ev, "why", why);
	put_str(ev, "error", e->text);
	(void)!event_emit(&r->events, ev, &ignored);
}

static void
tell(struct run *r, const struct keep_point *p)
{
	struct json_object *ev = event_new(&r->events, "checkpoint");
	struct err ignored;
	char hex[KEEP_HEX];

	keep_hex(p->tree, hex);
	put_int(ev, "n", p->n);
	put_str(ev, "why", p->why);
	put_str(ev, "tree", hex);
	put_int(ev, "files", p->files);
	put_int(ev, "files_not_kept", p->unkept);
	(void)!event_emit(&r->events, ev, &ignored);
	if (p->n == 0 && p->unkept > 0)
		show_line(&r->show, SHOW_RED,
		    "%llu files cannot be brought back by undo: too large, "
		    "unreadable or of a special kind",
		    (unsigned long long)p->unkept);
}

static void
take(struct run *r, const char *why)
{
	// At the end it is done even after a signal, as the difference is.
	struct keeper kp = {.helper = -1, .to = -1, .from = -1};
	struct keep_point p = {.ours = true};
	struct spec *spec = mem_alloc(1, sizeof(*spec));
	struct err e;
	int rc;

	snprintf(p.why, sizeof(p.why), "%s", why);
	keeper_spec(spec, &r->policy.spec);
	rc = keeper_open(&kp, &r->way, r->env.box, spec, &e);
	if (strcmp(why, "end") != 0)
		kp.stop = r->env.stop;
	if (rc == 0)
		rc = checkpoint_take(&r->checkpoints.keep, &kp, r->session.id,
		    &p, strcmp(why, "green") == 0, &e);
	keeper_close(&kp);
	free(spec);
	if (rc == 0)
		tell(r, &p);
	else if (rc < 0)
		lacking(r, why, &e);
	// Nothing to go back to: no later one is of any use.
	if (rc != 0 && p.n == 0 && strcmp(why, "start") == 0)
		r->checkpoints.take = NULL;
}

void
checkpoints_begin(struct run *r)
{
	struct checkpoints *c = &r->checkpoints;
	const char *why = "start";
	char path[STATE_PATH_MAX];
	struct err e;

	if (state_dir("keep", path, &e) != 0 ||
	    keep_open(&c->keep, path, true, &e) != 0) {
		lacking(r, "start", &e);
		return;
	}
	prune_maybe(&c->keep);
	if (keep_session_begin(&c->keep, r->session.id, r->way.path,
		r->way.workspace, &e) != 0) {
		why = "resume";
		if (e.sys_errno != EEXIST) {
			lacking(r, why, &e);
			return;
		}
	}
	c->held = keep_session_hold(&c->keep, r->session.id, false, &e);
	c->take = take;
	take(r, why);
}

void
checkpoints_end(struct run *r)
{
	fd_close(&r->checkpoints.held);
	keep_close(&r->checkpoints.keep);
}
