// SPDX-License-Identifier: ISC
// The gate of a run: put up, told of to the model, taken down.
#include <fcntl.h>
#include <stdlib.h>
#include "jail/base/fd.h"
#include "policy/scan.h"
#include "src/agent/run.h"

static const char *const approve_what[] = {
#define X(id, name, def, what) what,
    APPROVE_TABLE(X)
#undef X
};

/* The rules of the user's own, which the model cannot know. */
static void
tell_commands(const struct command_rules *c, struct text *out)
{
	static const char *const words[] = {
	    [COMMAND_ALLOW] = "approved",
	    [COMMAND_AUTO] = "approved",
	    [COMMAND_ASK] = "to be asked about",
	    [COMMAND_DENY] = "denied",
	    [COMMAND_NETWORK] = "using the network",
	    [COMMAND_INSTALL] = "installing",
	};
	uint32_t i;

	for (i = 0; i < c->n; i++)
		text_printf(out, "- %s: %s\n", words[c->rule[i].says],
		    c->rule[i].pattern);
}

static void
tell_edits(const struct edit_rules *x, struct text *out)
{
	char size[SCAN_FORMAT_MAX];
	uint32_t i;

	for (i = 0; i < x->nglobs; i++)
		text_printf(out, "- %s be changed: %s\n",
		    x->glob[i].deny ? "must not" : "may", x->glob[i].text);
	scan_format(SPEC_UNIT_COUNT, x->files, size);
	if (x->files != 0)
		text_printf(out, "- at most %s files may be changed\n", size);
}

static void
tell_model(void *arg, struct text *out)
{
	static const char *const words[] = {
	    [APPROVE_AUTO] = "without a question",
	    [APPROVE_NOTIFY] = "without a question; the user sees it",
	    [APPROVE_ASK] = "the user is asked",
	    [APPROVE_DENY] = "denied",
	};
	const struct run *r = arg;
	const struct command_rules *c = &r->policy.command;
	int i;

	text_str(out, "\n# Approvals\n\n");
	for (i = 0; i < APPROVE__COUNT; i++)
		text_printf(out, "- %s (%s): %s\n",
		    approve_category_name((enum approve_category)i),
		    approve_what[i], words[c->approve[i]]);
	if (c->no_defaults == 0)
		text_str(out,
		    "- approved: everyday tools to look, edit, build and test, "
		    "and git where it reads or commits; of a compound line "
		    "each "
		    "part is judged\n");
	tell_commands(c, out);
	tell_edits(&r->policy.edits, out);
	// The same with a person and without: a run can be played again.
	text_str(
	    out, "\nWhere nobody is there to be asked, a question is a no.\n");
}

/* What goes on while a question is on the screen. */
static bool
attend(void *arg)
{
	struct run *r = arg;
	uint64_t before = r->network_asked;

	r->env.network->attend(r->env.network->arg);
	return r->network_asked != before;
}

/* Where it lies nearly always; elsewhere, a line is only judged harder. */
static bool
has_bash(struct box *b)
{
	static const char *const paths[] = {
	    "/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash"};
	struct err ignored;
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		autoclose int fd = box_open(b, paths[i], O_RDONLY, 0, &ignored);

		if (fd >= 0)
			return true;
	}
	return false;
}

void
approve_begin(struct run *r, bool on_terminal)
{
	struct approve *a = &r->approve;
	struct err ignored;

	a->gate =
	    (struct tool_gate){approve_call, approve_write, tell_model, r};
	approve_keep_open(&a->keep, r->way.path);
	a->no_bash = r->env.box != NULL && !has_bash(r->env.box);
	if (a->person == NULL && on_terminal &&
	    approve_tty_open(&a->tty, &ignored) == 0) {
		a->tty.color = r->show.color;
		a->tty.deadline_ms = budget_deadline(&r->budget);
		a->tty.tty.stopped = r->network_config.stopped;
		if (r->env.network != NULL) {
			a->tty.tty.also = box_netfd(r->env.box);
			a->tty.tty.attend = attend;
			a->tty.tty.arg = r;
		}
		a->person = &a->tty.person;
	}
	r->env.gate = &a->gate;
}

void
approve_end(struct run *r)
{
	struct approve *a = &r->approve;
	size_t i;

	if (a->person == &a->tty.person)
		approve_tty_close(&a->tty);
	approve_keep_close(&a->keep);
	for (i = 0; i < a->nchanged; i++)
		free(a->changed[i]);
	free(a->changed);
}
