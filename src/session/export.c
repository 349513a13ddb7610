// SPDX-License-Identifier: ISC
// A session as a document: Markdown for people, one JSON object for programs.
#include <inttypes.h>
#include <string.h>
#include "src/agent/clean.h"
#include "src/session/rebuild.h"
#include "src/session/tell.h"

/* The longest row of backticks in a text: a fence must be longer. */
static unsigned int
longest_ticks(const char *s)
{
	unsigned int most = 0, n = 0;

	for (; *s != '\0'; s++) {
		n = *s == '`' ? n + 1 : 0;
		most = n > most ? n : most;
	}
	return most;
}

static void
fenced(FILE *f, const char *language, const char *s)
{
	unsigned int ticks = longest_ticks(s) + 1, i;
	size_t len = strlen(s);

	ticks = ticks < 3 ? 3 : ticks;
	fputc('\n', f);
	for (i = 0; i < ticks; i++)
		fputc('`', f);
	fprintf(f, "%s\n%s%s", language, s,
	    len > 0 && s[len - 1] == '\n' ? "" : "\n");
	for (i = 0; i < ticks; i++)
		fputc('`', f);
	fputs("\n\n", f);
}

/* A word or a line as code; what would end it is left out. */
static void
code(FILE *f, const char *s)
{
	size_t n = strcspn(s, "\n");
	size_t i;

	fputc('`', f);
	for (i = 0; i < n; i++)
		fputc(s[i] == '`' ? '\'' : s[i], f);
	fprintf(f, "`%s", s[n] != '\0' ? " ..." : "");
}

/* What a person or we said is quoted; what the model said is the text. */
static void
words(FILE *f, const char *s, const char *mark)
{
	const char *nl;

	for (; *s != '\0'; s = nl + (*nl == '\n')) {
		nl = strchrnul(s, '\n');
		fprintf(f, "%s%.*s\n", mark, (int)(nl - s), s);
	}
	fputc('\n', f);
}

static void
message(FILE *f, struct json_object *ev, const char *mark)
{
	struct json_object *m = lines_object(ev, "message");
	struct json_object *content = lines_array(m, "content"), *block;
	size_t i;

	for (i = 0; content != NULL && i < json_object_array_length(content);
	     i++) {
		block = json_object_array_get_idx(content, i);
		if (strcmp(lines_str(block, "type", ""), "text") == 0)
			words(f, lines_str(block, "text", ""), mark);
	}
}

static void
call(FILE *f, struct json_object *ev)
{
	struct json_object *c = lines_object(ev, "call");
	struct json_object *input = lines_object(c, "input");

	fprintf(f, "**%s** ", lines_str(c, "name", "?"));
	code(f, tell_call(c));
	fputs("\n", f);
	if (input != NULL)
		fenced(f, "json",
		    json_object_to_json_string_ext(
			input, JSON_C_TO_STRING_PRETTY |
				   JSON_C_TO_STRING_NOSLASHESCAPE));
}

static void
tests(FILE *f, struct json_object *ev)
{
	struct json_object *v = NULL;

	json_object_object_get_ex(ev, "passed", &v);
	fprintf(f, "Tests (%s): **%s**, %s.\n", lines_str(ev, "why", "?"),
	    json_object_get_boolean(v) ? "green" : "red",
	    lines_str(ev, "ending", ""));
	fenced(f, "text", lines_str(ev, "output", ""));
}

static void
ending(FILE *f, const char *type, struct json_object *ev)
{
	if (strcmp(type, "diff") == 0) {
		fputs("## Difference\n", f);
		fenced(f, "diff", lines_str(ev, "diff", ""));
		return;
	}
	fprintf(f, "## End: %s\n\n", lines_str(ev, "reason", "?"));
	words(f, lines_str(ev, "error", ""), "");
}

static void
compaction(FILE *f, struct json_object *ev)
{
	fprintf(f,
	    "*Compaction: about %" PRIu64 " tokens became %" PRIu64 ".*\n\n",
	    lines_int(ev, "tokens_before"), lines_int(ev, "tokens_after"));
	words(f, lines_str(ev, "summary", ""), "> ");
}

static int
paragraph(struct tell *t, const char *type, struct json_object *ev)
{
	if (strcmp(type, "start") == 0) {
		fprintf(t->f, "## Run %" PRIu64 ", %s\n\n", ++t->run,
		    lines_str(ev, "time", ""));
	} else if (strcmp(type, "message") == 0) {
		message(t->f, ev, "> ");
	} else if (strcmp(type, "response") == 0) {
		fprintf(
		    t->f, "### Turn %" PRIu64 "\n\n", lines_int(ev, "turn"));
		message(t->f, ev, "");
	} else if (strcmp(type, "tool_call") == 0) {
		call(t->f, ev);
	} else if (strcmp(type, "tool_result") == 0) {
		fenced(
		    t->f, "text", lines_str(ev, "gen_ai.tool.call.result", ""));
	} else if (strcmp(type, "test_run") == 0) {
		tests(t->f, ev);
	} else if (strcmp(type, "compaction") == 0) {
		compaction(t->f, ev);
	} else if (strcmp(type, "diff") == 0 || strcmp(type, "end") == 0) {
		ending(t->f, type, ev);
	}
	return 0;
}

static void
fact(FILE *f, const char *label, const char *value)
{
	if (value == NULL)
		return;
	fprintf(f, "- %s: ", label);
	code(f, value);
	fputc('\n', f);
}

int
tell_markdown(
    FILE *f, int fd, const char *id, const struct info *i, struct err *e)
{
	struct tell t = {.f = f, .full = true, .event = paragraph};

	fprintf(f, "# Session %s: %s\n\n", id, info_state(i));
	fact(f, "Task", i->task);
	fact(f, "Workspace", i->workspace);
	fact(f, "Test", i->test);
	fact(f, "Provider", i->provider);
	fact(f, "Model", i->model);
	fact(f, "Forked from", i->forked_from);
	fact(f, "Started", i->started);
	fact(f, "Ended", i->ended);
	fprintf(f,
	    "- Turns: %" PRIu64 "; tokens: %" PRIu64 " in, %" PRIu64
	    " out; lines: +%" PRIu64 " -%" PRIu64 "\n\n",
	    i->turns, i->input_tokens, i->output_tokens, i->lines_added,
	    i->lines_removed);
	return tell_each(&t, fd, e);
}

static int
event_json(struct tell *t, const char *type, struct json_object *ev)
{
	(void)type;
	fprintf(t->f, "%s\n%s", t->run++ > 0 ? "," : "",
	    json_object_to_json_string_ext(
		ev, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	return 0;
}

int
tell_json(FILE *f, int fd, const char *id, const struct info *i, struct err *e)
{
	const int how = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;
	struct tell t = {.f = f, .full = true, .event = event_json};
	struct json_object *o;
	struct rebuild r;

	if (rebuild_messages(&r, fd, NULL, e) < 0) {
		rebuild_free(&r);
		return -1;
	}
	o = info_json(i, id);
	fprintf(f, "{\"session\":%s,\n\"messages\":%s,\n\"events\":[",
	    json_object_to_json_string_ext(o, how),
	    json_object_to_json_string_ext(r.messages, how));
	json_object_put(o);
	rebuild_free(&r);
	if (tell_each(&t, fd, e) < 0)
		return -1;
	fputs("]}\n", f);
	return 0;
}
