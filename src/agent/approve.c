// SPDX-License-Identifier: ISC
// What becomes of a decision of the policy's: who is asked, and what model,
// session and screen are told of the answer.
#include <string.h>
#include "src/agent/clean.h"
#include "src/agent/run.h"

static const char *const said_words[] = {
    [APPROVE_ONCE] = "once",
    [APPROVE_SESSION] = "session",
    [APPROVE_ALWAYS] = "always",
    [APPROVE_NO] = "deny",
    [APPROVE_NOTHING] = "none",
};

/* An event; `by' is who it was that said so. */
static struct json_object *
event(struct run *r, const struct approve_decision *d,
    const struct approve_question *q, const struct approve_files *files,
    const struct approve_answer *a, const char *by)
{
	struct json_object *ev = event_new(&r->events, "approval"), *all;
	size_t i;

	put_str(ev, "what", q->category);
	put_str(ev, "gen_ai.tool.name", q->tool);
	put_str(ev, "verdict", approve_verdict_name(d->verdict));
	put_str(ev, "rule", d->why);
	put_str(ev, "answer", said_words[a->said]);
	put_str(ev, "by", by);
	if (a->reason[0] != '\0')
		put_str(ev, "reason", a->reason);
	if (files == NULL) {
		put_str(ev, "command", q->text);
	} else {
		all = json_object_new_array();
		for (i = 0; i < files->n; i++)
			json_object_array_add(
			    all, json_object_new_string(files->path[i]));
		json_object_object_add(ev, "files", all);
	}
	return ev;
}

static int
refuse(struct run *r, const struct approve_question *q, struct tool_result *res,
    const char *why)
{
	r->approve.last[0] = '\0';
	snprintf(r->approve.last, sizeof(r->approve.last), "%.60s: %.120s",
	    q->tool, why);
	text_printf(&res->summary, "not done: %s", why);
	res->is_error = true;
	return 1;
}

static int
by_rule(struct run *r, const struct approve_decision *d,
    const struct approve_question *q, struct tool_result *res)
{
	r->approve.denied++;
	text_printf(&res->content,
	    "Not done: the user's policy denies it: %s. The rules are the "
	    "user's and cannot be changed from inside: find another way, or "
	    "say at the end what the task needs.",
	    d->why);
	return refuse(r, q, res, d->why);
}

static int
by_nobody(struct run *r, const struct approve_decision *d,
    const struct approve_question *q, struct tool_result *res)
{
	r->approve.denied++;
	text_printf(&res->content,
	    "Not done: it needs the user's approval, and nobody is there to "
	    "be asked: %s. Find a way that needs none",
	    d->why);
	if (d->way[0] != '\0')
		text_printf(&res->content,
		    ". If the task cannot do without, say at the end that the "
		    "user can allow it for the next run by %s",
		    d->way);
	text_str(&res->content, ".");
	return refuse(r, q, res, d->why);
}

static int
by_person(struct run *r, const struct approve_question *q,
    const struct approve_answer *a, struct tool_result *res)
{
	r->approve.refused++;
	text_str(&res->content, "Not done: the user said no");
	if (a->reason[0] != '\0') {
		text_str(&res->content, ": ");
		clean_all(
		    CLEAN_FILE, &res->content, a->reason, strlen(a->reason));
	}
	text_str(&res->content,
	    ". Do not try the same in another form: find another way, or say "
	    "what you need it for.");
	return refuse(r, q, res, "the user said no");
}

/* Yes to more than this once. */
static void
remember(struct run *r, const struct approve_question *q,
    const struct approve_files *files, enum approve_said said)
{
	struct approve_keep *k = &r->approve.keep;
	struct err e;
	size_t i;

	if (said == APPROVE_ALWAYS && files == NULL) {
		if (approve_write_always(k, q->text, &e) != 0)
			show_line(&r->show, SHOW_RED,
			    "  allowed for this session only: %s", e.text);
		else
			return;
	}
	for (i = 0; files != NULL && i < files->n; i++)
		approve_remember(k, APPROVE_FILE, files->path[i]);
	if (files == NULL)
		approve_remember(k, APPROVE_COMMAND, q->text);
}

static bool
kept(const struct run *r, const struct approve_question *q,
    const struct approve_files *files)
{
	const struct approve_keep *k = &r->approve.keep;
	size_t i;

	if (files == NULL)
		return approve_is_kept(k, APPROVE_COMMAND, q->text);
	for (i = 0; i < files->n; i++)
		if (!approve_is_kept(k, APPROVE_FILE, files->path[i]))
			return false;
	return files->n > 0;
}

static int
ask(struct run *r, const struct approve_decision *d,
    const struct approve_question *q, const struct approve_files *files,
    struct tool_result *res, struct err *e)
{
	const struct approve_person *who = r->approve.person;
	struct approve_answer a = {.said = APPROVE_NOTHING};
	int rc;

	if (q->session != NULL && kept(r, q, files)) {
		a.said = APPROVE_SESSION;
		return event_emit(
		    &r->events, event(r, d, q, files, &a, "kept"), e);
	}
	if (who == NULL) {
		if (event_emit(
			&r->events, event(r, d, q, files, &a, "nobody"), e) < 0)
			return -1;
		return by_nobody(r, d, q, res);
	}
	r->approve.asked++;
	show_stream_end(&r->show);
	rc = who->ask(who->arg, q, &a, e);
	// The answer is told even if it ends the run.
	if (rc < 0) {
		struct err ignored;

		(void)!event_emit(
		    &r->events, event(r, d, q, files, &a, "person"), &ignored);
		return -1;
	}
	if (event_emit(&r->events, event(r, d, q, files, &a, "person"), e) < 0)
		return -1;
	if (a.said == APPROVE_NO)
		return by_person(r, q, &a, res);
	if (a.said == APPROVE_NOTHING)
		return by_nobody(r, d, q, res);
	if (a.said != APPROVE_ONCE)
		remember(r, q, files, a.said);
	return 0;
}

int
approve_decide(struct run *r, const struct approve_decision *d,
    const struct approve_question *q, const struct approve_files *files,
    struct tool_result *res, struct err *e)
{
	const struct approve_answer none = {.said = APPROVE_NO};

	switch (d->verdict) {
	case APPROVE_AUTO:
	case APPROVE_NOTIFY:
		return 0;
	case APPROVE_ASK:
		return ask(r, d, q, files, res, e);
	default:
		if (event_emit(&r->events,
			event(r, d, q, files, &none, "policy"), e) < 0)
			return -1;
		return by_rule(r, d, q, res);
	}
}

void
approve_by_category(
    const struct run *r, enum approve_category c, struct approve_decision *d)
{
	const char *name = approve_category_name(c);

	memset(d, 0, sizeof(*d));
	d->category = c;
	d->verdict = (enum approve_verdict)r->policy.command.approve[c];
	snprintf(d->why, sizeof(d->why), "\"approve %s %s\" says so", name,
	    approve_verdict_name(d->verdict));
	snprintf(d->way, sizeof(d->way), "--approve %s=auto", name);
}
