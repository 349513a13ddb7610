/* SPDX-License-Identifier: ISC */
/*
 * What the model is told: who it is, the task, and how things stand.
 */
#ifndef SRC_AGENT_PROMPT_H
#define SRC_AGENT_PROMPT_H

#include "src/agent/tool.h"

/* The same bytes in every run: servers cache it, transcripts hold it. */
extern const char prompt_system[];
/* For one that speaks no tools. */
extern const char prompt_system_fenced[];
const char *prompt_system_for(bool no_tools);

/*
 * The first message: the task, what the policy allows beyond the usual or
 * takes away, AGENTS.md of the workspace, if it has one, and the test command
 * and its first output (NULL: there is none).
 */
int prompt_first(struct tool_env *env, const char *task, const char *output,
    struct text *out, struct err *e) MUST_CHECK;
/* The model stopped, but the tests say otherwise. */
void prompt_still_red(struct text *out, const char *output);
/* They pass, but are no longer what they were: what is less, a line each. */
void prompt_weakened(struct text *out, const char *what);
/* They passed once, and then they did not. */
/* Green, but the policy's edit lines forbid what was changed. */
void prompt_against(struct text *out, const char *what);
void prompt_flaky(struct text *out, const char *output);

/* It goes in circles: why we think so, and what it tried, a line each. */
void prompt_step_back(struct text *out, const char *why, const char *tried);
/* The tests were run on what it changed. */
void prompt_tested(struct text *out, const struct tool_result *t);

extern const char prompt_cut[]; /* its answer was cut at the length limit */

#endif
