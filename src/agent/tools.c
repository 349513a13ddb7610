// SPDX-License-Identifier: ISC
// The table of tools, and one call from a model's block to its result.
#include <stdlib.h>
#include <string.h>
#include "policy/nearest.h"
#include "src/agent/tool.h"

// Their order is part of every request: keep it, servers cache by it.
static const struct tool *const tools[] = {&tool_bash, &tool_run_tests,
    &tool_read_file, &tool_write_file, &tool_edit_file, &tool_apply_patch,
    &tool_list_files, &tool_search_files, &tool_background_start,
    &tool_background_poll, &tool_background_write, &tool_background_kill,
    &tool_plan};
#define TOOLS (sizeof(tools) / sizeof(tools[0]))

const struct tool *
tool_find(const char *name)
{
	size_t i;

	for (i = 0; i < TOOLS; i++)
		if (strcmp(tools[i]->name, name) == 0)
			return tools[i];
	return NULL;
}

struct json_object *
tool_list(bool with_tests)
{
	struct json_object *all = json_object_new_array(), *one;
	size_t i;

	for (i = 0; i < TOOLS; i++) {
		if (tools[i] == &tool_run_tests && !with_tests)
			continue;
		one = json_object_new_object();
		json_object_object_add(
		    one, "name", json_object_new_string(tools[i]->name));
		json_object_object_add(one, "description",
		    json_object_new_string(tools[i]->description));
		json_object_object_add(
		    one, "input_schema", tool_schema(tools[i]));
		json_object_array_add(all, one);
	}
	return all;
}

/* A name that is none: the near one is likely meant. */
static void
unknown_tool(
    const struct tool_env *env, const char *name, struct tool_result *r)
{
	const char *names[TOOLS] = {0}, *near;
	size_t i;

	for (i = 0; i < TOOLS; i++)
		if (tools[i] != &tool_run_tests || env->test != NULL)
			names[i] = tools[i]->name;
	near = nearest_word(name, strlen(name), names, TOOLS);
	text_printf(&r->content, "There is no tool '%.80s'. ", name);
	if (near != NULL)
		text_printf(&r->content, "Did you mean %s? ", near);
	text_str(&r->content, "There are: ");
	for (i = 0; i < TOOLS; i++)
		if (names[i] != NULL)
			text_printf(
			    &r->content, "%s%s", i > 0 ? ", " : "", names[i]);
	text_str(&r->content, ".");
	text_str(&r->summary, "no such tool");
	r->is_error = true;
}

int
tool_call(struct tool_env *env, struct json_object *block,
    struct tool_result *r, struct err *e)
{
	autotext struct text complaint = {0};
	const char *name = tool_string(block, "name", "");
	const char *fault = tool_string(block, "input_error", NULL);
	const struct tool *t = tool_find(name);
	struct json_object *input = NULL;
	int asked;

	memset(r, 0, sizeof(*r));
	if (t == NULL || (t == &tool_run_tests && env->test == NULL)) {
		unknown_tool(env, name, r);
		return 0;
	}
	json_object_object_get_ex(block, "input", &input);
	if (fault != NULL || tool_check(t, input, &complaint) < 0) {
		if (fault != NULL)
			text_printf(&r->content,
			    "%s: the arguments are not a JSON object: %s",
			    t->name, fault);
		else
			text_str(&r->content, complaint.p);
		text_str(&r->summary, "wrong arguments");
		r->is_error = true;
		return 0;
	}
	if (env->gate != NULL) {
		asked = env->gate->ask(env->gate->arg, t, input, r, e);
		if (asked != 0)
			return asked < 0 ? -1 : 0;
	}
	return t->run(env, input, r, e);
}

void
tool_env_free(struct tool_env *env)
{
	plan_free(&env->plan);
	free(env->cwd);
	env->cwd = NULL;
}

int
tool_may_write(struct tool_env *env, const struct tool *t,
    const struct tool_change *c, size_t n, struct tool_result *r, struct err *e)
{
	if (env->gate == NULL || env->gate->write == NULL)
		return 0;
	return env->gate->write(env->gate->arg, t, c, n, r, e);
}

void
tool_result_free(struct tool_result *r)
{
	testlog_free(&r->tests);
	text_free(&r->content);
	text_free(&r->summary);
}

int
tool_box_failed(struct tool_result *r, const struct err *e)
{
	// A file that cannot be used is the model's to mend; so is a path
	// that is too long. The rest is about the sandbox itself.
	if (e->code != ERR_FILE && e->code != ERR_EXEC && e->code != ERR_LIMIT)
		return -1;
	r->content.len = 0;
	text_str(&r->content, e->text);
	r->summary.len = 0;
	text_str(&r->summary, e->text);
	r->is_error = true;
	return 0;
}
