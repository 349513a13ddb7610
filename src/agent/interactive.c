// SPDX-License-Identifier: ISC
// A session: what is typed or piped in is done, one after the other.
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "src/agent/interactive.h"
#include "src/agent/prompt.h"
#include "src/term/mode.h"

enum {
	INPUT_MAX = 1 << 20, // bytes of one line
	LOOK_MS = 250
};

/* Room for the input's next bytes; 1: there were some, 0: it is over. */
static int
read_more(struct interactive *it)
{
	struct run *r = it->run;
	struct tool_network *net = r->env.network;
	struct pollfd p[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
	    {.fd = net != NULL ? box_netfd(r->env.box) : -1, .events = POLLIN}};
	char buf[4096];
	ssize_t n;

	if (r->signals->stop)
		return 0;
	if (poll(p, 2, LOOK_MS) < 0 && errno != EINTR)
		return 0;
	if (net != NULL)
		net->attend(net->arg);
	if (p[0].revents == 0)
		return 1;
	n = read(STDIN_FILENO, buf, sizeof(buf));
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 1;
	if (n > 0)
		text_add(&it->input, buf, (size_t)n);
	return n > 0 && it->input.len < INPUT_MAX;
}

/* The next line, without its end; false: there is none. */
static bool
next_line(struct interactive *it, struct text *out)
{
	const char *nl;
	size_t len;

	for (;;) {
		nl = it->input.len > 0
			 ? memchr(it->input.p, '\n', it->input.len)
			 : NULL;
		if (nl != NULL || it->input_over)
			break;
		it->input_over = !read_more(it);
	}
	if (it->input.len == 0 || it->run->signals->stop)
		return false;
	len = nl != NULL ? (size_t)(nl - it->input.p) : it->input.len;
	text_add(out, it->input.p, len);
	len += nl != NULL;
	it->input.len -= len;
	memmove(it->input.p, it->input.p + len, it->input.len + 1);
	return true;
}

/* Lines of a pipe, or of a terminal that can do no more. */
static bool
read_plain(struct interactive *it, struct text *out)
{
	if (it->typed) {
		fputs("> ", stderr);
		fflush(stderr);
	}
	while (next_line(it, out)) {
		if (out->len == 0 || out->p[out->len - 1] != '\\')
			return true;
		out->p[out->len - 1] = '\n';
	}
	return out->len > 0 && !it->run->signals->stop;
}

/* What a person typed in the editor. */
static bool
read_typed(struct interactive *it, struct text *out)
{
	struct editor *ed = &it->editor;
	const struct text *t = &ed->line.text;

	it->above.len = 0;
	screen_status(it, &it->above);
	ed->above = text_of(&it->above);
	switch (editor_read(ed)) {
	case EDITOR_TEXT:
		text_add(out, text_of(t), t->len);
		history_add(&it->history, text_of(t));
		return true;
	case EDITOR_CANCEL:
		show_line(&it->run->show, SHOW_DIM,
		    "(Ctrl-D or /quit ends the session, /help helps)");
		return true;
	default:
		return false;
	}
}

static bool
read_input(struct interactive *it, struct text *out)
{
	struct run_signals *s = it->run->signals;
	bool there;

	// What was pressed for the last task is not meant for the next.
	if (!s->over)
		s->stop = s->presses = 0;
	s->session = it->typed;
	there = it->keys ? read_typed(it, out) : read_plain(it, out);
	return there && !s->over;
}

int
interactive_diff(struct interactive *it, const struct snapshot *since,
    struct text *diff, struct snapshot_changes *c, struct err *e)
{
	struct snapshot *now = snapshot_take(it->run->env.box, since, NULL, e);

	if (now == NULL)
		return -1;
	snapshot_diff(since, now, diff, c);
	snapshot_free(now);
	return 0;
}

static bool
changed(void *arg)
{
	struct interactive *it = arg;
	autotext struct text diff = {0};
	struct snapshot_changes c = {0};
	struct err ignored;

	return it->before == NULL ||
	       interactive_diff(it, it->before, &diff, &c, &ignored) < 0 ||
	       diff.len > 0;
}

/* A question is put on the terminal: it is not the editor's meanwhile. */
static void
terminal(void *arg, bool ours)
{
	struct interactive *it = arg;

	status_hide(&it->line);
	if (!it->keys)
		return;
	if (ours)
		mode_restore();
	else
		mode_quiet();
}

/* The question has the terminal as it was found: with an echo, and lines. */
static int
ask_person_there(void *arg, const struct approve_question *q,
    struct approve_answer *a, struct err *e)
{
	struct interactive *it = arg;
	int rc;

	terminal(it, true);
	rc = it->asks->ask(it->asks->arg, q, a, e);
	terminal(it, false);
	return rc;
}

static int
tell_task(struct interactive *it, const char *task, struct err *e)
{
	struct json_object *ev = event_new(&it->run->events, "task");

	put_int(ev, "number", it->tasks);
	put_str(ev, "task", task);
	return event_emit(&it->run->events, ev, e);
}

/* What stands beside every task but the first of a conversation. */
static void
put_state(const struct run *r, struct text *out)
{
	if (r->env.test == NULL)
		return;
	text_printf(out,
	    "\n\n[The test command is: %s. At its last run it was %s.%s]",
	    r->env.test, r->green ? "green" : "red",
	    r->green ? " If this asks for a change of what the program does, "
		       "first add a test that shows it and fails."
		     : "");
}

static int
say_task(struct interactive *it, const char *task, struct err *e)
{
	struct run *r = it->run;
	autotext struct text prompt = {0};
	struct tool_result t = {0};
	int rc = 0;

	if (json_object_array_length(r->messages) > 0) {
		text_str(&prompt, task);
		if (it->undone)
			text_str(&prompt,
			    "\n\n[The user has undone what earlier tasks "
			    "changed: read files again before you use them.]");
		it->undone = false;
		put_state(r, &prompt);
	} else {
		if (r->env.test != NULL) {
			show_line(&r->show, SHOW_PLAIN, "$ %s", r->env.test);
			rc = oracle_run(r, "start", &t, e);
			if (rc == 0)
				oracle_note(r, &t);
		}
		if (rc == 0)
			rc = prompt_first(
			    &r->env, task, text_of(&t.content), &prompt, e);
		if (rc == 0 && t.green)
			put_state(r, &prompt);
		tool_result_free(&t);
	}
	if (rc < 0)
		return -1;
	loop_redact(r, &prompt);
	return loop_say_text(r, prompt.p, prompt.len, e);
}

/*
 * The conversation can be gone on with: it ends with the model's word,
 * whatever it was that stopped it.
 */
int
interactive_mend(struct interactive *it, const char *why, struct err *e)
{
	struct run *r = it->run;
	size_t n = json_object_array_length(r->messages);
	struct json_object *last, *m, *content, *ev;
	autotext struct text t = {0};

	if (n == 0)
		return 0;
	last = json_object_array_get_idx(r->messages, n - 1);
	if (strcmp(tool_string(last, "role", ""), "user") != 0)
		return 0;
	text_printf(&t, "(%s)", why);
	m = json_object_new_object();
	content = json_object_new_array();
	put_str(m, "role", "assistant");
	json_object_array_add(content, loop_text_block(t.p, t.len));
	json_object_object_add(m, "content", content);
	json_object_array_add(r->messages, m);
	ev = event_new(&r->events, "message");
	json_object_object_add(ev, "message", json_object_get(m));
	return event_emit(&r->events, ev, e);
}

static void
say_end(struct interactive *it, enum agent_exit status, const struct err *why)
{
	struct run *r = it->run;
	struct snapshot_changes c = {0};
	autotext struct text diff = {0};
	struct err ignored;

	status_hide(&it->line);
	if (it->before != NULL &&
	    interactive_diff(it, it->before, &diff, &c, &ignored) == 0 &&
	    diff.len > 0)
		show_line(&r->show, SHOW_DIM,
		    "(%llu files changed, +%llu -%llu lines; /diff shows them)",
		    (unsigned long long)(c.added + c.modified + c.deleted),
		    (unsigned long long)c.lines.added,
		    (unsigned long long)c.lines.removed);
	if (status == AGENT_EXIT_DONE && r->unverified)
		return;
	if (status == AGENT_EXIT_DONE)
		show_line(&r->show, SHOW_GREEN, "green: the tests pass");
	else
		show_line(
		    &r->show, SHOW_RED, "%s: %s", exit_name(status), why->text);
}

static int
tell_end(struct interactive *it, enum agent_exit status, struct err *e)
{
	struct run *r = it->run;
	struct json_object *ev = event_new(&r->events, "task_result");

	put_int(ev, "number", it->tasks);
	put_str(ev, "reason",
	    status == AGENT_EXIT_DONE && r->unverified ? "unverified"
						       : exit_name(status));
	put_int(ev, "turns", r->budget.turns);
	put_usage(ev, &r->usage);
	return event_emit(&r->events, ev, e);
}

/* What ends a session, not only a task. */
static bool
is_fatal(enum agent_exit status)
{
	return status == AGENT_EXIT_SANDBOX || status == AGENT_EXIT_INTERNAL;
}

static enum agent_exit
work(struct interactive *it, const char *task, struct err *e)
{
	struct run *r = it->run;
	enum agent_exit status;

	r->unverified = r->acted = false;
	guard_free(&r->guard);
	budget_again(&r->budget, &r->policy.budget, clock_ms());
	r->env.deadline_ms = budget_work_deadline(&r->budget);
	r->approve.tty.deadline_ms = budget_deadline(&r->budget);
	snapshot_free(it->before);
	it->before = snapshot_take(r->env.box, r->start, r->env.stop, e);
	if (it->before == NULL || say_task(it, task, e) < 0)
		return exit_of_error(e->code);
	status = loop_turns(r, e);
	if (status == AGENT_EXIT_INTERRUPTED && e->sys_errno == ETIMEDOUT) {
		err_set(e, ERR_LIMIT, 0, "%s", exit_sentence(AGENT_EXIT_TIME));
		status = AGENT_EXIT_TIME;
	} else if (status == AGENT_EXIT_INTERRUPTED) {
		err_set(e, ERR_INTERRUPTED, 0, "stopped by Ctrl-C");
	}
	if (r->signals->over)
		return status;
	r->signals->stop = r->signals->presses = 0;
	return loop_against(r, oracle_last_word(r, status, e), e);
}

int
interactive_task(struct interactive *it, const char *task, struct err *e)
{
	struct run *r = it->run;
	enum agent_exit status;
	struct err why = {0};

	it->tasks++;
	if (tell_task(it, task, e) < 0)
		return -1;
	it->doing = NULL;
	interactive_keep(it, true);
	r->ui = &it->ui;
	r->env.tick = it->ui.tick;
	r->env.tick_arg = it;
	status = work(it, task, &why);
	r->ui = NULL;
	r->env.tick = NULL;
	interactive_keep(it, false);
	say_end(it, status, &why);
	if (status != AGENT_EXIT_DONE)
		it->status = status;
	if (is_fatal(status)) {
		*e = why;
		return -1;
	}
	if (tell_end(it, status, e) < 0)
		return -1;
	return status == AGENT_EXIT_DONE ? 0
					 : interactive_mend(it, why.text, e);
}

static int
host_fd(void *arg)
{
	struct interactive *it = arg;

	return it->run->env.network != NULL ? box_netfd(it->run->env.box) : -1;
}

static void
host_attend(void *arg)
{
	struct interactive *it = arg;
	struct tool_network *net = it->run->env.network;

	if (net != NULL)
		net->attend(net->arg);
}

static bool
host_stopped(void *arg)
{
	return ((struct interactive *)arg)->run->signals->over != 0;
}

static void
host_expand(void *arg)
{
	if (!screen_unfold(arg, 0))
		fputs("(no call yet)\n", stderr);
}

static void
begin_editor(struct interactive *it)
{
	struct run *r = it->run;
	autofree char *dir = NULL;
	struct err e;

	it->host = (struct editor_host){host_fd, host_attend, host_stopped,
	    host_expand, interactive_complete, it};
	it->editor = (struct editor){.in = STDIN_FILENO,
	    .out = STDERR_FILENO,
	    .color = r->show.color,
	    .prompt = "> ",
	    .more = ". ",
	    .history = &it->history,
	    .host = &it->host};
	it->history.dir = -1;
	dir = session_dir(r->config->session_dir, &e);
	if (dir == NULL || history_open(&it->history, dir, "history", &e) < 0)
		show_line(&r->show, SHOW_DIM, "(what you type is not kept: %s)",
		    e.text);
	mode_begin(STDIN_FILENO);
	mode_quiet();
}

static void
greet(struct interactive *it)
{
	struct run *r = it->run;

	if (!it->typed)
		return;
	if (r->env.test == NULL)
		show_line(&r->show, SHOW_DIM,
		    "no test command: nothing tells when a task is done. "
		    "/test COMMAND sets one.");
	show_line(&r->show, SHOW_DIM,
	    it->keys ? "Enter sends, Alt-Enter makes a line; Ctrl-C stops "
		       "what runs, twice the turn; /help, /quit"
		     : "A line is a task; one that ends in a backslash goes "
		       "on. /help, /quit");
}

static int
take(struct interactive *it, struct text *line, struct err *e)
{
	const char *p = text_of(line) + strspn(text_of(line), " \t\n");

	if (*p == '\0')
		return 0;
	if (*p == '/')
		return interactive_command(
		    it, line->p + (p - text_of(line)), e);
	return interactive_task(it, p, e);
}

static void
finish(struct interactive *it)
{
	screen_end(it);
	it->run->ui = NULL;
	it->run->approve.person = it->asks;
	if (it->keys) {
		mode_restore();
		editor_free(&it->editor);
		history_close(&it->history);
	}
	// /test was of the session.
	if (it->run->env.test == it->test)
		it->run->env.test = NULL;
	free(it->test);
	snapshot_free(it->before);
	text_free(&it->input);
	text_free(&it->above);
}

/* What the session comes to, and why in *e, if that is not said yet. */
static enum agent_exit
status_of(const struct interactive *it, int rc, struct err *e)
{
	enum agent_exit status = AGENT_EXIT_DONE;

	if (rc < 0)
		return exit_of_error(e->code);
	if (it->run->signals->over)
		status = AGENT_EXIT_INTERRUPTED;
	else if (!it->typed)
		status = it->status;
	if (!it->typed && it->tasks == 0 && status == AGENT_EXIT_DONE) {
		err_set(e, ERR_USAGE, 0, "no task came from the pipe");
		return AGENT_EXIT_USAGE;
	}
	if (status != AGENT_EXIT_DONE)
		err_set(e, ERR_USAGE, 0, "%s", exit_sentence(status));
	return status;
}

static void
begin(struct interactive *it, struct run *r)
{
	it->run = r;
	it->typed = isatty(STDIN_FILENO) && r->show.f != NULL;
	it->keys = it->typed && mode_can_move(STDERR_FILENO);
	it->ui.changed = changed;
	it->ui.terminal = terminal;
	it->ui.arg = it;
	screen_begin(it);
	if (it->keys)
		begin_editor(it);
	it->asks = r->approve.person;
	it->person = (struct approve_person){ask_person_there, it};
	if (it->asks != NULL)
		r->approve.person = &it->person;
	greet(it);
}

enum agent_exit
interactive_run(struct run *r, struct err *e)
{
	struct interactive *it = mem_alloc(1, sizeof(*it));
	enum agent_exit status;
	int rc = 0;

	memset(e, 0, sizeof(*e));
	begin(it, r);
	while (rc == 0 && !it->quit) {
		autotext struct text line = {0};

		if (!read_input(it, &line))
			break;
		rc = take(it, &line, e);
	}
	status = status_of(it, rc, e);
	r->unverified = r->env.test == NULL || !r->green || r->dirty;
	r->budget.start_ms = r->events.start_ms;
	finish(it);
	free(it);
	return status;
}
