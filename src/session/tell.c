// SPDX-License-Identifier: ISC
// A session on a screen: a line or a few for each step.
#include <inttypes.h>
#include <string.h>
#include "src/agent/clean.h"
#include "src/session/tell.h"

#define SHORT_LINES 12 // of what is long, if not all was asked for

static int
take_line(void *arg, char *s, size_t len, struct err *e)
{
	struct tell *t = arg;
	struct json_object *ev = lines_parse(s, len, e);
	int r;

	if (ev == NULL)
		return -1;
	r = t->event(t, lines_str(ev, "type", ""), ev);
	json_object_put(ev);
	return r;
}

int
tell_each(struct tell *t, int fd, struct err *e)
{
	struct lines_end end;

	if (lines_each(fd, take_line, t, &end, e) < 0)
		return -1;
	return 0;
}

const char *
tell_call(struct json_object *call)
{
	static const char *const keys[] = {
	    "command", "path", "pattern", "id", "patch"};
	struct json_object *input = lines_object(call, "input");
	const char *s = NULL;
	size_t i;

	for (i = 0;
	     input != NULL && i < sizeof(keys) / sizeof(keys[0]) && s == NULL;
	     i++)
		s = lines_str(input, keys[i], NULL);
	return s != NULL ? s : "";
}

/* One line of a label and what is known of it. */
static void
field(FILE *f, const char *label, const char *value)
{
	autotext struct text t = {0};

	if (value == NULL)
		return;
	clean_all(CLEAN_SCREEN, &t, value, strcspn(value, "\n"));
	fprintf(f, "  %-12s%s%s\n", label, text_of(&t),
	    strchr(value, '\n') != NULL ? " ..." : "");
}

void
tell_head(FILE *f, const char *id, const struct info *i)
{
	autotext struct text name = {0};
	const char *state = info_state(i);

	clean_all(CLEAN_SCREEN, &name, id, strlen(id));
	text_str(&name, ": ");
	clean_all(CLEAN_SCREEN, &name, state, strcspn(state, "\n"));
	fprintf(f, "session %s%s\n", text_of(&name),
	    i->torn ? " (its last line is torn)" : "");
	field(f, "task", i->task);
	field(f, "workspace", i->workspace);
	field(f, "test", i->test);
	field(f, "policy", i->policy);
	field(f, "provider", i->provider);
	field(f, "model", i->model);
	field(f, "forked from", i->forked_from);
	field(f, "started", i->started);
	field(f, "ended", i->ended);
	fprintf(f,
	    "  runs: %" PRIu64 ", turns: %" PRIu64 ", tokens: %" PRIu64
	    " in, %" PRIu64 " out",
	    i->runs, i->turns, i->input_tokens, i->output_tokens);
	if (i->compactions > 0)
		fprintf(f, ", compactions: %" PRIu64, i->compactions);
	fprintf(f,
	    "\n  files changed: %" PRIu64 "; lines: +%" PRIu64 " -%" PRIu64
	    "\n",
	    i->files_changed, i->lines_added, i->lines_removed);
}

/* A text set off by a mark before each of its lines. */
static void
body(const struct tell *t, const char *mark, const char *s)
{
	autotext struct text clean = {0};
	unsigned int lines = 0;
	const char *p, *nl;

	clean_all(CLEAN_SCREEN, &clean, s, strlen(s));
	for (p = text_of(&clean); *p != '\0'; p = nl + (*nl == '\n')) {
		nl = strchrnul(p, '\n');
		if (!t->full && lines++ == SHORT_LINES) {
			fprintf(t->f, "%s...\n", mark);
			return;
		}
		fprintf(t->f, "%s%.*s\n", mark, (int)(nl - p), p);
	}
}

/* One line: a mark, a word, and as much as fits of a text. */
static void
line(const struct tell *t, const char *mark, const char *word, const char *s)
{
	autotext struct text clean = {0};

	// Ours, but the file may be anybody's, and a tool's name the model's.
	clean_all(CLEAN_SCREEN, &clean, word, strcspn(word, "\n"));
	text_str(&clean, *s != '\0' ? " " : "");
	clean_all(CLEAN_SCREEN, &clean, s, strcspn(s, "\n"));
	fprintf(t->f, "%s%s%s\n", mark, text_of(&clean),
	    strchr(s, '\n') != NULL ? " ..." : "");
}

static void
message(const struct tell *t, struct json_object *ev, const char *mark)
{
	struct json_object *m = lines_object(ev, "message");
	struct json_object *content = lines_array(m, "content"), *block;
	size_t i;

	for (i = 0; content != NULL && i < json_object_array_length(content);
	     i++) {
		block = json_object_array_get_idx(content, i);
		if (strcmp(lines_str(block, "type", ""), "text") == 0)
			body(t, mark, lines_str(block, "text", ""));
	}
}

static void
tests(const struct tell *t, struct json_object *ev)
{
	struct json_object *v = NULL;

	json_object_object_get_ex(ev, "passed", &v);
	line(t, "= ", json_object_get_boolean(v) ? "tests green" : "tests red",
	    lines_str(ev, "ending", ""));
	if (t->full || !json_object_get_boolean(v))
		body(t, "  | ", lines_str(ev, "output", ""));
}

static void
tool(const struct tell *t, const char *type, struct json_object *ev)
{
	struct json_object *call = lines_object(ev, "call");

	if (strcmp(type, "tool_call") == 0) {
		line(t, "> ", lines_str(call, "name", "?"), tell_call(call));
		return;
	}
	line(t, " ", "", lines_str(ev, "summary", ""));
	if (t->full)
		body(t, "  | ", lines_str(ev, "gen_ai.tool.call.result", ""));
}

static void
start(struct tell *t, struct json_object *ev)
{
	t->run++;
	fprintf(t->f, "\n== run %" PRIu64, t->run);
	line(t, " ", lines_str(ev, "time", ""),
	    lines_str(ev, "gen_ai.request.model", ""));
}

static void
compaction(const struct tell *t, struct json_object *ev)
{
	fprintf(t->f,
	    "~ compaction: about %" PRIu64 " tokens became %" PRIu64 "\n",
	    lines_int(ev, "tokens_before"), lines_int(ev, "tokens_after"));
	if (lines_str(ev, "summary", NULL) != NULL)
		body(t, "  | ", lines_str(ev, "summary", ""));
}

static void
ending(const struct tell *t, const char *type, struct json_object *ev)
{
	if (strcmp(type, "end") == 0) {
		line(t, "== ", lines_str(ev, "reason", "?"),
		    lines_str(ev, "error", ""));
		return;
	}
	fprintf(t->f, "~ difference: +%" PRIu64 " -%" PRIu64 " lines\n",
	    lines_int(ev, "lines_added"), lines_int(ev, "lines_removed"));
	if (t->full)
		body(t, "  | ", lines_str(ev, "diff", ""));
}

static int
step(struct tell *t, const char *type, struct json_object *ev)
{
	if (strcmp(type, "start") == 0) {
		start(t, ev);
	} else if (strcmp(type, "message") == 0) {
		message(t, ev, "< ");
	} else if (strcmp(type, "response") == 0) {
		fprintf(t->f, "[turn %" PRIu64 "]\n", lines_int(ev, "turn"));
		message(t, ev, "");
	} else if (strcmp(type, "tool_call") == 0 ||
		   strcmp(type, "tool_result") == 0) {
		tool(t, type, ev);
	} else if (strcmp(type, "test_run") == 0) {
		tests(t, ev);
	} else if (strcmp(type, "compaction") == 0) {
		compaction(t, ev);
	} else if (strcmp(type, "diff") == 0 || strcmp(type, "end") == 0) {
		ending(t, type, ev);
	} else if (strcmp(type, "request") != 0) {
		// Of each other kind: that it was, and its words if it has any.
		line(t, "~ ", "", type);
		body(t, "  | ",
		    lines_str(ev, "warning", lines_str(ev, "text", "")));
	}
	return 0;
}

int
tell_steps(FILE *f, int fd, bool full, struct err *e)
{
	struct tell t = {.f = f, .full = full, .event = step};

	return tell_each(&t, fd, e);
}
