// SPDX-License-Identifier: ISC
// search_files: lines that match, by ripgrep inside where there is one, else
// by grep; the same files and the same answer either way.
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "src/agent/clean.h"
#include "src/agent/command.h"
#include "src/agent/ignore.h"
#include "src/agent/walk.h"

#define OUTPUT_KEPT (1u << 20)
#define SHOWN	    100 // lines, unless asked otherwise
#define LINE_SHOWN  300 // bytes of one
#define ARGS_MAX    64
#define TIME_MS	    60000

static const struct tool_arg args[] = {
    {"pattern", TOOL_ARG_STRING, true, 0, 0,
	"Regular expression (Perl's), matched line by line"},
    {"path", TOOL_ARG_STRING, false, 0, 0,
	"Directory or file; /workspace if left out"},
    {"glob", TOOL_ARG_STRING, false, 0, 0,
	"Only files whose name matches, as in *.py"},
    {"ignore_case", TOOL_ARG_BOOLEAN, false, 0, 0, "False if left out"},
    {"literal", TOOL_ARG_BOOLEAN, false, 0, 0,
	"The pattern is plain text; false if left out"},
    {"limit", TOOL_ARG_INTEGER, false, 1, 1000,
	"Lines to show; 100 if left out"},
    {"all", TOOL_ARG_BOOLEAN, false, 0, 0,
	"Also in files that .gitignore leaves out; false if left out"},
    {0},
};

struct words {
	char *v[ARGS_MAX];
	size_t n;
	struct text store[ARGS_MAX];
};

static void
add(struct words *w, const char *before, const char *s, const char *behind)
{
	struct text *t = &w->store[w->n];

	text_printf(t, "%s%s%s", before, s, behind);
	w->v[w->n++] = t->p;
}

static void
words_free(struct words *w)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		text_free(&w->store[i]);
}

enum engine {
	RIPGREP,
	GREP_PERL,
	GREP_EXTENDED, // a grep without Perl's expressions
	ENGINES
};

/* Each skips what list_files does not look into, and nothing else. */
static void
compose(struct words *w, enum engine engine, struct json_object *input)
{
	static const char *const rg[] = {"rg", "--null", "--line-number",
	    "--with-filename", "--no-heading", "--color=never", "--no-messages",
	    "--no-ignore", "--hidden", "--no-config"};
	static const char *const grep[] = {
	    "grep", "-r", "-n", "-H", "-I", "-s", "-Z", "--color=never"};
	const char *glob = tool_string(input, "glob", NULL);
	size_t i;

	*w = (struct words){0};
	if (engine == RIPGREP)
		for (i = 0; i < sizeof(rg) / sizeof(rg[0]); i++)
			add(w, "", rg[i], "");
	else
		for (i = 0; i < sizeof(grep) / sizeof(grep[0]); i++)
			add(w, "", grep[i], "");
	// Of ripgrep's the last one that matches a file decides.
	if (glob != NULL)
		add(w, engine == RIPGREP ? "--glob=" : "--include=", glob, "");
	for (i = 0; walk_skipped_names[i] != NULL; i++)
		add(w, engine == RIPGREP ? "--glob=!**/" : "--exclude-dir=",
		    walk_skipped_names[i], engine == RIPGREP ? "/**" : "");
	if (tool_boolean(input, "ignore_case"))
		add(w, "", "-i", "");
	if (tool_boolean(input, "literal"))
		add(w, "", "-F", "");
	else if (engine != RIPGREP)
		add(w, "", engine == GREP_PERL ? "-P" : "-E", "");
	add(w, "", "-e", "");
	add(w, "", tool_string(input, "pattern", ""), "");
	add(w, "", "--", "");
	add(w, "", tool_string(input, "path", "."), "");
}

/* What the program writes, without the lines of files that are left out. */
struct found {
	struct ignore ignore;
	bool rules;	  // they are to be obeyed
	size_t from;	  // the place that was asked for; bytes of its path
	struct text line; // one that has not ended
	struct text kept; // whole lines
	struct text path; // of the last line...
	bool ignored;	  // ...and whether it is left out
	uint64_t left_out;
	bool cut; // there were more
};

static bool
is_ignored(struct found *f, const char *path)
{
	autotext struct text place = {0};

	if (!f->rules || (f->path.len > 0 && strcmp(f->path.p, path) == 0))
		return f->ignored;
	f->path.len = 0;
	text_str(&f->path, path);
	f->ignored = ignore_place(path, &place) &&
		     ignore_has_below(&f->ignore, place.p, f->from);
	return f->ignored;
}

static void
take_line(struct found *f)
{
	// A line without NUL is a message of the program.
	bool match = memchr(f->line.p, '\0', f->line.len) != NULL;

	if (match && is_ignored(f, f->line.p))
		f->left_out++;
	else if (f->kept.len + f->line.len > OUTPUT_KEPT)
		f->cut = true;
	else
		text_add(&f->kept, f->line.p, f->line.len);
	f->line.len = 0;
}

static void
take(void *arg, const char *data, size_t len)
{
	struct found *f = arg;
	const char *nl;
	size_t n;

	for (; len > 0; data += n, len -= n) {
		nl = memchr(data, '\n', len);
		n = nl != NULL ? (size_t)(nl + 1 - data) : len;
		if (f->line.len + n <= OUTPUT_KEPT)
			text_add(&f->line, data, n);
		else if (nl != NULL)
			text_char(&f->line, '\n');
		if (nl != NULL)
			take_line(f);
	}
}

static void
found_begin(struct found *f, struct tool_env *env, struct json_object *input)
{
	autotext struct text place = {0};

	*f = (struct found){0};
	ignore_begin(&f->ignore, env->box);
	f->rules =
	    ignore_place(tool_string(input, "path", SPEC_WORKSPACE), &place) &&
	    !tool_boolean(input, "all");
	f->from = place.len;
}

static void
found_free(struct found *f)
{
	ignore_free(&f->ignore);
	text_free(&f->line);
	text_free(&f->kept);
	text_free(&f->path);
}

static int
ask(struct tool_env *env, enum engine engine, struct json_object *input,
    struct found *f, struct capture *c, struct err *e)
{
	const struct capture_config cfg = {
	    .show = take, .arg = f, .output_max = 64u << 20, .stop = env->stop};
	struct box_command command = {.envp = box_default_env,
	    .time_ms = TIME_MS < env->command_ms ? TIME_MS : env->command_ms,
	    .stdio = {-1, -1, -1}};
	struct words w;
	int rc;

	compose(&w, engine, input);
	w.v[w.n] = NULL;
	command.argv = w.v;
	rc = capture_run(env->box, &command, &cfg, c, e);
	words_free(&w);
	return rc;
}

/* The first that is there and knows the kind of expression. */
static int
search(struct tool_env *env, struct json_object *input, struct found *f,
    struct capture *c, struct err *e)
{
	enum engine engine;
	int rc = -1;

	for (engine = RIPGREP; engine < ENGINES; engine++) {
		memset(c, 0, sizeof(*c));
		found_free(f);
		found_begin(f, env, input);
		rc = ask(env, engine, input, f, c, e);
		// Not there, or not to be executed by the policy.
		if (rc != 0 && e->code != ERR_EXEC)
			return -1;
		if (rc != 0)
			continue;
		if (engine != GREP_PERL || c->result.exit_code != 2 ||
		    strstr(text_of(&f->kept), "-P") == NULL)
			return 0;
		capture_free(c);
	}
	return rc;
}

struct match {
	const char *path, *rest; // "12:text", not terminated
	size_t len;
	uint64_t line;
};

struct matches {
	struct match *v;
	size_t n, cap;
};

static int
by_place(const void *a, const void *b)
{
	const struct match *x = a, *y = b;
	int c = strcmp(x->path, y->path);

	if (c != 0)
		return c;
	return x->line < y->line ? -1 : x->line > y->line;
}

/* PATH NUL LINE:TEXT each; anything else is a message of the program. */
static void
split(const struct text *t, struct matches *m, struct text *said)
{
	const char *p = text_of(t), *end = p + t->len, *nl, *nul;
	struct match *one;

	for (; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL)
			return; // cut off
		nul = memchr(p, '\0', (size_t)(nl - p));
		if (nul == NULL) {
			text_add(said, p, (size_t)(nl + 1 - p));
			continue;
		}
		if (m->n == m->cap) {
			m->cap = m->cap == 0 ? 256 : 2 * m->cap;
			m->v = mem_grow(m->v, m->cap, sizeof(*m->v));
		}
		one = &m->v[m->n++];
		*one =
		    (struct match){.path = strncmp(p, "./", 2) == 0 ? p + 2 : p,
			.rest = nul + 1,
			.len = (size_t)(nl - nul - 1),
			.line = strtoull(nul + 1, NULL, 10)};
	}
}

static void
show(const struct matches *m, size_t limit, struct tool_result *r)
{
	const struct match *one;
	size_t i;

	for (i = 0; i < m->n && i < limit; i++) {
		one = &m->v[i];
		clean_all(
		    CLEAN_OUTPUT, &r->content, one->path, strlen(one->path));
		text_char(&r->content, ':');
		clean_all(CLEAN_OUTPUT, &r->content, one->rest,
		    one->len < LINE_SHOWN ? one->len : LINE_SHOWN);
		if (one->len > LINE_SHOWN)
			text_printf(&r->content, " [... %zu bytes cut ...]",
			    one->len - LINE_SHOWN);
		text_char(&r->content, '\n');
	}
}

static void
tell(const struct capture *c, const struct found *f, size_t limit,
    struct tool_result *r)
{
	autotext struct text said = {0};
	struct matches m = {0};

	split(&f->kept, &m, &said);
	if (m.n > 1)
		qsort(m.v, m.n, sizeof(*m.v), by_place);
	show(&m, limit, r);
	if (m.n == 0 && c->result.exit_code > 1) {
		clean_all(CLEAN_OUTPUT, &r->content, text_of(&said), said.len);
		r->is_error = true;
	} else if (m.n == 0) {
		text_str(&r->content, "(no line matches)\n");
	}
	if (m.n > limit || f->cut)
		text_printf(&r->content,
		    "[%zu of %s%zu lines: look at one directory, or for "
		    "less]\n",
		    m.n < limit ? m.n : limit, f->cut ? "more than " : "", m.n);
	if (f->left_out > 0)
		text_printf(&r->content,
		    "[lines in files that .gitignore leaves out: %llu; all "
		    "shows them]\n",
		    (unsigned long long)f->left_out);
	if (c->result.timed_out || c->result.signal != 0)
		text_str(&r->content,
		    "[the search was stopped before it was done]\n");
	text_printf(&r->summary, "%zu %s", m.n, m.n == 1 ? "line" : "lines");
	free(m.v);
}

static int
run(struct tool_env *env, struct json_object *input, struct tool_result *r,
    struct err *e)
{
	struct found f = {0};
	struct capture c;

	if (search(env, input, &f, &c, e) != 0) {
		found_free(&f);
		return tool_box_failed(r, e);
	}
	tell(&c, &f, (size_t)tool_integer(input, "limit", SHOWN), r);
	found_free(&f);
	r->wall_ms = c.result.usage.wall_ms;
	capture_free(&c);
	return 0;
}

const struct tool tool_search_files = {"search_files",
    "Searches files for lines that match a regular expression; answers "
    "PATH:LINE:TEXT, sorted. Skips binary files and what list_files does not "
    "look into or leaves out.",
    args, "pattern", TOOL_READ, run};
