// SPDX-License-Identifier: ISC
// What git says of the workspace, asked inside.
#include <fcntl.h>
#include <string.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "src/agent/gitfacts.h"
#include "src/agent/truncate.h"
#include "src/box/capture.h"

#define SLOW_MS 5000 // the first look at a large tree; then it is left out
#define HEAD	1500 // bytes shown
#define TAIL	500
#define ENV_MAX 32

// The configuration of the repository is anybody's: it may name programs for
// hooks, for watching files and for paging, and the owner may be another id.
#define GIT                                                                    \
	"git", "-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-c",   \
	    "core.hooksPath=/dev/null", "-c", "log.showSignature=false", "-c", \
	    "status.submoduleSummary=false", "-c", "color.ui=false",           \
	    "--no-pager", "--no-optional-locks"

static const char *const status[] = {
    GIT, "status", "--short", "--branch", "--ignore-submodules=all", NULL};
static const char *const commits[] = {
    GIT, "log", "--oneline", "--no-decorate", "--max-count=5", NULL};

/* 1: *out has what it wrote. 0: nothing to tell. */
static int
ask(struct tool_env *env, const char *const *argv, struct text *out,
    struct err *e)
{
	static char *const quiet[] = {"GIT_CONFIG_NOSYSTEM=1",
	    "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0"};
	struct capture_config cfg = {.head_max = 16384,
	    .tail_max = TAIL,
	    .output_max = 1u << 20,
	    .stop = env->stop};
	char *envp[ENV_MAX + 4] = {NULL};
	struct box_command c = {.argv = (char *const *)(uintptr_t)argv,
	    .envp = envp,
	    .time_ms = SLOW_MS,
	    .stdio = {-1, -1, -1}};
	struct capture got = {0};
	struct truncate_ends ends;
	size_t n = 0, i;
	int ret;

	for (; box_default_env[n] != NULL && n < ENV_MAX; n++)
		envp[n] = box_default_env[n];
	for (i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++)
		envp[n++] = quiet[i];
	if (capture_run(env->box, &c, &cfg, &got, e) < 0)
		return e->code == ERR_EXEC || e->code == ERR_LIMIT ? 0 : -1;
	ret =
	    got.result.exit_code == 0 && !got.result.timed_out && got.total > 0;
	ends = (struct truncate_ends){got.head, got.tail,
	    got.head_len < HEAD ? got.head_len : HEAD, got.tail_len, got.total};
	if (ret == 1)
		truncate_ends(out, CLEAN_OUTPUT, &ends);
	if (ret == 1 && out->p[out->len - 1] != '\n')
		text_char(out, '\n');
	capture_free(&got);
	return ret;
}

int
gitfacts_say(struct tool_env *env, struct text *out, struct err *e)
{
	autotext struct text state = {0}, log = {0};
	autoclose int head =
	    box_open(env->box, SPEC_WORKSPACE "/.git/HEAD", O_RDONLY, 0, e);

	if (head < 0)
		return e->code == ERR_FILE || e->code == ERR_LIMIT ? 0 : -1;
	if (ask(env, status, &state, e) < 0 || ask(env, commits, &log, e) < 0)
		return -1;
	if (state.len > 0)
		text_printf(out,
		    "\n# Git\n\nBranch and changes before you began:\n\n%s",
		    state.p);
	if (log.len > 0)
		text_printf(out, "\nThe last commits:\n\n%s", log.p);
	return 0;
}
