// SPDX-License-Identifier: ISC
// stockade run: one command in a fresh sandbox.
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "policy/policy.h"
#include "policy/scan.h"
#include "src/box/box.h"
#include "src/box/way_in.h"
#include "src/cli/options.h"
#include "src/cli/policy_file.h"
#include "src/cli/pump.h"
#include "src/cli/report.h"
#include "src/cli/run.h"
#include "src/doctor/strict.h"

enum {
	ENV_MAX = 1024,
};

enum run_option {
	OPT_DIR,
	OPT_POLICY,
	OPT_ROOT,
	OPT_LIMIT,
	OPT_TIMEOUT,
	OPT_NET,
	OPT_ENV,
	OPT_TTY,
	OPT_NO_TTY,
	OPT_JSON,
	OPT_SERVICE,
	OPT_STRICT,
	OPT_HELP,
};

static const struct option_def defs[] = {
    [OPT_DIR] = {"directory", 'C', "DIR",
	"the directory that becomes /workspace (default: the current one)"},
    [OPT_POLICY] = {"policy", 'p', "FILE",
	"a policy to run under, see stockade.policy(5)"},
    [OPT_ROOT] = {"root", 0, "DIR",
	"the system inside: a root file system in DIR, not the host's"},
    [OPT_LIMIT] = {"limit", 'l', "NAME=VALUE",
	"a limit, such as time, memory, pids, cpu, disk or output (all: "
	"stockade.policy(5)); VALUE none takes it away"},
    [OPT_TIMEOUT] = {"timeout", 't', "DURATION",
	"the same as --limit time=DURATION"},
    [OPT_NET] = {"net", 'n', "RULE",
	"let it reach something: allow=HOST[:PORT], ask=HOST, preset:NAME or "
	"open; deny=HOST takes it away (stockade.policy(5))"},
    [OPT_ENV] = {"env", 'e', "NAME[=VALUE]",
	"set a variable inside, or hand on this one of the caller's"},
    [OPT_TTY] = {"tty", 'T', NULL,
	"give the command a terminal (default: if stdin and stdout are one)"},
    [OPT_NO_TTY] = {"no-tty", 0, NULL, "never give it one"},
    [OPT_JSON] = {"json", 'j', "FILE",
	"write one JSON object about the run to FILE, or to stdout for -"},
    [OPT_SERVICE] = {"service", 0, NULL,
	"have the sandbox made by the service of stockade-jail(8)"},
    [OPT_STRICT] = {"strict", 0, NULL,
	"refuse to run where the sandbox would be degraded"},
    [OPT_HELP] = {"help", 'h', NULL, "show this and exit"},
    {NULL, 0, NULL, NULL},
};

static const struct option_command command = {
    .name = "run",
    .synopsis = "[options] [--] COMMAND [ARGUMENT...]",
    .about = "Runs COMMAND in a fresh sandbox that sees DIR as /workspace, "
	     "and exits with its status.",
    .defs = defs,
};

struct run {
	const char *dir, *policy_path, *json, *root;
	const char *limits[64]; // applied over the policy file
	size_t nlimits;
	const char *net[64]; // added to the policy's rules
	size_t nnet;
	char *env[ENV_MAX + 1];
	size_t nenv;
	int tty; // -1: as the terminal is
	bool help, service, strict, privileged;
	char **argv;
	struct policy policy;
	int json_fd;
};

static int
set_env(struct run *r, const char *text, struct err *e)
{
	size_t n = strlen(text), name = n;
	const char *why, *value;
	char *entry;
	size_t i;

	if (strchr(text, '=') != NULL ? scan_env(text, n, &name, &why) != 0
				      : scan_env_name(text, n, &why) != 0)
		return err_set(e, ERR_USAGE, 0, "--env %s %s", text, why);
	value = getenv(text);
	if (text[name] == '=')
		entry = strdup(text);
	else if (value == NULL)
		return err_set(e, ERR_USAGE, 0,
		    "--env %s: there is no such variable; say %s=VALUE", text,
		    text);
	else if (asprintf(&entry, "%s=%s", text, value) < 0)
		entry = NULL;
	if (entry == NULL || r->nenv == ENV_MAX)
		return err_set(e, ERR_LIMIT, 0, "--env %s: no room", text);
	for (i = 0; i < r->nenv; i++)
		if (strncmp(r->env[i], entry, name + 1) == 0)
			break;
	r->env[i] = entry; // what was there is box_default_env's, or lost
	if (i == r->nenv)
		r->nenv++;
	return 0;
}

static void
default_env(struct run *r)
{
	const char *term = getenv("TERM");
	char *entry;
	size_t i;

	for (i = 0; box_default_env[i] != NULL; i++)
		r->env[r->nenv++] = box_default_env[i];
	// The one thing a program on a terminal cannot do without.
	if (term == NULL || strlen(term) > 64 ||
	    asprintf(&entry, "TERM=%s", term) < 0)
		return;
	for (i = 0; i < r->nenv; i++)
		if (strncmp(r->env[i], "TERM=", 5) == 0)
			r->env[i] = entry;
}

static int
take_option(struct run *r, int opt, const char *value, struct err *e)
{
	static char timeout[64];

	switch ((enum run_option)opt) {
	case OPT_DIR:
		r->dir = value;
		return 0;
	case OPT_POLICY:
		r->policy_path = value;
		return 0;
	case OPT_ROOT:
		r->root = value;
		return 0;
	case OPT_TIMEOUT:
		snprintf(timeout, sizeof(timeout), "time=%s", value);
		value = timeout;
		// fall through
	case OPT_LIMIT:
		if (r->nlimits == sizeof(r->limits) / sizeof(r->limits[0]))
			return err_set(e, ERR_USAGE, 0, "too many --limit");
		r->limits[r->nlimits++] = value;
		return 0;
	case OPT_NET:
		if (r->nnet == sizeof(r->net) / sizeof(r->net[0]))
			return err_set(e, ERR_USAGE, 0, "too many --net");
		r->net[r->nnet++] = value;
		return 0;
	case OPT_ENV:
		return set_env(r, value, e);
	case OPT_TTY:
	case OPT_NO_TTY:
		r->tty = opt == OPT_TTY;
		return 0;
	case OPT_JSON:
		r->json = value;
		return 0;
	case OPT_SERVICE:
		r->service = true;
		return 0;
	case OPT_STRICT:
		r->strict = true;
		return 0;
	case OPT_HELP:
		r->help = true;
		return 0;
	}
	return err_set(e, ERR_INTERNAL, 0, "option %d", opt);
}

static int
read_options(struct run *r, int argc, char **argv, struct err *e)
{
	struct option_state s;
	int opt;

	options_begin(&s, &command, argc, argv);
	while ((opt = options_next(&s, e)) >= 0)
		if (take_option(r, opt, s.value, e) != 0)
			return -1;
	if (opt == -2)
		return -1;
	r->argv = argv + s.next;
	if (r->tty > 0 && !isatty(STDIN_FILENO))
		return err_set(e, ERR_USAGE, 0,
		    "--tty: stdin is not a terminal; leave the option out");
	if (!r->help && *r->argv == NULL)
		return err_set(e, ERR_USAGE, 0,
		    "no command; say: stockade run -- COMMAND");
	return 0;
}

static int
read_policy(struct run *r, struct err *e)
{
	const struct preset_where where = {.workspace = r->dir};
	size_t i;

	policy_init(&r->policy);
	if (r->policy_path != NULL &&
	    policy_file_read(r->policy_path, &r->policy, e) != 0)
		return -1;
	for (i = 0; i < r->nlimits; i++)
		if (policy_file_limit(r->limits[i], &r->policy, e) != 0)
			return -1;
	for (i = 0; i < r->nnet; i++)
		if (policy_file_net(r->net[i], &r->policy, e) != 0)
			return -1;
	if (policy_file_complete(r->policy_path, &where, &r->policy, e) != 0)
		return -1;
	if (r->root != NULL && strlen(r->root) >= SPEC_PATH_MAX)
		return err_set(e, ERR_USAGE, 0, "--root: the path is too long");
	if (r->root != NULL)
		snprintf(r->policy.spec.root, SPEC_PATH_MAX, "%s", r->root);
	if (r->strict)
		r->policy.spec.choice[CHOICE_DEGRADED] = DEGRADED_REFUSE;
	return 0;
}

static int
open_json(struct run *r, struct err *e)
{
	if (r->json == NULL)
		return 0;
	r->json_fd =
	    strcmp(r->json, "-") == 0
		? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
		: open(r->json, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (r->json_fd < 0)
		return err_set(e, ERR_USAGE, errno, "--json %s", r->json);
	return 0;
}

static int
run_in(struct run *r, struct box *b, struct pump_result *result, struct err *e)
{
	struct box_command c = {
	    .argv = r->argv,
	    .envp = r->env,
	    .tty = r->tty > 0 || (r->tty < 0 && isatty(STDIN_FILENO) &&
				     isatty(STDOUT_FILENO)),
	};

	return pump_run(b, &c, result, e);
}

// Everything that can fail, from the way in to the end of the command.
static int
whole(struct run *r, int *status, struct err *e)
{
	char json_dir[PATH_MAX];
	const char *writable[] = {NULL, NULL};
	struct pump_result result;
	struct box *b = NULL;
	struct way_in w;
	int rc;

	if (r->json != NULL && strcmp(r->json, "-") != 0) {
		snprintf(json_dir, sizeof(json_dir), "%s", r->json);
		writable[0] = dirname(json_dir);
	}
	if (way_in_by(&w, r->dir, writable, r->service, e) != 0)
		return -1;
	r->privileged = w.kind != WAY_IN_ROOTLESS;
	rc = open_json(r, e);
	if (rc == 0)
		rc = read_policy(r, e);
	if (rc == 0)
		rc = box_start(&b, w.helper, w.workspace, &r->policy.spec, e);
	if (rc == 0) {
		report_missing(b, &r->policy.spec);
		report_notes(b);
		rc = run_in(r, b, &result, e);
	}
	if (rc == 0) {
		*status = report_status(&result);
		report_limits(b, &r->policy.spec, &result);
		if (r->json_fd >= 0)
			rc = report_json(
			    r->json_fd, b, way_in_name(w.kind), &result, e);
	}
	box_end(b);
	way_in_close(&w);
	return rc;
}

static int
status_of(const struct err *e)
{
	if (e->code != ERR_EXEC)
		return EXIT_STOCKADE;
	return e->sys_errno == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
}

int
run_main(int argc, char **argv)
{
	static struct run r = {.dir = ".", .tty = -1, .json_fd = -1};
	int status = EXIT_STOCKADE;
	struct err e, later;

	default_env(&r);
	if (read_options(&r, argc, argv, &e) != 0) {
		fprintf(stderr, "stockade run: %s\nSee: stockade run --help\n",
		    e.text);
		return EXIT_STOCKADE;
	}
	if (r.help) {
		options_help(&command, stdout);
		return fflush(stdout) != 0 ? EXIT_STOCKADE : 0;
	}
	if (whole(&r, &status, &e) == 0)
		return status;
	status = status_of(&e);
	fprintf(stderr, "stockade run: %s\n", e.text);
	strict_explain(&e, r.privileged, stderr);
	if (r.json_fd >= 0 &&
	    report_json_error(r.json_fd, status, &e, &later) != 0)
		fprintf(stderr, "stockade run: %s\n", later.text);
	return status;
}
