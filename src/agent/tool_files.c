// SPDX-License-Identifier: ISC
// read_file, write_file, edit_file: files of the workspace, whole.
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include "src/agent/clean.h"
#include "src/agent/diff.h"
#include "src/agent/edit.h"
#include "src/agent/files.h"
#include "src/agent/tool.h"

#define READ_MAX   (16u << 20) // of a file that is shown in parts
#define EDIT_MAX   (4u << 20)  // of a file that is edited
#define SHOWN_MAX  40000       // bytes of one answer
#define LINE_SHOWN 2000	       // bytes of one line
#define LINES	   2000	       // of one answer, unless asked otherwise

static const struct tool_arg read_args[] = {
    {"path", TOOL_ARG_STRING, true, 0, 0,
	"Absolute, or relative to /workspace"},
    {"offset", TOOL_ARG_INTEGER, false, 1, 1000000000,
	"First line to show; 1 if left out"},
    {"limit", TOOL_ARG_INTEGER, false, 1, 100000,
	"Lines to show; 2000 if left out"},
    {0},
};

static int
read_whole(struct tool_env *env, const char *path, size_t max, struct text *t,
    struct tool_result *r, struct err *e)
{
	if (files_read(env->box, path, max, t, e) < 0) {
		if (e->code == ERR_FILE && e->sys_errno == EFBIG)
			err_set(e, ERR_FILE, 0,
			    "%.100s is larger than %zu MiB; use bash to look "
			    "at parts of it",
			    path, max >> 20);
		else if (e->code == ERR_FILE && e->sys_errno == EISDIR)
			err_set(e, ERR_FILE, 0,
			    "%.100s is a directory; use list_files", path);
		return tool_box_failed(r, e);
	}
	if (!diff_is_binary(text_of(t), t->len))
		return 0;
	r->is_error = true;
	text_printf(
	    &r->content, "%s is a binary file of %zu bytes", path, t->len);
	text_printf(&r->summary, "binary, %zu bytes", t->len);
	return 0;
}

/* Appends numbered lines from `first` on; returns the number after the last
   one shown, and counts all lines. */
static size_t
show_lines(struct text *out, const struct text *file, size_t first,
    size_t limit, size_t *total)
{
	const char *p = file->p, *end = p + file->len, *nl;
	size_t n, number = 1, next = first;

	for (; p < end; p += n + 1, number++) {
		nl = memchr(p, '\n', (size_t)(end - p));
		n = (size_t)((nl != NULL ? nl : end) - p);
		if (number < first || number >= first + limit ||
		    number != next || out->len > SHOWN_MAX)
			continue;
		text_printf(out, "%6zu\t", number);
		clean_all(CLEAN_FILE, out, p, n < LINE_SHOWN ? n : LINE_SHOWN);
		if (n > LINE_SHOWN)
			text_printf(
			    out, " [... %zu bytes cut ...]", n - LINE_SHOWN);
		text_char(out, '\n');
		next = number + 1;
	}
	*total = number - 1;
	return next;
}

static int
run_read(struct tool_env *env, struct json_object *input, struct tool_result *r,
    struct err *e)
{
	autotext struct text file = {0};
	const char *path = tool_string(input, "path", "");
	size_t first = (size_t)tool_integer(input, "offset", 1);
	size_t limit = (size_t)tool_integer(input, "limit", LINES);
	size_t next, total;

	if (read_whole(env, path, READ_MAX, &file, r, e) < 0)
		return -1;
	if (r->is_error)
		return 0;
	if (file.len == 0) {
		text_str(&r->content, "(the file is empty)");
		text_str(&r->summary, "empty");
		return 0;
	}
	next = show_lines(&r->content, &file, first, limit, &total);
	if (first > total) {
		text_printf(&r->content, "the file has only %zu lines", total);
		r->is_error = true;
	} else if (next <= total) {
		text_printf(&r->content,
		    "[lines %zu to %zu of %zu; go on with offset %zu]", first,
		    next - 1, total, next);
	}
	text_printf(&r->summary, "%zu lines", next - first);
	return 0;
}

const struct tool tool_read_file = {"read_file",
    "Shows a text file with numbered lines. The number and the tab after it "
    "are not part of the file.",
    read_args, "path", TOOL_READ, run_read};

static const struct tool_arg write_args[] = {
    {"path", TOOL_ARG_STRING, true, 0, 0,
	"Absolute, or relative to /workspace"},
    {"content", TOOL_ARG_TEXT, true, 0, 0, "All that the file is to hold"},
    {0},
};

/* What is there, for who is asked about a change. */
static int
look_before(struct tool_env *env, struct tool_change *c, struct text *was,
    struct err *e)
{
	if (env->gate == NULL)
		return 0;
	if (files_read(env->box, c->path, EDIT_MAX, was, e) == 0) {
		c->was = was;
		c->unknown = diff_is_binary(text_of(was), was->len);
		return 0;
	}
	c->unknown = e->sys_errno != ENOENT;
	return e->code == ERR_FILE ? 0 : -1;
}

static int
run_write(struct tool_env *env, struct json_object *input,
    struct tool_result *r, struct err *e)
{
	const char *path = tool_string(input, "path", "");
	const char *content = tool_string(input, "content", "");
	size_t len = tool_length(input, "content");
	struct text is = {.p = (char *)(uintptr_t)content, .len = len};
	autotext struct text was = {0};
	struct tool_change c = {path, NULL, &is, false};
	bool created;
	int asked = look_before(env, &c, &was, e);

	if (asked == 0)
		asked = tool_may_write(env, &tool_write_file, &c, 1, r, e);
	if (asked != 0)
		return asked < 0 ? -1 : 0;
	r->changes = true;
	if (files_write(env->box, path, content, len, &created, e) < 0)
		return tool_box_failed(r, e);
	text_printf(&r->content, "%s %s, %zu bytes",
	    created ? "created" : "replaced", path, len);
	text_printf(&r->summary, "%s, %zu bytes",
	    created ? "created" : "replaced", len);
	return 0;
}

const struct tool tool_write_file = {"write_file",
    "Creates a file or replaces all of it; directories are made as needed. "
    "To change a part of a file use edit_file.",
    write_args, "path", TOOL_WRITE, run_write};

static const struct tool_arg edit_args[] = {
    {"path", TOOL_ARG_STRING, true, 0, 0,
	"Absolute, or relative to /workspace"},
    {"old_string", TOOL_ARG_TEXT, true, 0, 0,
	"Text to replace, exactly as it is in the file, without line numbers"},
    {"new_string", TOOL_ARG_TEXT, true, 0, 0, "What it becomes"},
    {"replace_all", TOOL_ARG_BOOLEAN, false, 0, 0,
	"Replace every place; false if left out: there must be just one"},
    {0},
};

static int
run_edit(struct tool_env *env, struct json_object *input, struct tool_result *r,
    struct err *e)
{
	autotext struct text file = {0}, edited = {0}, complaint = {0};
	const char *path = tool_string(input, "path", "");
	struct edit x = {.old = tool_string(input, "old_string", ""),
	    .old_len = tool_length(input, "old_string"),
	    .new = tool_string(input, "new_string", ""),
	    .new_len = tool_length(input, "new_string"),
	    .all = tool_boolean(input, "replace_all")};
	const struct tool_change c = {path, &file, &edited, false};
	bool created;
	int asked;
	long n;

	if (read_whole(env, path, EDIT_MAX, &file, r, e) < 0)
		return -1;
	if (r->is_error)
		return 0;
	x.data = text_of(&file);
	x.len = file.len;
	n = edit_apply(&x, &edited, &complaint);
	if (n < 0) {
		text_printf(&r->content, "%s: %s", path, complaint.p);
		text_str(&r->summary, "no single match");
		r->is_error = true;
		return 0;
	}
	asked = tool_may_write(env, &tool_edit_file, &c, 1, r, e);
	if (asked != 0)
		return asked < 0 ? -1 : 0;
	r->changes = true;
	if (files_write(
		env->box, path, text_of(&edited), edited.len, &created, e) < 0)
		return tool_box_failed(r, e);
	text_printf(&r->content, "replaced %ld %s in %s", n,
	    n == 1 ? "place" : "places", path);
	text_printf(&r->summary, "%ld %s", n, n == 1 ? "place" : "places");
	return 0;
}

const struct tool tool_edit_file = {"edit_file",
    "Replaces a string in a file. old_string must be there exactly once, "
    "white space included, unless replace_all is set.",
    edit_args, "path", TOOL_WRITE, run_edit};
