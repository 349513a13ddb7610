// SPDX-License-Identifier: ISC
// Going on with a session: what was said, and what happened in between.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/agent/loop.h"
#include "src/agent/resume.h"
#include "src/agent/since.h"
#include "src/session/find.h"

/* A string of the session's last start, where no option says otherwise. */
static void
fill(const char **slot, const struct resume *s, const char *key)
{
	if (*slot == NULL)
		*slot = lines_str(s->said.start, key, NULL);
}

static int
fill_model(struct resume *s, struct err *e)
{
	const char *was =
	    lines_str(s->said.start, "gen_ai.provider.name", "anthropic");
	const char *server = lines_str(s->said.start, "base_url", NULL);
	struct config *c = &s->config;
	const char *file = c->resume != NULL ? c->resume : c->fork;

	if (c->provider != NULL && strcmp(c->provider, was) != 0)
		return 0; // its own model and server
	if (c->provider == NULL && strcmp(was, "replay") == 0)
		return err_set(e, ERR_USAGE, 0,
		    "the session was played from a transcript, which only says "
		    "what it has: name one by --provider replay:FILE, or a "
		    "provider that can go on");
	c->provider = was;
	fill(&c->model, s, "gen_ai.request.model");
	// Our key goes there: a file of somebody else's shall not say where.
	if (server != NULL && c->base_url == NULL && strchr(file, '/') != NULL)
		return err_set(e, ERR_USAGE, 0,
		    "the session in that file was run with the server %.120s: "
		    "give --base-url if your key is to go there",
		    server);
	fill(&c->base_url, s, "base_url");
	return 0;
}

static int
fill_config(struct run *r, struct err *e)
{
	struct resume *s = &r->resume;
	const char *where = lines_str(s->said.start, "workspace", "");
	const char *policy = lines_str(s->said.start, "policy", NULL);
	struct config *c = &s->config;

	if (strcmp(where, r->way.path) != 0)
		return err_set(e, ERR_USAGE, 0,
		    "the session is about %.100s, and this is %.100s: give "
		    "-C, or `stockade sessions resume'",
		    where, r->way.path);
	// Who forgets the option must not have more rights than before.
	if (policy != NULL && c->policy_file == NULL)
		return err_set(e, ERR_USAGE, 0,
		    "the session was run with a policy: give --policy %.120s, "
		    "or another one",
		    policy);
	if (c->test == NULL && !c->no_test)
		fill(&c->test, s, "test");
	return fill_model(s, e);
}

static int
open_file(struct run *r, const char *dir, struct err *e)
{
	const struct config *c = r->config;
	const char *name = c->resume != NULL ? c->resume : c->fork;
	autofree char *path = find_path(dir, name, r->way.path, e);
	struct resume *s = &r->resume;
	const char *slash;

	if (path == NULL)
		return -1;
	s->files = since_path(path);
	if (c->resume != NULL)
		return session_reopen(&r->session, path, &s->torn, e);
	slash = strrchr(path, '/');
	snprintf(
	    s->from, sizeof(s->from), "%s", slash != NULL ? slash + 1 : path);
	s->from[strcspn(s->from, ".")] = '\0';
	return session_fork(&r->session, dir, path, e);
}

/* The plan that stood; one that cannot be read is no reason to fail. */
static void
read_plan(struct run *r)
{
	struct json_object *steps = lines_array(r->resume.said.plan, "steps"),
			   *one;
	autotext struct text t = {0}, complaint = {0};
	const char *state;
	size_t i;

	for (i = 0; steps != NULL && i < json_object_array_length(steps); i++) {
		one = json_object_array_get_idx(steps, i);
		state = lines_str(one, "status", "");
		text_printf(&t, "[%s] %s\n",
		    strcmp(state, "done") == 0		? "x"
		    : strcmp(state, "in_progress") == 0 ? ">"
							: " ",
		    lines_str(one, "step", ""));
	}
	if (t.len > 0)
		(void)!plan_read(&r->env.plan, t.p, &complaint);
}

int
resume_open(struct run *r, struct err *e)
{
	autofree char *dir = session_dir(r->config->session_dir, e);
	struct resume *s = &r->resume;
	autoclose int fd = -1;

	if (r->config->resume == NULL && r->config->fork == NULL)
		return 0;
	s->on = true;
	if (dir == NULL || open_file(r, dir, e) < 0)
		return -1;
	fd = open(r->session.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return err_set(
		    e, ERR_SESSION, errno, "open %.120s", r->session.path);
	if (rebuild_messages(&s->said, fd, NULL, e) < 0)
		return err_prefix(e, "%.120s", r->session.path);
	if (s->said.start == NULL ||
	    json_object_array_length(s->said.messages) == 0)
		return err_set(e, ERR_USAGE, 0,
		    "%.150s: nothing was said in it yet; begin a new one",
		    r->session.path);
	r->events.seq = s->said.next_seq;
	s->config = *r->config;
	r->config = &s->config;
	read_plan(r);
	return fill_config(r, e);
}

struct json_object *
resume_messages(struct run *r)
{
	return r->resume.on ? json_object_get(r->resume.said.messages)
			    : json_object_new_array();
}

void
resume_put(const struct run *r, struct json_object *start)
{
	if (r->config->policy_file != NULL) {
		autofree char *path = realpath(r->config->policy_file, NULL);

		put_str(start, "policy",
		    path != NULL ? path : r->config->policy_file);
	}
	// A URL may hold a password; such a one has to be given again.
	if (r->config->base_url != NULL &&
	    strchr(r->config->base_url, '@') == NULL)
		put_str(start, "base_url", r->config->base_url);
	if (!r->resume.on)
		return;
	put_int(start, "run", r->resume.said.runs + 1);
	put_bool(start, "resumed", true);
	if (r->resume.torn)
		put_bool(start, "torn_line_removed", true);
	if (r->resume.from[0] != '\0')
		put_str(start, "forked_from", r->resume.from);
}

static void
say_end(const struct resume *s, struct text *out)
{
	if (s->said.reason[0] == '\0')
		text_str(out, "# Going on\n\nYour last run was cut short in "
			      "the middle of its work.");
	else
		text_printf(out, "# Going on\n\nYour last run ended: %s.",
		    s->said.reason);
	text_str(out, " You go on with the same conversation, in a new "
		      "sandbox: nothing that ran then runs now, and what was "
		      "outside of /workspace is gone.\n\n");
}

static void
say_tests(const struct run *r, const struct tool_result *t, struct text *out)
{
	if (r->env.test == NULL) {
		text_str(out, "\nThere is no test command for this.\n");
		return;
	}
	text_str(out, "\n# Tests\n\nThe test command is: ");
	clean_all(CLEAN_FILE, out, r->env.test, strlen(r->env.test));
	if (t->green)
		text_str(out, "\nIt passes now.\n");
	else
		text_printf(
		    out, "\nIt fails now:\n\n%s\n", text_of(&t->content));
}

static int
say_all(struct run *r, const struct tool_result *t, struct err *e)
{
	struct resume *s = &r->resume;
	struct json_object *content = s->said.open != NULL
					  ? json_object_get(s->said.open)
					  : json_object_new_array();
	autotext struct text out = {0};
	const char *task = r->config->task;

	say_end(s, &out);
	since_tell(s->files, r->start, &out);
	text_str(&out, "\n# Task\n\n");
	if (task != NULL)
		clean_all(CLEAN_FILE, &out, task, strlen(task));
	else
		text_str(&out, "Go on with the task you had.");
	text_char(&out, '\n');
	say_tests(r, t, &out);
	// That was the state before; from here on it is ours.
	since_keep(r->session.path, r->start, NULL);
	loop_redact(r, &out);
	json_object_array_add(content, loop_text_block(out.p, out.len));
	return loop_say(r, content, e);
}

int
resume_first(struct run *r, struct err *e)
{
	struct tool_result t = {0};
	int ret = 0;

	show_line(&r->show, SHOW_PLAIN,
	    "(going on with session %s, %zu messages%s)", r->session.id,
	    json_object_array_length(r->messages),
	    r->resume.torn ? "; its last line was torn" : "");
	if (r->env.test != NULL) {
		show_line(&r->show, SHOW_PLAIN, "$ %s", r->env.test);
		ret = oracle_run(r, "start", &t, e);
		if (ret == 0)
			oracle_note(r, &t);
	}
	if (ret == 0)
		ret = say_all(r, &t, e);
	tool_result_free(&t);
	return ret;
}

void
resume_end(struct run *r)
{
	struct resume *s = &r->resume;

	if (s->from[0] != '\0' && r->session.path != NULL &&
	    r->events.seq == s->said.next_seq)
		unlink(r->session.path);
	rebuild_free(&s->said);
	free(s->files);
	memset(s, 0, sizeof(*s));
}
