// SPDX-License-Identifier: ISC
// A model that speaks no tools: its blocks of code are its calls, and what
// came of them is its next question.
#include <stdlib.h>
#include <string.h>
#include "src/agent/fence.h"
#include "src/agent/loop.h"

/* What an answer asks for. */
struct asked {
	struct run *r;
	struct json_object *blocks; /* calls, and what we have to say */
	struct text notes;
	bool wrote;
};

static void
add_call(struct asked *a, const char *tool, const char *key1,
    const char *value1, const char *key2, const struct text *value2)
{
	struct json_object *b = json_object_new_object();
	struct json_object *input = json_object_new_object();
	char id[32];

	snprintf(id, sizeof(id), "fence-%zu",
	    json_object_array_length(a->blocks) + 1);
	put_str(b, "type", "tool_use");
	put_str(b, "id", id);
	put_str(b, "name", tool);
	if (key1 != NULL)
		put_str(input, key1, value1);
	json_object_object_add(input, key2,
	    json_object_new_string_len(text_of(value2), (int)value2->len));
	json_object_object_add(b, "input", input);
	json_object_array_add(a->blocks, b);
}

/* Where code goes that nobody named: where its like went before. */
static char *
name_for(const struct run *r, const struct fence *f)
{
	const struct fence_lang *l = fence_lang(f->lang);
	struct text t = {0};

	if (r->last_file != NULL && fence_lang_of(r->last_file) == l)
		return mem_dup(r->last_file);
	text_printf(&t, "main.%s", l->ext);
	return text_take(&t);
}

static void
add_file(struct asked *a, struct fence *f)
{
	if (f->path == NULL) {
		f->path = name_for(a->r, f);
		text_printf(&a->notes,
		    "A block had no name; it was taken for the file %s.\n",
		    f->path);
	}
	add_call(a, "write_file", "path", f->path, "content", &f->body);
	free(a->r->last_file);
	a->r->last_file = mem_dup(f->path);
	a->wrote = true;
}

static void
add_fence(struct asked *a, struct fence *f)
{
	if (f->kind == FENCE_OTHER)
		return;
	if (!f->closed) {
		text_str(&a->notes,
		    "The last block has no end, and was left out: give it "
		    "again, whole.\n");
		return;
	}
	if (f->kind == FENCE_SHELL)
		add_call(a, "bash", NULL, NULL, "command", &f->body);
	else if (f->kind == FENCE_PATCH)
		add_call(a, "apply_patch", NULL, NULL, "patch", &f->body);
	else
		add_file(a, f);
}

/* Without a test, the program itself has to show that it runs. */
static void
add_run(struct asked *a)
{
	autotext struct text command = {0};
	const struct fence_lang *l =
	    a->r->last_file != NULL ? fence_lang_of(a->r->last_file) : NULL;

	if (a->r->env.test != NULL || !a->wrote || l == NULL || l->run == NULL)
		return;
	text_printf(&command, "%s %s", l->run, a->r->last_file);
	add_call(a, "bash", NULL, NULL, "command", &command);
}

static void
read_answer(struct asked *a, struct json_object *content)
{
	struct json_object *block;
	struct fence f;
	const char *p;
	size_t i;

	for (i = 0; i < json_object_array_length(content); i++) {
		block = json_object_array_get_idx(content, i);
		if (strcmp(tool_string(block, "type", ""), "text") != 0)
			continue;
		p = tool_string(block, "text", "");
		while (fence_next(&p, &f)) {
			add_fence(a, &f);
			fence_free(&f);
		}
	}
	add_run(a);
	if (a->notes.len > 0)
		json_object_array_add(
		    a->blocks, loop_text_block(a->notes.p, a->notes.len));
}

struct json_object *
fenced_reply(struct json_object *blocks, struct json_object *results)
{
	autotext struct text said = {0};
	struct json_object *one = json_object_new_array(), *b, *input;
	const char *name, *text;
	size_t i, n = 0;

	for (i = 0; i < json_object_array_length(results); i++) {
		b = json_object_array_get_idx(results, i);
		text = tool_string(b, "content", NULL);
		if (text == NULL) {
			text_printf(
			    &said, "%s\n\n", tool_string(b, "text", ""));
			continue;
		}
		b = json_object_array_get_idx(blocks, n++);
		name = tool_string(b, "name", "");
		json_object_object_get_ex(b, "input", &input);
		text_printf(&said, "## %s %s\n\n%s\n\n", name,
		    tool_string(input, "path", ""), text);
	}
	for (i = n; i < json_object_array_length(blocks); i++)
		text_printf(&said, "%s\n",
		    tool_string(
			json_object_array_get_idx(blocks, i), "text", ""));
	while (said.len > 0 && said.p[said.len - 1] == '\n')
		said.p[--said.len] = '\0';
	json_object_array_add(one, loop_text_block(text_of(&said), said.len));
	json_object_put(results);
	return one;
}

enum agent_exit
fenced_all(
    struct run *r, struct json_object *content, bool *over, struct err *e)
{
	struct asked a = {.r = r, .blocks = json_object_new_array()};
	enum agent_exit status;

	read_answer(&a, content);
	text_free(&a.notes);
	if (json_object_array_length(a.blocks) == 0) {
		status = oracle_claim(r, over, e);
		json_object_put(a.blocks);
		return status;
	}
	status = act_all(r, a.blocks, true, e);
	json_object_put(a.blocks);
	*over = status != AGENT_EXIT_DONE;
	if (*over)
		return status;
	// Nobody has to say that it is done when it can be seen.
	if (r->env.test != NULL ? r->green && !r->dirty
				: a.wrote && !r->round.failed)
		status = oracle_claim(r, over, e);
	return status;
}
