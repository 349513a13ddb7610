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
#include "src/box/notes.h"
#include "src/box/box.h"
#include "src/box/edge.h"
#include "src/box/way_in.h"
#include "src/cli/network.h"
#include "src/cli/options.h"
#include "src/cli/policy_file.h"
#include "src/cli/pump.h"
#include "src/cli/report.h"
#include "src/cli/run.h"
#include "src/cli/signals.h"
#include "src/cli/terminal.h"
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
	OPT_ASK,
	OPT_PUBLISH,
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
    [OPT_ASK] = {"ask", 0, NULL,
	"ask on the terminal about what no rule of the network decides"},
    [OPT_PUBLISH] = {"publish", 0, "PORT[:HOSTPORT]",
	"what listens on PORT inside is reached on 127.0.0.1 of the host"},
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
	bool help, service, strict, privileged, terminal, raw;
	struct network_config network_config;
	struct network network;
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
add_publish(struct run *r, const char *value, struct err *e)
{
	struct network_config *c = &r->network_config;

	if (c->npublish == NETWORK_PUBLISH_MAX)
		return err_set(e, ERR_USAGE, 0, "too many --publish");
	c->publish[c->npublish++] = value;
	return 0;
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
	case OPT_ASK:
		r->network_config.ask = true;
		return 0;
	case OPT_PUBLISH:
		return add_publish(r, value, e);
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
	if (r->strict && r->network_config.npublish > 0)
		return err_set(e, ERR_USAGE, 0,
		    "--publish opens a way in, which --strict refuses; leave "
		    "one of them out");
	if (!r->help && *r->argv == NULL)
		return err_set(e, ERR_USAGE, 0,
		    "no command; say: stockade run -- COMMAND");
	return 0;
}

static int
read_policy(struct run *r, struct policy *p, struct err *e)
{
	const struct preset_where where = {.workspace = r->dir};
	size_t i;

	policy_init(p);
	if (r->policy_path != NULL &&
	    policy_file_read(r->policy_path, p, e) != 0)
		return -1;
	for (i = 0; i < r->nlimits; i++)
		if (policy_file_limit(r->limits[i], p, e) != 0)
			return -1;
	for (i = 0; i < r->nnet; i++)
		if (policy_file_net(r->net[i], p, e) != 0)
			return -1;
	if (policy_file_complete(r->policy_path, &where, p, e) != 0)
		return -1;
	if (r->root != NULL && strlen(r->root) >= SPEC_PATH_MAX)
		return err_set(e, ERR_USAGE, 0, "--root: the path is too long");
	if (r->root != NULL)
		snprintf(p->spec.root, SPEC_PATH_MAX, "%s", r->root);
	if (r->strict)
		p->spec.choice[CHOICE_DEGRADED] = DEGRADED_REFUSE;
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
reread(void *arg, struct policy *p, struct err *e)
{
	return read_policy(arg, p, e);
}

static void
attend(void *arg)
{
	struct run *r = arg;

	network_attend(&r->network);
}

// A terminal of ours that hung up is the command's affair, as it always was;
// else who sends SIGHUP wants the policy to be read again.
static bool
hangup(void *arg)
{
	struct run *r = arg;
	autoclose int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (box_edge(r->network.box) == NULL || (r->terminal && tty < 0))
		return false;
	network_reload(&r->network);
	return true;
}

// A question is written and answered line by line.
static void
terminal(void *arg, bool ours)
{
	struct run *r = arg;

	if (ours)
		terminal_restore();
	else if (r->raw)
		terminal_raw();
}

static int
run_in(struct run *r, struct pump_result *result, struct err *e)
{
	const struct pump_hooks hooks = {attend, hangup, r};
	struct box_command c = {
	    .argv = r->argv,
	    .envp = r->env,
	    .tty = r->tty > 0 || (r->tty < 0 && isatty(STDIN_FILENO) &&
				     isatty(STDOUT_FILENO)),
	};

	r->raw = c.tty;
	return pump_run(r->network.box, &c, &hooks, result, e);
}

static int
enter(struct run *r, struct way_in *w, struct err *e)
{
	static char room[NETWORK_WRITABLE_MAX][STORE_PATH_MAX];
	const char *writable[NETWORK_WRITABLE_MAX + 2] = {NULL};
	char json_dir[PATH_MAX];
	unsigned n;

	if (network_prepare(&r->network_config, r->dir, e) != 0)
		return -1;
	n = network_writable(&r->network_config, room, writable);
	if (r->json != NULL && strcmp(r->json, "-") != 0) {
		snprintf(json_dir, sizeof(json_dir), "%s", r->json);
		writable[n++] = dirname(json_dir);
	}
	writable[n] = NULL;
	if (way_in_by(w, r->dir, writable, r->service, e) != 0)
		return -1;
	r->privileged = w->kind != WAY_IN_ROOTLESS;
	return 0;
}

static void
fill_network(struct run *r)
{
	struct network_config *c = &r->network_config;
	autoclose int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	r->terminal = tty >= 0;
	c->who = "stockade run";
	c->policy_path = r->policy_path;
	c->likely = r->policy_path != NULL || r->nnet > 0;
	c->stopped = signals_ending;
	c->reread = reread;
	c->terminal = terminal;
	c->arg = r;
}

// The command, and what is told of it.
static int
run_and_tell(struct run *r, const struct way_in *w, int *status, struct err *e)
{
	struct network *n = &r->network;
	struct pump_result result;

	report_missing(n->box, &r->policy.spec);
	notes_say(n->box, "stockade run");
	if (run_in(r, &result, e) != 0)
		return -1;
	*status = report_status(&result);
	report_limits(n->box, &r->policy.spec, &result);
	network_sync(n);
	network_report(n);
	if (r->json_fd < 0)
		return 0;
	return report_json(r->json_fd, n, way_in_name(w->kind), &result, e);
}

// Everything that can fail, from the way in to the end of the command.
static int
whole(struct run *r, int *status, struct err *e)
{
	struct network_start s;
	struct way_in w;
	int rc;

	fill_network(r);
	if (enter(r, &w, e) != 0)
		return -1;
	s = (struct network_start){w.helper, w.workspace, w.path, NULL};
	rc = open_json(r, e);
	if (rc == 0)
		rc = read_policy(r, &r->policy, e);
	if (rc == 0)
		rc = network_start(
		    &r->network, &r->network_config, &r->policy.spec, &s, e);
	if (rc == 0)
		rc = run_and_tell(r, &w, status, e);
	box_end(r->network.box);
	network_end(&r->network);
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
	static struct run r = {
	    .dir = ".", .tty = -1, .json_fd = -1, .network = NETWORK_NONE};
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
