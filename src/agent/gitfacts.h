/* SPDX-License-Identifier: ISC */
/*
 * What git says of the workspace, asked inside: what a programmer looks at
 * first. No program of the repository is run for it, and nothing written.
 */
#ifndef SRC_AGENT_GITFACTS_H
#define SRC_AGENT_GITFACTS_H

#include "src/agent/tool.h"

/*
 * Appends status and the last commits. Nothing if it is no repository, or
 * git is not there, or too slow. -1: the run cannot go on.
 */
int
gitfacts_say(struct tool_env *env, struct text *out, struct err *e) MUST_CHECK;

#endif
