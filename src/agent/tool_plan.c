// SPDX-License-Identifier: ISC
// plan: the steps of the model's work, where a person can see them.
#include "src/agent/plan.h"
#include "src/agent/tool.h"

static const struct tool_arg args[] = {
    {"steps", TOOL_ARG_STRING, true, 0, 0,
	"All steps, one a line, in order: \"[ ] text\" is to do, \"[>] text\" "
	"is being done, \"[x] text\" is done"},
    {0},
};

static int
run(struct tool_env *env, struct json_object *input, struct tool_result *r,
    struct err *e)
{
	autotext struct text complaint = {0};

	(void)e;
	if (plan_read(&env->plan, tool_string(input, "steps", ""), &complaint) <
	    0) {
		text_printf(&r->content, "plan: %s.", complaint.p);
		text_str(&r->summary, "no plan");
		r->is_error = true;
		return 0;
	}
	text_printf(&r->summary, "%zu of %zu steps done", plan_done(&env->plan),
	    env->plan.n);
	text_str(&r->content, r->summary.p);
	r->planned = true;
	return 0;
}

const struct tool tool_plan = {"plan",
    "Keeps your plan, where a person can follow it: all steps, each time. For "
    "a task of several steps; once a step is done say so by calling it anew.",
    args, NULL, TOOL_TEST, run};
