// SPDX-License-Identifier: ISC
// bash: a shell command in the workspace.
#include "src/agent/command.h"

#define DEFAULT_S  120
#define GREATEST_S 3600

static const struct tool_arg args[] = {
    {"command", TOOL_ARG_STRING, true, 0, 0, "The command, given to bash -c"},
    {"timeout_s", TOOL_ARG_INTEGER, false, 1, GREATEST_S,
	"Seconds after which it is killed; 120 if left out"},
    {"keep_cwd", TOOL_ARG_BOOLEAN, false, 0, 0,
	"Start in the directory where the last call with keep_cwd ended, and "
	"keep the one where this ends; false if left out"},
    {0},
};

static int
run(struct tool_env *env, struct json_object *input, struct tool_result *r,
    struct err *e)
{
	int64_t s = tool_integer(input, "timeout_s", DEFAULT_S);

	const struct command_options o = {
	    .keep_cwd = tool_boolean(input, "keep_cwd")};

	return command_run_with(env, tool_string(input, "command", ""),
	    (uint64_t)s * 1000, &o, r, e);
}

const struct tool tool_bash = {"bash",
    "Runs a shell command in /workspace and returns what it wrote to stdout "
    "and stderr and how it ended. Each call is a new shell: variables do not "
    "last, nor does its directory unless keep_cwd is set. When it ends or its "
    "time is up, everything it "
    "started is killed; to let it go on use background_start. There is no "
    "terminal, and no network but what the task names; stdin is empty. "
    "Long output is cut in the middle; all of it is in a file that is named.",
    args, "command", TOOL_SHELL, run};
