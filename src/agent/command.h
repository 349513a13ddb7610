/* SPDX-License-Identifier: ISC */
/*
 * A shell command run inside, and what a model is told of it.
 */
#ifndef SRC_AGENT_COMMAND_H
#define SRC_AGENT_COMMAND_H

#include "src/agent/tool.h"
#include "src/box/capture.h"

/*
 * Runs it by a shell in the workspace, for timeout_ms at most. Output, cut
 * and cleaned, and how it ended go to r->content; r->is_error unless it
 * exited 0. -1: the run cannot go on.
 */
int command_run(struct tool_env *env, const char *command, uint64_t timeout_ms,
    struct tool_result *r, struct err *e) MUST_CHECK;
struct command_options {
	/* Begin where the last one with keep_cwd ended; keep where this does. */
	bool keep_cwd;
	struct testlog_reader *log; /* gets the output; or NULL */
};
/* The same, with more to say. */
int command_run_with(struct tool_env *env, const char *command,
    uint64_t timeout_ms, const struct command_options *o, struct tool_result *r,
    struct err *e) MUST_CHECK;
/* Bytes that a command may write; more kills it. */
uint64_t command_output_max(const struct tool_env *env);
/* How it ended, limits hit included: "exit status 1". */
void command_ending(struct text *out, const struct capture *c,
    const struct tool_env *env, uint64_t timeout_ms);

#endif
