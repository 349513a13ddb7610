// SPDX-License-Identifier: ISC
// bash: a shell command in the workspace.
#include "src/agent/command.h"

#define DEFAULT_S  120
#define GREATEST_S 3600

static const struct tool_arg args[] = {
    {"command", TOOL_ARG_STRING, true, 0, 0, "The command, given to bash -c"},
    {"timeout_s", TOOL_ARG_INTEGER, false, 1, GREATEST_S,
	"Seconds after which it is killed; 120 if left out"},
    {0},
};

static int
run(struct tool_env *env, struct json_object *input, struct tool_result *r,
    struct err *e)
{
	int64_t s = tool_integer(input, "timeout_s", DEFAULT_S);

	return command_run(
	    env, tool_string(input, "command", ""), (uint64_t)s * 1000, r, e);
}

const struct tool tool_bash = {"bash",
    "Runs a shell command in /workspace and returns what it wrote to stdout "
    "and stderr and how it ended. Each call is a new shell: directory and "
    "variables do not last. When it ends or its time is up, everything it "
    "started is killed; to let it go on use background_start. There is no "
    "terminal, and no network but what the task names; stdin is empty. "
    "Long output is cut in the middle.",
    args, "command", TOOL_SHELL, run};
