// SPDX-License-Identifier: ISC
// How an answer becomes a finding: what a policy can ask for.
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "src/doctor/property.h"

static void __attribute__((format(printf, 3, 4)))
found(struct finding *f, enum state state, const char *fmt, ...)
{
	va_list ap;

	f->state = state;
	va_start(ap, fmt);
	vsnprintf(f->detail, sizeof(f->detail), fmt, ap);
	va_end(ap);
}

// The first sandbox stands: what this one lacks is what it has beside.
static enum mend_kind
mend_of(const struct err *e)
{
	enum mend_kind kind = mend_of_error(e);

	return kind == MEND_LANDLOCK || kind == MEND_KERNEL ||
		       kind == MEND_MOUNT
		   ? kind
		   : MEND_REPORT;
}

// True if there is a sandbox whose answers can be judged.
static bool
stands(const struct asked_trial *a, struct finding *f)
{
	if (!a->tried)
		return false;
	if (a->stands && a->err.code == ERR_NONE)
		return true;
	// An administrator's no is no lack of this machine's.
	if (a->err.code == ERR_REFUSED) {
		found(f, STATE_UNTRIED, "the ceiling refuses it");
		return false;
	}
	found(f, STATE_MISSING, "%.79s",
	    a->err.code == ERR_LANDLOCK ? "Landlock is not in use"
					: a->err.text);
	f->mend.kind = mend_of(&a->err);
	return false;
}

void
judge_commands(
    const struct trial *t, const struct property *p, struct finding *f)
{
	const struct commands_trial *c = &t->commands;

	(void)p;
	if (t->stands && c->other == NULL)
		found(f, STATE_UNTRIED, "no two programs here");
	if (!stands(&c->box, f))
		return;
	if (c->allowed_status != 0)
		found(f, STATE_MISSING, "%.30s: status %d", c->allowed,
		    c->allowed_status);
	else if (c->other_status == 0)
		found(f, STATE_MISSING, "%.30s runs", c->other);
	else if (c->loader[0] == '\0')
		found(f, STATE_PRESENT, "others are refused");
	else if (c->other_loaded == 0)
		found(f, STATE_MISSING, "%.30s runs, by ld.so", c->other);
	else if (c->allowed_loaded != 0)
		found(f, STATE_UNTRIED, "ld.so runs nothing");
	else
		found(f, STATE_PRESENT, "refused, by ld.so, too");
}

void
judge_root(const struct trial *t, const struct property *p, struct finding *f)
{
	const struct root_trial *r = &t->root;
	const struct err *e = &r->box.err;

	(void)p;
	if (t->stands && r->libraries)
		found(f, STATE_UNTRIED, "it wants libraries");
	// What a disk does not let be executed cannot be, in a root of it.
	if (r->box.stands && e->code == ERR_EXEC && e->sys_errno == EACCES &&
	    t->answer[PROBE_EXEC_COPY].word == ANSWER_REFUSED) {
		found(f, STATE_UNTRIED, "a disk that is noexec");
		return;
	}
	if (!stands(&r->box, f))
		return;
	if (r->tree.word != ANSWER_VALUE)
		found(f, STATE_MISSING, "%.60s", r->tree.text);
	else if (strcmp(r->tree.text, "bin") != 0)
		found(f, STATE_MISSING, "/usr/%.60s is there", r->tree.text);
	else if (strcmp(t->answer[PROBE_TREE].text, "bin") == 0)
		found(f, STATE_UNTRIED, "the host's is as small");
	else
		found(f, STATE_PRESENT, "its own /usr alone");
}

// Where something is refused: what comes of each, in the tight sandbox.
static void
judge_tight(const struct trial *t, const struct property *p, struct finding *f)
{
	const struct answer *a = t->tight.answer;
	int ids[] = {p->arg, p->also[0]};
	size_t i;

	for (i = 0; i < 2 && ids[i] != 0; i++) {
		if (a[ids[i]].word == ANSWER_NONE) {
			found(f, STATE_UNTRIED, "no answer");
			return;
		}
		if (a[ids[i]].word == ANSWER_ALLOWED) {
			found(f, STATE_MISSING, "it was allowed");
			return;
		}
	}
	found(f, STATE_PRESENT, "%.60s", a[p->arg].text);
}

void
judge_noexec(const struct trial *t, const struct property *p, struct finding *f)
{
	const struct answer *with = &t->answer[p->arg];

	if (!stands(&t->tight.box, f))
		return;
	// A ceiling's noexec holds in the first sandbox, too.
	if (t->spec.choice[CHOICE_EXEC] == EXEC_YES &&
	    with->word != ANSWER_ALLOWED) {
		found(f, STATE_UNTRIED, "with exec, too: %.40s", with->text);
		return;
	}
	judge_tight(t, p, f);
}

void
judge_strict(const struct trial *t, const struct property *p, struct finding *f)
{
	const struct answer *c = t->control;

	if (!stands(&t->tight.box, f))
		return;
	if (c[p->arg].word == ANSWER_REFUSED ||
	    c[p->also[0]].word == ANSWER_REFUSED)
		found(f, STATE_UNTRIED, "outside, too");
	else
		judge_tight(t, p, f);
}
