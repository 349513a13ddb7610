// SPDX-License-Identifier: ISC
// What a line of a session asks for that begins with a slash.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "src/agent/interactive.h"

struct command {
	const char *name, *takes, *what;
	/* arg: the rest of the line, never NULL. */
	int (*run)(struct interactive *it, const char *arg, struct err *e);
};

/* A line of ours for the person. */
#define SAY(it, ...) show_line(&(it)->run->show, SHOW_PLAIN, __VA_ARGS__)

static const struct command commands[];

/* Blanks before what it does. */
static int
column(const struct command *c)
{
	int n = 28 - (int)(strlen(c->name) + strlen(c->takes));

	return n > 2 ? n : 2;
}

static int
help(struct interactive *it, const char *arg, struct err *e)
{
	const struct command *c;

	(void)arg;
	(void)e;
	SAY(it, "What is typed is a task for the model. These are for us:");
	for (c = commands; c->name != NULL; c++)
		SAY(it, "  /%s %s%*s%s", c->name, c->takes, column(c), "",
		    c->what);
	if (it->keys)
		SAY(it,
		    "Keys: Enter sends, Alt-Enter or Ctrl-J begins a line, "
		    "Up and Ctrl-R find what was typed before, Ctrl-O shows "
		    "the last call, Ctrl-C stops, Ctrl-D ends.");
	return 0;
}

static int
clear(struct interactive *it, const char *arg, struct err *e)
{
	struct run *r = it->run;

	(void)arg;
	json_object_put(r->messages);
	r->messages = json_object_new_array();
	SAY(it, "The conversation begins anew; files stay as they are.");
	return event_emit(&r->events, event_new(&r->events, "clear"), e);
}

static int
diff(struct interactive *it, const char *arg, struct err *e)
{
	autotext struct text d = {0};
	struct snapshot_changes c = {0};
	struct err why;

	(void)arg;
	(void)e;
	if (interactive_diff(it, it->run->start, &d, &c, &why) < 0) {
		SAY(it, "No difference to show: %s", why.text);
		return 0;
	}
	loop_redact(it->run, &d);
	if (d.len == 0)
		SAY(it, "Nothing has changed since the session began.");
	else if (it->typed)
		screen_diff(it, d.p, d.len);
	else if (!it->run->config->json)
		show_diff(stdout, d.p, d.len);
	return 0;
}

static int
test_now(struct interactive *it, struct err *e)
{
	struct run *r = it->run;
	struct tool_result t = {0};
	struct err why;
	int rc;

	SAY(it, "$ %s", r->env.test);
	rc = oracle_run(r, "asked", &t, &why);
	if (rc == 0) {
		r->test_runs++;
		oracle_note(r, &t);
	} else if (why.code == ERR_INTERRUPTED) {
		SAY(it, "Stopped.");
		rc = 0;
	} else {
		*e = why;
	}
	tool_result_free(&t);
	return rc;
}

static int
test(struct interactive *it, const char *arg, struct err *e)
{
	struct run *r = it->run;

	if (*arg == '\0' && r->env.test == NULL) {
		SAY(it, "There is no test command; /test COMMAND sets one.");
		return 0;
	}
	if (*arg == '\0')
		return test_now(it, e);
	free(it->test);
	it->test = strcmp(arg, "off") == 0 ? NULL : mem_dup(arg);
	r->env.test = it->test;
	r->green = false;
	r->dirty = true;
	json_object_put(r->tools);
	r->tools = r->config->no_tools ? json_object_new_array()
				       : tool_list(r->env.test != NULL);
	if (it->test == NULL)
		SAY(it, "No test command: nothing tells when a task is done.");
	else
		SAY(it, "Tasks are done when this passes: %s", it->test);
	return 0;
}

static int
cost(struct interactive *it, const char *arg, struct err *e)
{
	const struct model_usage *u = &it->run->usage;

	(void)arg;
	(void)e;
	SAY(it,
	    "%" PRIu64 " turns; tokens: %" PRIu64 " in (%" PRIu64
	    " from the cache), %" PRIu64 " out",
	    it->run->budget.turns, u->input_tokens, u->cache_read_input_tokens,
	    u->output_tokens);
	if (model_is_priced(it->run->model))
		SAY(it, "cost: $%" PRIu64 ".%04" PRIu64,
		    u->cost_micro / 1000000, u->cost_micro % 1000000 / 100);
	else
		SAY(it, "cost: not known, the table of prices has no %s",
		    model_name(it->run->model));
	return 0;
}

static int
model(struct interactive *it, const char *arg, struct err *e)
{
	struct run *r = it->run;
	struct err why;

	(void)e;
	if (*arg != '\0' && model_rename(r->model, arg, &why) < 0)
		SAY(it, "The model stays: %s", why.text);
	SAY(it, "%s %s", model_provider(r->model), model_name(r->model));
	return 0;
}

static int
show(struct interactive *it, const char *arg, struct err *e)
{
	char *end;
	uint64_t n = strtoull(arg, &end, 10);

	(void)e;
	if (*end != '\0' || *arg == '-')
		SAY(it, "/show takes a number, as it stands behind a call");
	else if (!screen_unfold(it, n))
		SAY(it, it->calls == 0 ? "No tool was called yet."
				       : "That call is not kept.");
	return 0;
}

static int
approve(struct interactive *it, const char *arg, struct err *e)
{
	struct policy *p = &it->run->policy;
	struct policy_fault f;
	int i;

	(void)e;
	if (*arg != '\0' && policy_parse_approve(arg, p, &f) < 0)
		SAY(it, "/approve %s: %s", arg, f.text);
	for (i = 0; i < APPROVE__COUNT; i++)
		SAY(it, "  %s=%s",
		    approve_category_name((enum approve_category)i),
		    approve_verdict_name(
			(enum approve_verdict)p->command.approve[i]));
	return 0;
}

static int
quit(struct interactive *it, const char *arg, struct err *e)
{
	(void)arg;
	(void)e;
	it->quit = true;
	return 0;
}

static const struct command commands[] = {
    {"help", "", "this", help},
    {"clear", "", "begins the conversation anew; files stay", clear},
    {"undo", "[force]", "files as they were before the last task",
	interactive_undo},
    {"diff", "", "what has changed since the session began", diff},
    {"test", "[COMMAND]", "runs the tests, or says what they are; off: none",
	test},
    {"show", "[N]", "a call of a tool, as a whole", show},
    {"approve", "[CATEGORY=auto|notify|ask|deny]",
	"what the model may do unasked", approve},
    {"model", "[NAME]", "which model answers", model},
    {"cost", "", "what was used so far", cost},
    {"sessions", "", "those of this workspace", interactive_sessions},
    {"load", "ID", "takes over what was said in another session",
	interactive_load},
    {"quit", "", "ends the session, as Ctrl-D does", quit},
    {NULL, NULL, NULL, NULL},
};

/* Names may be cut short, as long as they stand for one command. */
static const struct command *
find(const char *name, size_t len, size_t *matches)
{
	const struct command *c, *found = NULL;

	*matches = 0;
	for (c = commands; c->name != NULL; c++) {
		if (strncmp(c->name, name, len) != 0)
			continue;
		if (c->name[len] == '\0') {
			*matches = 1;
			return c;
		}
		found = c;
		(*matches)++;
	}
	return found;
}

int
interactive_command(struct interactive *it, char *line, struct err *e)
{
	char *name = line + 1, *arg = name + strcspn(name, " \t\n"), *end;
	const struct command *c;
	size_t len = (size_t)(arg - name), matches;

	arg += strspn(arg, " \t\n");
	end = arg + strlen(arg);
	while (end > arg && strchr(" \t\n", end[-1]) != NULL)
		*--end = '\0';
	c = find(name, len, &matches);
	if (matches == 1 && len > 0)
		return c->run(it, arg, e);
	show_line(&it->run->show, SHOW_RED,
	    matches > 1 && len > 0
		? "/%.*s may mean several commands; /help lists them"
		: "there is no command /%.*s; /help lists them",
	    (int)(len < 40 ? len : 40), name);
	return 0;
}

void
interactive_complete(void *arg, const char *text, size_t len, struct text *add)
{
	const struct command *c;
	struct interactive *it = arg;
	size_t matches;

	if (len == 0 || *text != '/' || memchr(text, ' ', len) != NULL)
		return;
	c = find(text + 1, len - 1, &matches);
	if (matches == 1) {
		text_str(add, c->name + (len - 1));
		text_char(add, ' ');
		return;
	}
	for (c = commands; c->name != NULL && matches > 0; c++)
		if (strncmp(c->name, text + 1, len - 1) == 0)
			SAY(it, "  /%-9s %s", c->name, c->what);
}
