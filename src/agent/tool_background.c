// SPDX-License-Identifier: ISC
// background_start, _poll, _write, _kill: commands that go on while the model
// does other things. They end with the run at the latest.
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "src/agent/clean.h"
#include "src/agent/command.h"
#include "src/agent/redact.h"
#include "src/box/background.h"

#define SHOWN_MAX   16000 // bytes of one answer
#define HANDLES_MAX 256
#define WAIT_MAX_S  60

static const struct tool_arg start_args[] = {
    {"command", TOOL_ARG_STRING, true, 0, 0, "The command, given to bash -c"},
    {"terminal", TOOL_ARG_BOOLEAN, false, 0, 0,
	"Give it a terminal of 80 columns; false if left out"},
    {0},
};

static int
begin(struct tool_env *env, struct err *e)
{
	const struct background_config cfg = {
	    .output_max = command_output_max(env)};

	if (env->background == NULL)
		env->background = background_new(env->box, &cfg, e);
	return env->background != NULL ? 0 : -1;
}

static int
start(struct tool_env *env, const char *command, bool tty, uint32_t *cmd,
    struct err *e)
{
	char *argv[] = {
	    (char[]){"bash"}, (char[]){"-c"}, (char *)(uintptr_t)command, NULL};
	const struct box_command c = {.argv = argv,
	    .envp = box_default_env,
	    .time_ms = env->spec->limit[LIMIT_TIME],
	    .tty = tty,
	    .size = {.ws_row = 24, .ws_col = 80}};
	int rc;

	if (env->sh)
		argv[0] = (char[]){"sh"};
	rc = background_start(env->background, &c, cmd, e);
	if (rc == 0 || env->sh || e->code != ERR_EXEC || e->sys_errno != ENOENT)
		return rc;
	env->sh = true;
	argv[0] = (char[]){"sh"};
	return background_start(env->background, &c, cmd, e);
}

static int
run_start(struct tool_env *env, struct json_object *input,
    struct tool_result *r, struct err *e)
{
	uint32_t cmd;

	r->changes = true;
	if (begin(env, e) != 0)
		return -1;
	if (start(env, tool_string(input, "command", ""),
		tool_boolean(input, "terminal"), &cmd, e) != 0)
		return tool_box_failed(r, e);
	text_printf(&r->content, "started; its id is %u", cmd);
	text_printf(&r->summary, "id %u", cmd);
	return 0;
}

const struct tool tool_background_start = {"background_start",
    "Starts a shell command in /workspace that goes on after this call: a "
    "server, a watcher, a long build. Read what it writes with "
    "background_poll. It is killed when the run ends.",
    start_args, "command", TOOL_SHELL, run_start};

/* A handle that is none: the model hears which there are. */
static int
failed(struct tool_env *env, int64_t id, struct tool_result *r, struct err *e)
{
	uint32_t all[HANDLES_MAX];
	unsigned i, n = 0;

	if (env->background != NULL && e->code != ERR_USAGE)
		return tool_box_failed(r, e);
	if (env->background != NULL)
		n = background_list(env->background, all, HANDLES_MAX);
	text_printf(&r->content, "there is no background command %d; there %s",
	    (int)id, n == 0 ? "are none" : "are:");
	for (i = 0; i < n; i++)
		text_printf(&r->content, " %u", all[i]);
	text_str(&r->summary, "no such command");
	r->is_error = true;
	return 0;
}

#define ID_ARG                                               \
	{                                                    \
		"id", TOOL_ARG_INTEGER, true, 1, UINT32_MAX, \
		    "What background_start answered"         \
	}

static const struct tool_arg poll_args[] = {
    ID_ARG,
    {"wait_s", TOOL_ARG_INTEGER, false, 0, WAIT_MAX_S,
	"Seconds to wait for output or its end, if there is none; 1 if left "
	"out"},
    {0},
};

/* The line that a command is in the middle of: half a character, or half a
   secret, may be what the last poll ended with. */
struct background_words {
	struct background_words *next;
	uint32_t id;
	struct clean clean;
	struct redact redact;
};

static struct background_words *
words_of(struct tool_env *env, uint32_t id)
{
	struct background_words *w;

	for (w = env->words; w != NULL; w = w->next)
		if (w->id == id)
			return w;
	w = mem_alloc(1, sizeof(*w));
	w->next = env->words;
	w->id = id;
	w->redact.by = env->redactor;
	clean_begin(&w->clean, CLEAN_OUTPUT);
	env->words = w;
	return w;
}

static void
words_forget(struct tool_env *env, uint32_t id)
{
	struct background_words **at = &env->words, *w;

	while ((w = *at) != NULL && w->id != id)
		at = &w->next;
	if (w == NULL)
		return;
	*at = w->next;
	text_free(&w->redact.held);
	free(w);
}

/* over: of this line nothing follows any more. */
static void
put_words(struct background_words *w, struct text *out, const char *p, size_t n,
    bool over)
{
	autotext struct text clean = {0};

	clean_add(&w->clean, &clean, p, n);
	if (over)
		clean_end(&w->clean, &clean);
	redact_add(&w->redact, out, text_of(&clean), clean.len);
	if (over)
		redact_end(&w->redact, out);
	else
		redact_flush(&w->redact, out);
}

static void
put_state(const struct tool_env *env, const struct background_state *s,
    struct tool_result *r)
{
	struct capture c = {
	    .output_exceeded = s->output_exceeded, .result = s->result};

	if (!s->ended) {
		text_str(&r->summary, "running");
	} else {
		command_ending(
		    &r->summary, &c, env, env->spec->limit[LIMIT_TIME]);
		r->is_error = s->result.exit_code != 0;
	}
}

static int
run_poll(struct tool_env *env, struct json_object *input, struct tool_result *r,
    struct err *e)
{
	int64_t id = tool_integer(input, "id", 0);
	int64_t wait = tool_integer(input, "wait_s", 1);
	struct background_state s = {0};
	struct background_words *words;
	static char buf[SHOWN_MAX];
	struct err ignored;
	ssize_t n = -1;

	r->changes = true;
	if (env->background != NULL &&
	    background_wait(
		env->background, (uint32_t)id, (int)wait * 1000, e) >= 0)
		n = background_poll(
		    env->background, (uint32_t)id, buf, sizeof(buf), &s, e);
	if (n < 0)
		return failed(env, id, r, e);
	put_state(env, &s, r);
	words = words_of(env, (uint32_t)id);
	if (s.dropped > 0) {
		put_words(words, &r->content, "", 0, true);
		text_printf(&r->content,
		    "[%llu bytes before this were dropped]\n",
		    (unsigned long long)s.dropped);
	}
	put_words(words, &r->content, buf, (size_t)n, s.ended && s.unread == 0);
	if (r->content.len == 0)
		text_str(&r->content, "(nothing new)\n");
	else if (r->content.p[r->content.len - 1] != '\n')
		text_char(&r->content, '\n');
	if (s.unread > 0)
		text_printf(&r->content, "[%llu bytes more: poll again]\n",
		    (unsigned long long)s.unread);
	text_printf(&r->content, "[%s]", r->summary.p);
	// All is told: the place is another's.
	if (s.ended && s.unread == 0) {
		(void)!background_forget(
		    env->background, (uint32_t)id, &ignored);
		words_forget(env, (uint32_t)id);
	}
	return 0;
}

const struct tool tool_background_poll = {"background_poll",
    "Returns what a background command wrote since the last time, and "
    "whether it still runs or how it ended.",
    poll_args, "id", TOOL_TEST, run_poll};

static const struct tool_arg write_args[] = {
    ID_ARG,
    {"text", TOOL_ARG_TEXT, true, 0, 0,
	"What it gets to read; end a line with a line end"},
    {"close", TOOL_ARG_BOOLEAN, false, 0, 0,
	"There will be no more; false if left out"},
    {0},
};

static int
run_write(struct tool_env *env, struct json_object *input,
    struct tool_result *r, struct err *e)
{
	int64_t id = tool_integer(input, "id", 0);
	size_t len = tool_length(input, "text");
	ssize_t n = -1;

	r->changes = true;
	if (env->background != NULL)
		n = background_write(env->background, (uint32_t)id,
		    tool_string(input, "text", ""), len, e);
	if (n < 0 && env->background != NULL && e->code == ERR_GONE) {
		text_str(&r->content, "it has closed its input");
		text_str(&r->summary, "closed");
		r->is_error = true;
		return 0;
	}
	if (n < 0)
		return failed(env, id, r, e);
	if (tool_boolean(input, "close") &&
	    background_close_input(env->background, (uint32_t)id, e) != 0)
		return failed(env, id, r, e);
	text_printf(&r->content, "wrote %zd of %zu bytes%s", n, len,
	    (size_t)n < len ? "; it does not read: poll it first" : "");
	text_printf(&r->summary, "%zd bytes", n);
	r->is_error = (size_t)n < len;
	return 0;
}

const struct tool tool_background_write = {"background_write",
    "Writes to the standard input, or the terminal, of a background command.",
    write_args, "id", TOOL_TEST, run_write};

static const struct tool_arg kill_args[] = {
    ID_ARG,
    {"interrupt", TOOL_ARG_BOOLEAN, false, 0, 0,
	"Only send SIGINT to it, as Ctrl-C would; false if left out: all it "
	"started is killed"},
    {0},
};

static int
run_kill(struct tool_env *env, struct json_object *input, struct tool_result *r,
    struct err *e)
{
	int64_t id = tool_integer(input, "id", 0);
	bool interrupt = tool_boolean(input, "interrupt");
	int rc = -1;

	r->changes = true;
	if (env->background != NULL && interrupt)
		rc =
		    background_signal(env->background, (uint32_t)id, SIGINT, e);
	else if (env->background != NULL)
		rc = background_kill(env->background, (uint32_t)id, e);
	if (rc != 0)
		return failed(env, id, r, e);
	text_printf(&r->content, "%s; poll it once more for its last output",
	    interrupt ? "SIGINT is sent" : "killed");
	text_str(&r->summary, interrupt ? "SIGINT" : "killed");
	return 0;
}

const struct tool tool_background_kill = {"background_kill",
    "Ends a background command and all it started.", kill_args, "id", TOOL_TEST,
    run_kill};

bool
tool_background_end(struct tool_env *env)
{
	uint32_t one;
	bool ran = env->background != NULL &&
		   background_list(env->background, &one, 1) > 0;

	while (env->words != NULL)
		words_forget(env, env->words->id);
	background_free(env->background);
	env->background = NULL;
	return ran;
}
