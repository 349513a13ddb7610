// SPDX-License-Identifier: ISC
// A workspace brought back to a checkpoint, path by path.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "jail/base/fd.h"
#include "src/keep/undo.h"

static const struct keep_point *
point(const struct keep_session *s, uint64_t n)
{
	size_t i;

	// A session that was gone on with began more than once.
	for (i = s->npoints; n == UNDO_BEGIN && i > 0; i--)
		if (strcmp(s->v[i - 1].why, "start") == 0 ||
		    strcmp(s->v[i - 1].why, "resume") == 0)
			return &s->v[i - 1];

	for (i = 0; i < s->npoints; i++)
		if (s->v[i].n == n)
			return &s->v[i];
	return NULL;
}

/* Whether the person had the workspace for himself before it. */
static bool
comes_after_person(const struct keep_point *p)
{
	return strcmp(p->why, "task") == 0 || strcmp(p->why, "resume") == 0;
}

/*
 * Between two tasks of a session, or two runs, somebody else works: what he
 * changed there is his, though the end of what came after has it, too.
 */
static int
except_theirs(struct keep *k, struct undo *u, const struct keep_point *from,
    const struct keep_point *last, struct err *e)
{
	struct keep_tree a, b;
	int rc = 0;

	for (; rc == 0 && from < last; from++) {
		if (!comes_after_person(&from[1]))
			continue;
		a = b = (struct keep_tree){0};
		rc = keep_get_tree(k, from[0].tree, &a, e);
		if (rc == 0)
			rc = keep_get_tree(k, from[1].tree, &b, e);
		if (rc == 0 && tree_doubt(&u->last, &u->target, &a, &b) != 0)
			rc = err_set(e, ERR_SYSTEM, ENOMEM, "plan an undo");
		tree_free(&a);
		tree_free(&b);
	}
	return rc;
}

static int
load(struct keep *k, struct undo *u, struct err *e)
{
	const struct keep_point *last = NULL, *to;
	struct keep_session s;
	size_t i;
	int rc = -1;

	if (keep_session_load(k, u->session, &s, e) != 0)
		return -1;
	for (i = 0; i < s.npoints; i++)
		if (s.v[i].ours)
			last = &s.v[i];
	to = point(&s, u->to);
	if (last == NULL || to == NULL)
		err_set(e, ERR_USAGE, 0,
		    "session %.60s has no checkpoint %" PRIu64
		    "; --list names them",
		    u->session, u->to);
	else
		rc = keep_get_tree(k, last->tree, &u->last, e);
	if (rc == 0)
		rc = keep_get_tree(k, to->tree, &u->target, e);
	if (rc == 0)
		rc = except_theirs(k, u, to, last, e);
	if (rc == 0) {
		u->to = to->n;
		u->point = *to;
	}
	if (rc == 0)
		u->unfinished = strcmp(last->why, "end") != 0 &&
				strcmp(last->why, "undo") != 0;
	keep_session_free(&s);
	return rc;
}

/* All that will be needed is there and whole, before anything is touched. */
static int
check_content(struct keep *k, const struct keep_plan *p, struct err *e)
{
	size_t i;
	int fd;

	for (i = 0; i < p->n; i++) {
		if (p->v[i].kind != PLAN_FILE || p->v[i].why != PLAN_DO)
			continue;
		fd = keep_get(k, p->v[i].to->digest, e);
		if (fd < 0)
			return -1;
		close(fd);
	}
	return 0;
}

/* The bits that lend somebody's rights come back only with what was there
   before anything ran. */
static uint32_t
mode_of(const struct undo *u, const struct keep_entry *en)
{
	return en->type == KEEP_FILE && u->to != 0 ? en->mode & 01777
						   : en->mode;
}

static int
step(struct keep *k, struct keeper *kp, const struct undo *u,
    const struct keep_step *s, struct err *e)
{
	autoclose int fd = -1;

	switch (s->kind) {
	case PLAN_REMOVE:
		return keeper_unlink(kp, s->path, e);
	case PLAN_RMDIR:
		return keeper_rmdir(kp, s->path, e);
	case PLAN_DIR:
		return keeper_dir(kp, s->path, mode_of(u, s->to), e);
	case PLAN_LINK:
		return keeper_link(kp, s->path, s->to->target, e);
	case PLAN_FIFO:
		return keeper_fifo(kp, s->path, mode_of(u, s->to), e);
	case PLAN_MODE:
		return keeper_mode(kp, s->path, mode_of(u, s->to), e);
	case PLAN_FILE:
		fd = keep_get(k, s->to->digest, e);
		return fd < 0
			   ? -1
			   : keeper_file(kp, s->path, mode_of(u, s->to), fd, e);
	}
	return err_set(e, ERR_INTERNAL, 0, "step %d", s->kind);
}

static int
apply(struct keep *k, struct keeper *kp, struct undo *u, struct err *e)
{
	size_t i;
	int rc;

	for (i = 0; i < u->plan.n; i++) {
		if (u->plan.v[i].why != PLAN_DO)
			continue;
		rc = step(k, kp, u, &u->plan.v[i], e);
		if (rc < 0)
			return -1;
		if (rc == 0) {
			u->done++;
		} else if (u->failed++ == 0) {
			err_set(&u->why, ERR_FILE, rc, "%s %.120s",
			    plan_kind_name(u->plan.v[i].kind),
			    u->plan.v[i].path);
		}
	}
	rc = keeper_sync(kp, e);
	if (rc > 0)
		return err_set(e, ERR_FILE, rc, "write the workspace to disk");
	return rc;
}

/* What an undo that was killed was about to put somewhere. */
static int
clear_leftovers(struct keeper *kp, const struct keep_tree *now, struct err *e)
{
	size_t i;
	int rc;

	for (i = 0; i < now->n; i++) {
		if (now->v[i].type != KEEP_LEFTOVER)
			continue;
		rc = keeper_unlink(kp, now->v[i].path, e);
		if (rc == EISDIR)
			rc = keeper_rmdir(kp, now->v[i].path, e);
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* What is there before, whoever made it. */
static int
note_before(struct keep *k, struct undo *u, struct err *e)
{
	struct keep_point p = {.why = "before-undo"};

	return checkpoint_note(k, u->session, &u->now, &p, e);
}

/* With the store locked against who prunes it. */
static int
locked(struct keep *k, struct keeper *kp, struct undo *u, struct err *e)
{
	unsigned flags =
	    (u->force ? PLAN_FORCE : 0) | (u->unfinished ? PLAN_UNFINISHED : 0);

	if (plan_make(&u->plan, &u->last, &u->target, &u->now, flags, e) != 0 ||
	    check_content(k, &u->plan, e) != 0)
		return -1;
	u->refused = u->plan.count[PLAN_CHANGED] > 0 ||
		     (!u->force && u->plan.count[PLAN_NOT_KEPT] > 0);
	if (u->refused || u->dry_run || u->plan.count[PLAN_DO] == 0)
		return 0;
	if (note_before(k, u, e) != 0 || clear_leftovers(kp, &u->now, e) != 0 ||
	    apply(k, kp, u, e) != 0)
		return -1;
	return 0;
}

int
undo_run(struct keep *k, struct keeper *kp, struct undo *u, struct err *e)
{
	int rc;

	if (load(k, u, e) != 0 ||
	    checkpoint_look(k, kp, &u->last, &u->now, e) != 0)
		return -1;
	rc = locked(k, kp, u, e);
	// Until then the session's state is what it was before: who is killed,
	// or fails, can do it again. From then on it is the checkpoint's, and
	// what differs from that is somebody else's work.
	if (rc == 0 && u->done > 0 && u->failed == 0) {
		snprintf(u->point.why, sizeof(u->point.why), "undo");
		u->point.ours = true;
		rc = keep_session_add(k, u->session, &u->point, e);
	}
	keep_unlock(k);
	return rc;
}

void
undo_free(struct undo *u)
{
	tree_free(&u->last);
	tree_free(&u->target);
	tree_free(&u->now);
	keep_plan_free(&u->plan);
}
