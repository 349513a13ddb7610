// SPDX-License-Identifier: ISC
// A session on a screen: words as they stream in, calls folded to a line
// each, and how things stand at the bottom.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "src/agent/interactive.h"
#include "src/box/way_in.h"
#include "src/term/mode.h"

enum {
	TICK_MS = 200, // between two looks at the clock
	TITLE_MAX = 300
};

/* Before a line of the run: the status line makes room. */
static void
make_room(void *arg)
{
	struct interactive *it = arg;

	status_hide(&it->line);
}

/* A piece of the model's text, clean already. */
static void
stream(void *arg, struct text *out, const char *piece, size_t len)
{
	struct interactive *it = arg;

	status_hide(&it->line);
	markdown_add(&it->markdown, out, piece, len);
}

static void
stream_end(void *arg, struct text *out)
{
	struct interactive *it = arg;
	struct mode_size size;
	bool color = it->run->show.color;

	markdown_end(&it->markdown, out);
	markdown_free(&it->markdown);
	mode_size(STDERR_FILENO, &size);
	markdown_begin(&it->markdown, color, it->keys ? size.columns - 1 : 0);
}

void
screen_status(struct interactive *it, struct text *out)
{
	struct run *r = it->run;
	autotext struct text box = {0};
	struct status s = {.turns = r->budget.turns,
	    .input_tokens = r->usage.input_tokens,
	    .output_tokens = r->usage.output_tokens,
	    .cost_usd_micro =
		!model_is_priced(r->model) || r->usage.unpriced_tokens > 0
		    ? STATUS_NO_COST
		    : r->usage.cost_micro,
	    .ms = clock_ms() - r->events.start_ms,
	    .doing = it->doing};

	text_printf(&box, "%s, %s", way_in_name(r->way.kind),
	    r->env.network != NULL ? "network by rule" : "no network");
	s.box = text_of(&box);
	if (it->doing == NULL && r->ui != NULL)
		s.doing = "thinking";
	if (r->env.test != NULL && it->tasks > 0)
		s.tests = r->dirty   ? "not run since the last change"
			  : r->green ? "green"
				     : "red";
	status_text(out, &s);
}

static void
tick(void *arg)
{
	struct interactive *it = arg;
	autotext struct text t = {0};
	uint64_t now = clock_ms();

	// Words of the model are on the last line: it is theirs.
	if (it->line.fd < 0 || it->run->show.in_line ||
	    now - it->ticked_ms < TICK_MS)
		return;
	it->ticked_ms = now;
	screen_status(it, &t);
	status_show(&it->line, text_of(&t));
}

static void
call_begins(void *arg, const char *title)
{
	struct interactive *it = arg;

	it->doing_text.len = 0;
	text_str(&it->doing_text, title);
	it->doing = text_of(&it->doing_text);
	it->ticked_ms = 0;
	tick(it);
}

static void
forget(struct fold *f)
{
	free(f->title);
	free(f->summary);
	free(f->content);
	json_object_put(f->input);
}

static struct fold *
new_fold(struct interactive *it)
{
	if (it->folds == FOLDS_MAX) {
		forget(&it->fold[0]);
		memmove(&it->fold[0], &it->fold[1],
		    (FOLDS_MAX - 1) * sizeof(it->fold[0]));
		it->folds--;
	}
	return &it->fold[it->folds++];
}

static void
call_ended(void *arg, const char *title, struct json_object *input,
    const struct tool_result *t)
{
	struct interactive *it = arg;
	struct fold *f = new_fold(it);

	it->doing = NULL;
	*f = (struct fold){.number = ++it->calls,
	    .title = mem_dup(title),
	    .summary = mem_dup(text_of(&t->summary)),
	    .input = json_object_get(input),
	    .content = mem_dup(text_of(&t->content))};
	show_line(&it->run->show,
	    t->is_error && !t->tested ? SHOW_RED : SHOW_DIM,
	    "> %.*s: %s  [%" PRIu64 "]", TITLE_MAX, title,
	    t->tested ? "the tests ran" : f->summary, f->number);
}

/* Lines of a text, each with what is before it. */
static void
show_lines(struct interactive *it, enum show_color c, const char *before,
    const char *text)
{
	const char *nl;

	for (; *text != '\0'; text = *nl != '\0' ? nl + 1 : nl) {
		nl = strchrnul(text, '\n');
		show_line(&it->run->show, c, "%s%.*s", before, (int)(nl - text),
		    text);
	}
}

static void
show_argument(struct interactive *it, const char *name, struct json_object *v)
{
	const char *s = json_object_get_string(v);

	if (s == NULL)
		return;
	if (strcmp(name, "old_string") == 0)
		show_lines(it, SHOW_RED, "-", s);
	else if (strcmp(name, "new_string") == 0)
		show_lines(it, SHOW_GREEN, "+", s);
	else if (strcmp(name, "patch") == 0)
		screen_diff(it, s, strlen(s));
	else if (strchr(s, '\n') == NULL)
		show_line(&it->run->show, SHOW_PLAIN, "  %s: %s", name, s);
	else {
		show_line(&it->run->show, SHOW_PLAIN, "  %s:", name);
		show_lines(it, SHOW_PLAIN, "    ", s);
	}
}

bool
screen_unfold(struct interactive *it, uint64_t number)
{
	struct fold *f = NULL;
	size_t i;

	for (i = 0; i < it->folds; i++)
		if (number == 0 || it->fold[i].number == number)
			f = &it->fold[i];
	if (f == NULL)
		return false;
	show_line(
	    &it->run->show, SHOW_BOLD, "[%" PRIu64 "] %s", f->number, f->title);
	if (json_object_is_type(f->input, json_type_object)) {
		json_object_object_foreach(f->input, name, value)
		    show_argument(it, name, value);
	}
	show_lines(it, SHOW_DIM, "  | ", f->content);
	return true;
}

void
screen_diff(struct interactive *it, const char *diff, size_t len)
{
	const char *p = diff, *end = diff + len, *nl;
	enum show_color c;

	for (; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL)
			nl = end;
		c = *p == '+'	? SHOW_GREEN
		    : *p == '-' ? SHOW_RED
		    : *p == '@' ? SHOW_DIM
				: SHOW_PLAIN;
		show_line(&it->run->show, c, "%.*s", (int)(nl - p), p);
	}
}

void
screen_begin(struct interactive *it)
{
	struct run *r = it->run;
	struct text none = {0};

	it->line = (struct status_line){
	    it->keys && r->show.f != NULL ? STDERR_FILENO : -1, r->show.color,
	    false};
	it->hooks = (struct show_hooks){make_room, stream, stream_end, it};
	stream_end(it, &none);
	text_free(&none);
	if (r->show.f != NULL && it->typed)
		r->show.hooks = &it->hooks;
	it->ui.call = call_begins;
	it->ui.result = call_ended;
	it->ui.tick = tick;
}

void
screen_end(struct interactive *it)
{
	show_stream_end(&it->run->show);
	status_hide(&it->line);
	it->run->show.hooks = NULL;
	while (it->folds > 0)
		forget(&it->fold[--it->folds]);
	markdown_free(&it->markdown);
	text_free(&it->doing_text);
}
