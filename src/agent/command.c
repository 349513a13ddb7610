// SPDX-License-Identifier: ISC
// A shell command run inside, and what a model is told of it.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "policy/scan.h"
#include "src/agent/budget.h"
#include "src/agent/command.h"
#include "src/agent/files.h"
#include "src/agent/outflow.h"

// A command that writes without end is stopped here if no limit says where.
#define OUTPUT_MAX (64u << 20)
// Where a shell leaves the directory that it ended in.
#define CWD_FILE "/tmp/.stockade-cwd"

static void
put_ms(struct text *out, uint64_t ms)
{
	if (ms % 1000 == 0)
		text_printf(out, "%" PRIu64 " s", ms / 1000);
	else
		text_printf(out, "%" PRIu64 " ms", ms);
}

static void
put_bytes(struct text *out, uint64_t n)
{
	static const char *const unit[] = {"bytes", "KiB", "MiB", "GiB"};
	size_t i = 0;

	while (i < 3 && n >= 1024 && n % 1024 == 0) {
		n /= 1024;
		i++;
	}
	text_printf(out, "%" PRIu64 " %s", n, unit[i]);
}

uint64_t
command_output_max(const struct tool_env *env)
{
	uint64_t n = env->spec->limit[LIMIT_OUTPUT];

	return n != 0 ? n : OUTPUT_MAX;
}

static void
put_limit(struct text *out, const struct spec *spec, enum spec_limit limit)
{
	const struct spec_limit_info *info = spec_limit_info(limit);
	char value[SCAN_FORMAT_MAX];

	scan_format(info->unit, spec->limit[limit], value);
	text_printf(out, "limit %s %s", info->name, value);
}

// Limits that only say no, and leave the command to make of it what it can.
static bool
lets_live(enum spec_limit limit)
{
	return limit == LIMIT_PIDS || limit == LIMIT_SESSION_PIDS;
}

// The limit that ended it; LIMIT__COUNT if none did.
static enum spec_limit
fatal_limit(const struct box_result *r)
{
	int i;

	for (i = 0; i < LIMIT__COUNT; i++)
		if (box_hit(r, (enum spec_limit)i) &&
		    !lets_live((enum spec_limit)i))
			break;
	return (enum spec_limit)i;
}

static void
put_ending(struct text *out, const struct capture *c,
    const struct tool_env *env, uint64_t timeout_ms)
{
	const struct box_result *r = &c->result;
	enum spec_limit fatal = fatal_limit(r);

	if (fatal == LIMIT_TIME) {
		text_str(out, "timed out after ");
		put_ms(out, timeout_ms);
		text_str(out, ", and was killed with all it started");
	} else if (fatal == LIMIT_MEMORY) {
		text_str(out, "killed for memory: it passed its limit of ");
		put_bytes(out, env->spec->limit[LIMIT_MEMORY]);
	} else if (c->output_exceeded && fatal != LIMIT_SESSION_OUTPUT) {
		text_str(out, "killed for output: it wrote more than ");
		put_bytes(out, command_output_max(env));
	} else if (fatal != LIMIT__COUNT) {
		text_str(out, "killed: it reached ");
		put_limit(out, env->spec, fatal);
	} else if (r->oom_killed) {
		text_str(out, "killed: the machine is out of memory");
	} else if (r->exit_code < 0) {
		text_printf(out, "killed by signal %d (%s)", r->signal,
		    sigdescr_np(r->signal) ? sigdescr_np(r->signal) : "?");
	} else {
		text_printf(out, "exit status %d", r->exit_code);
		if (r->exit_code > 128 &&
		    sigdescr_np(r->exit_code - 128) != NULL)
			text_printf(out, ", as after signal %d (%s)",
			    r->exit_code - 128,
			    sigdescr_np(r->exit_code - 128));
	}
}

void
command_ending(struct text *out, const struct capture *c,
    const struct tool_env *env, uint64_t timeout_ms)
{
	int i;

	put_ending(out, c, env, timeout_ms);
	for (i = 0; i < LIMIT__COUNT; i++) {
		if (!lets_live((enum spec_limit)i) ||
		    !box_hit(&c->result, (enum spec_limit)i))
			continue;
		text_str(out, "; not every process could be started: ");
		put_limit(out, env->spec, (enum spec_limit)i);
	}
}

static void
attend(void *arg)
{
	struct tool_env *env = arg;

	if (env->network != NULL)
		env->network->attend(env->network->arg);
	if (env->tick != NULL)
		env->tick(env->tick_arg);
}

static int
capture(struct tool_env *env, const char *command, uint64_t timeout_ms,
    struct outflow *flow, struct capture *out, struct err *e)
{
	struct capture_config cfg = {.show = outflow_add,
	    .arg = flow,
	    .output_max = command_output_max(env),
	    .stop = env->stop};
	char *argv[] = {"bash", "-c", (char *)(uintptr_t)command, NULL};
	struct box_command c = {.argv = argv,
	    .envp = box_default_env,
	    .cwd = env->cwd,
	    .time_ms = timeout_ms,
	    .stdio = {-1, -1, -1}};
	int r;

	if (env->network != NULL || env->tick != NULL) {
		cfg.attend = attend;
		cfg.attend_arg = env;
	}
	if (env->sh)
		argv[0] = "sh";
	r = capture_run(env->box, &c, &cfg, out, e);
	if (r < 0 && e->code == ERR_EXEC && e->sys_errno == ENOENT &&
	    !env->sh) {
		env->sh = true;
		argv[0] = "sh";
		r = capture_run(env->box, &c, &cfg, out, e);
	}
	return r;
}

/* The time that is left for it, or ERR_INTERRUPTED. */
static int
time_left(const struct tool_env *env, uint64_t *timeout_ms, struct err *e)
{
	uint64_t now = clock_ms();

	if (*timeout_ms == 0 || *timeout_ms > env->command_ms)
		*timeout_ms = env->command_ms;
	if (env->deadline_ms == 0)
		return 0;
	if (env->deadline_ms <= now)
		return err_set(e, ERR_INTERRUPTED, ETIMEDOUT, "time budget");
	if (*timeout_ms > env->deadline_ms - now)
		*timeout_ms = env->deadline_ms - now;
	return 0;
}

/* The kept directory may be gone by now: then it is /workspace again. */
static void
enter_kept(struct tool_env *env, struct text *said)
{
	autoclose int fd = -1;
	struct err e;

	if (env->cwd == NULL)
		return;
	fd = box_open(env->box, env->cwd, O_RDONLY | O_DIRECTORY, 0, &e);
	if (fd >= 0)
		return;
	text_printf(said, "[%s is no more; this ran in %s]\n", env->cwd,
	    SPEC_WORKSPACE);
	free(env->cwd);
	env->cwd = NULL;
}

/* Where the command says that it ended. A claim of the inside, and used for
   nothing but to begin the next one there. */
static void
keep_cwd(struct tool_env *env, struct tool_result *r)
{
	autotext struct text path = {0};
	struct err e;

	if (files_read(env->box, CWD_FILE, SPEC_PATH_MAX, &path, &e) == 0 &&
	    path.len > 1 && path.p[0] == '/' && path.p[path.len - 1] == '\n') {
		path.p[--path.len] = '\0';
		free(env->cwd);
		env->cwd = text_take(&path);
	}
	(void)!box_unlink(env->box, CWD_FILE, &e);
	text_printf(&r->summary, "; directory %s",
	    env->cwd != NULL ? env->cwd : SPEC_WORKSPACE);
}

static int
run_kept(struct tool_env *env, const char *command, uint64_t timeout_ms,
    struct outflow *flow, struct capture *c, struct err *e)
{
	autotext struct text all = {0};

	// On the same line, so that the shell's messages count right.
	text_str(&all, "trap 'pwd -P >|" CWD_FILE "' EXIT; ");
	text_str(&all, command);
	return capture(env, all.p, timeout_ms, flow, c, e);
}

int
command_run_with(struct tool_env *env, const char *command, uint64_t timeout_ms,
    const struct command_options *o, struct tool_result *r, struct err *e)
{
	struct outflow flow;
	struct capture c = {0};
	char *cwd = env->cwd;
	int rc;

	if (time_left(env, &timeout_ms, e) < 0)
		return -1;
	r->changes = true;
	outflow_begin(&flow, env, o->log);
	if (o->keep_cwd) {
		enter_kept(env, &r->content);
		rc = run_kept(env, command, timeout_ms, &flow, &c, e);
	} else {
		env->cwd = NULL;
		rc = capture(env, command, timeout_ms, &flow, &c, e);
		env->cwd = cwd;
	}
	if (rc < 0) {
		outflow_free(&flow);
		return tool_box_failed(r, e);
	}
	r->cut = outflow_end(&flow, &r->content);
	if (r->content.len == 0)
		text_str(&r->content, "(no output)\n");
	command_ending(&r->summary, &c, env, timeout_ms);
	if (o->keep_cwd)
		keep_cwd(env, r);
	text_printf(&r->content, "[%s]", r->summary.p);
	if (env->network != NULL)
		env->network->refused(env->network->arg, &r->content);
	r->is_error =
	    c.result.exit_code != 0 || fatal_limit(&c.result) != LIMIT__COUNT;
	r->wall_ms = c.result.usage.wall_ms;
	capture_free(&c);
	return 0;
}

int
command_run(struct tool_env *env, const char *command, uint64_t timeout_ms,
    struct tool_result *r, struct err *e)
{
	const struct command_options none = {0};

	return command_run_with(env, command, timeout_ms, &none, r, e);
}
