// SPDX-License-Identifier: ISC
// list_files: the tree of the workspace, bounded.
#include "src/agent/clean.h"
#include "src/agent/ignore.h"
#include "src/agent/tool.h"
#include "src/agent/walk.h"

#define ITEMS_MAX   500
#define IGNORED_MAX 20000 // of one directory
#define DEPTH	    3

static const struct tool_arg args[] = {
    {"path", TOOL_ARG_STRING, false, 0, 0, "Directory; /workspace if left out"},
    {"depth", TOOL_ARG_INTEGER, false, 1, 20,
	"How deep to look; 3 if left out"},
    {"all", TOOL_ARG_BOOLEAN, false, 0, 0,
	"Also what .gitignore leaves out; false if left out"},
    {0},
};

struct listing {
	struct text *out;
	unsigned int depth;
	struct ignore ignore;
	struct text place; // of the root, seen from /workspace
	bool rules;	   // they are to be obeyed
	uint64_t ignored;
};

static bool
is_ignored(struct listing *l, const struct walk_item *i)
{
	autotext struct text path = {0};

	if (!l->rules)
		return false;
	text_printf(&path, "%s%s%s", text_of(&l->place),
	    l->place.len > 0 ? "/" : "", i->path);
	return ignore_has(
	    &l->ignore, path.p, i->kind == WALK_DIR || i->kind == WALK_SKIPPED);
}

static int
list_one(void *arg, const struct walk_item *i, struct err *e)
{
	static const char *const mark[] = {[WALK_FILE] = "",
	    [WALK_DIR] = "/",
	    [WALK_SKIPPED] = "/ (not looked into)",
	    [WALK_LINK] = " (symbolic link)",
	    [WALK_OTHER] = " (special file)",
	    [WALK_UNKNOWN] = ""};
	struct listing *l = arg;

	(void)e;
	if (is_ignored(l, i)) {
		l->ignored++;
		return 1;
	}
	// A line end in a name would fake another name.
	clean_all(CLEAN_OUTPUT, l->out, i->path, __builtin_strlen(i->path));
	text_str(l->out, mark[i->kind]);
	if (i->kind == WALK_DIR && i->depth == l->depth)
		text_str(l->out, " (deeper)");
	text_char(l->out, '\n');
	return 0;
}

static int
run(struct tool_env *env, struct json_object *input, struct tool_result *r,
    struct err *e)
{
	struct listing l = {.out = &r->content,
	    .depth = (unsigned int)tool_integer(input, "depth", DEPTH)};
	struct walk w = {.box = env->box,
	    .root = tool_string(input, "path", SPEC_WORKSPACE),
	    .depth = l.depth,
	    .max = ITEMS_MAX,
	    .spare = IGNORED_MAX,
	    .visit = list_one,
	    .arg = &l,
	    .stop = env->stop};
	int rc;

	ignore_begin(&l.ignore, env->box);
	l.rules = ignore_place(w.root, &l.place) && !tool_boolean(input, "all");
	rc = walk_tree(&w, e);
	ignore_free(&l.ignore);
	text_free(&l.place);
	if (rc < 0)
		return tool_box_failed(r, e);
	if (w.count == 0 && l.ignored == 0)
		text_str(&r->content, "(empty)\n");
	if (w.cut)
		text_printf(&r->content,
		    "[more than %d names: look at one directory, or less "
		    "deep]\n",
		    ITEMS_MAX);
	if (l.ignored > 0)
		text_printf(&r->content,
		    "[left out by .gitignore: %llu; all shows them]\n",
		    (unsigned long long)l.ignored);
	text_printf(&r->summary, "%llu names", (unsigned long long)w.count);
	return 0;
}

const struct tool tool_list_files = {"list_files",
    "Lists files and directories, sorted, with their paths relative to the "
    "directory asked for. Does not look into .git and the like, caches "
    "(__pycache__, .pytest_cache...) and dependencies (node_modules, venv), "
    "and leaves out what .gitignore does.",
    args, NULL, TOOL_READ, run};
