// SPDX-License-Identifier: ISC
// The conversation anew: the task, a summary, and how things stand.
#include <stdlib.h>
#include <string.h>
#include "src/agent/compact.h"
#include "src/agent/loop.h"
#include "src/agent/truncate.h"

enum {
	TASK_MAX = 32 << 10, /* of each end of the first message */
	SAID_MAX = 1500,     /* of each end of a later one */
	SAID_COUNT = 10,     /* of them */
	WORDS_MAX = 400,     /* of each end of what the model said */
	WORDS_COUNT = 20,
	FILES_COUNT = 8,
};

static struct json_object *
content_of(struct json_object *messages, size_t i)
{
	struct json_object *content = NULL;

	json_object_object_get_ex(
	    json_object_array_get_idx(messages, i), "content", &content);
	return content;
}

static bool
is_role(struct json_object *messages, size_t i, const char *role)
{
	return strcmp(tool_string(
			  json_object_array_get_idx(messages, i), "role", ""),
		   role) == 0;
}

/* All texts of a message; whole: it holds nothing else. */
static void
texts(struct json_object *content, struct text *out, bool *whole)
{
	struct json_object *block;
	size_t i;

	*whole = true;
	for (i = 0; i < json_object_array_length(content); i++) {
		block = json_object_array_get_idx(content, i);
		if (strcmp(tool_string(block, "type", ""), "text") == 0)
			text_printf(
			    out, "%s\n", tool_string(block, "text", ""));
		else
			*whole = false;
	}
}

/*
 * The task, and then the last messages that answer no tool. The task is the
 * first block of all: what an earlier summary put behind it is old.
 */
static void
add_said(struct json_object *messages, size_t max, struct text *out)
{
	size_t n = json_object_array_length(messages), i, count = 0, first;
	const char *task;
	bool whole;

	if (n == 0)
		return;
	task = tool_string(
	    json_object_array_get_idx(content_of(messages, 0), 0), "text", "");
	max = max < TASK_MAX ? max : TASK_MAX;
	truncate_text(out, CLEAN_FILE, task, strlen(task), max, max);
	for (first = n; first > 1 && count < SAID_COUNT; first--)
		count += is_role(messages, first - 1, "user");
	for (i = first; i < n; i++) {
		autotext struct text said = {0};

		if (i == 0 || !is_role(messages, i, "user"))
			continue;
		texts(content_of(messages, i), &said, &whole);
		if (!whole || said.len == 0)
			continue;
		text_str(out, "\n# Told later\n\n");
		truncate_text(
		    out, CLEAN_FILE, said.p, said.len, SAID_MAX, SAID_MAX);
	}
}

void
compact_words(struct json_object *messages, struct text *out)
{
	size_t n = json_object_array_length(messages), i, count = 0, first;
	bool whole;

	text_str(out,
	    "(What was said on the way, cut short; there was no room to sum "
	    "it up.)\n");
	for (first = n; first > 0 && count < WORDS_COUNT; first--)
		count += is_role(messages, first - 1, "assistant");
	for (i = first; i < n; i++) {
		autotext struct text said = {0};

		if (!is_role(messages, i, "assistant"))
			continue;
		texts(content_of(messages, i), &said, &whole);
		if (said.len == 0)
			continue;
		text_str(out, "- ");
		truncate_text(
		    out, CLEAN_FILE, said.p, said.len, WORDS_MAX, WORDS_MAX);
		text_char(out, '\n');
	}
}

static void
add_state(const struct run *r, struct text *out)
{
	if (r->env.plan.n > 0) {
		text_str(out, "\n# Your plan\n\n");
		plan_say(&r->env.plan, out);
	}
	if (r->env.test == NULL)
		return;
	text_str(out, "\n# Tests\n\nThe test command is: ");
	clean_all(CLEAN_FILE, out, r->env.test, strlen(r->env.test));
	text_printf(out, "\nWhen they were run last, they %s",
	    r->green ? "passed" : "failed");
	if (r->tests.runner != NULL)
		text_printf(out, ": %lu passed, %lu failed, %lu skipped",
		    r->tests.passed, r->tests.failed, r->tests.skipped);
	text_str(out, r->dirty ? "; things were done since.\n" : ".\n");
}

static size_t
add_path(char **path, size_t n, size_t max, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strlen(path[i]) == len && memcmp(path[i], s, len) == 0)
			return n;
	if (n == max || len == 0)
		return n;
	path[n] = mem_alloc(len + 1, 1);
	memcpy(path[n], s, len);
	return n + 1;
}

/* Those that a patch names. */
static size_t
patch_paths(const char *p, char **path, size_t n, size_t max)
{
	static const char *const marks[] = {
	    "*** Update File: ", "*** Add File: ", "+++ b/"};
	const char *nl;
	size_t i, len;

	for (; *p != '\0'; p = nl + (*nl == '\n')) {
		nl = strchrnul(p, '\n');
		for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
			len = strlen(marks[i]);
			if (strncmp(p, marks[i], len) != 0)
				continue;
			p += len;
			n = add_path(path, n, max, p, strcspn(p, "\t\r\n"));
			break;
		}
	}
	return n;
}

static size_t
call_paths(struct json_object *block, char **path, size_t n, size_t max)
{
	const char *name = tool_string(block, "name", "");
	struct json_object *input = NULL;
	const char *s;

	json_object_object_get_ex(block, "input", &input);
	if (!json_object_is_type(input, json_type_object))
		return n;
	if (strcmp(name, "apply_patch") == 0)
		return patch_paths(
		    tool_string(input, "patch", ""), path, n, max);
	if (strcmp(name, "read_file") != 0 && strcmp(name, "edit_file") != 0 &&
	    strcmp(name, "write_file") != 0)
		return n;
	s = tool_string(input, "path", "");
	return add_path(path, n, max, s, strlen(s));
}

size_t
compact_files(struct json_object *messages, char **path, size_t max)
{
	struct json_object *content;
	size_t i, j, n = 0;

	for (i = json_object_array_length(messages); i-- > 0 && n < max;) {
		if (!is_role(messages, i, "assistant"))
			continue;
		content = content_of(messages, i);
		for (j = json_object_array_length(content); j-- > 0;)
			n = call_paths(json_object_array_get_idx(content, j),
			    path, n, max);
	}
	return n;
}

/* As read_file tells it, or nothing if it cannot be read. */
static int
add_file(struct run *r, const char *path, size_t max, struct text *out,
    struct err *e)
{
	struct json_object *input = json_object_new_object();
	struct tool_result t = {0};
	int ret;

	put_str(input, "path", path);
	ret = tool_read_file.run(&r->env, input, &t, e);
	json_object_put(input);
	if (ret == 0 && !t.is_error) {
		text_str(out, "\n## ");
		clean_all(CLEAN_FILE, out, path, strlen(path));
		text_str(out, "\n\n");
		truncate_text(out, CLEAN_FILE, text_of(&t.content),
		    t.content.len, max / 2, max / 2);
		text_char(out, '\n');
	}
	tool_result_free(&t);
	return ret;
}

static int
add_files(struct run *r, uint64_t goal, struct text *out, struct err *e)
{
	size_t n, i, max = goal * 2 / FILES_COUNT; // half of it, at 4 a token
	char *path[FILES_COUNT];
	int ret = 0;

	n = compact_files(r->messages, path, FILES_COUNT);
	if (n > 0)
		text_str(out, "\n# Files as they are now\n");
	for (i = 0; i < n; i++) {
		if (ret == 0)
			ret = add_file(r, path[i], max, out, e);
		free(path[i]);
	}
	return ret;
}

struct json_object *
compact_anew(struct run *r, const char *summary, uint64_t goal, struct err *e)
{
	struct json_object *all, *m, *content;
	autotext struct text said = {0}, out = {0};

	add_said(r->messages, goal, &said); // a quarter of it at each end
	text_printf(&out,
	    "# What was done so far\n\nThe conversation until now was too "
	    "long, and this summary took its place:\n\n%s\n",
	    summary);
	add_state(r, &out);
	if (add_files(r, goal, &out, e) < 0)
		return NULL;
	text_str(&out, "\nGo on from here.\n");
	loop_redact(r, &said);
	loop_redact(r, &out);
	content = json_object_new_array();
	json_object_array_add(
	    content, loop_text_block(text_of(&said), said.len));
	json_object_array_add(content, loop_text_block(out.p, out.len));
	m = json_object_new_object();
	put_str(m, "role", "user");
	json_object_object_add(m, "content", content);
	all = json_object_new_array();
	json_object_array_add(all, m);
	return all;
}
