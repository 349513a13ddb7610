// SPDX-License-Identifier: ISC
// stockade agent: from the command line to the exit status.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "src/box/notes.h"
#include "src/agent/files.h"
#include "src/agent/interactive.h"
#include "src/agent/run.h"
#include "src/agent/since.h"
#include "src/cli/policy_file.h"
#include "src/cli/stdio.h"
#include "src/doctor/strict.h"

#define POLICY_MAX	   (1u << 20)
#define PRESSES_MAX	   6 // of Ctrl-C, without anything that heard of it
#define BIG_PIECE	   (128 << 10) // bytes that go back at once
#define COMMAND_DEFAULT_MS 600000      // of one command, if no limit says
#define TELEMETRY_WAIT_MS  3000	       // for a collector, once all is done

static struct run_signals signals;
static volatile sig_atomic_t reload, can_reload;
static bool had_terminal;

static void
on_stop(int signo)
{
	// Who presses it again and again wants out, whatever hangs.
	if (signals.session && signo == SIGINT &&
	    ++signals.presses < PRESSES_MAX) {
		signals.stop = 1;
		return;
	}
	// The second one does not wait for a summary.
	if (signals.over) {
		mode_restore();
		_exit(AGENT_EXIT_INTERRUPTED);
	}
	signals.stop = signals.over = 1;
}

// The policy is to be read again; or our terminal hung up.
static void
on_hangup(int signo)
{
	int saved = errno;
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (can_reload && (tty >= 0 || !had_terminal))
		reload = 1;
	else
		on_stop(signo);
	fd_close(&tty);
	errno = saved;
}

static void
catch_signals(void)
{
	static const int stops[] = {SIGINT, SIGTERM};
	struct sigaction sa = {.sa_handler = on_stop}; // no SA_RESTART
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	size_t i;

	had_terminal = tty >= 0;
	fd_close(&tty);

	for (i = 0; i < sizeof(stops) / sizeof(stops[0]); i++)
		sigaction(stops[i], &sa, NULL);
	sa.sa_handler = on_hangup;
	sigaction(SIGHUP, &sa, NULL);
	// Both are errors of the write, which knows better what to do.
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

/* Nothing of this process, the key least of all, is for others to read. */
static int
close_up(struct err *e)
{
	struct rlimit none = {0, 0};

	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ||
	    setrlimit(RLIMIT_CORE, &none) < 0)
		return err_set(e, ERR_SYSTEM, errno, "forbid core dumps");
	return 0;
}

static int
read_policy(struct run *r, struct policy *p, struct err *e)
{
	autotext struct text t = {0};
	autoclose int fd = -1;
	const char *path = r->config->policy_file;
	struct preset_where where = {.workspace = r->config->workspace};
	struct choice ch;

	if (path == NULL) {
		if (config_policy(r->config, NULL, 0, p, e) < 0 ||
		    choice_make(&ch, r->config, p, e) < 0)
			return -1;
		where.base_url = ch.server;
		return policy_file_complete(NULL, &where, p, e);
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return err_set(e, ERR_POLICY, errno, "%.150s", path);
	if (files_read_fd(fd, path, POLICY_MAX, &t, e) < 0) {
		e->code = ERR_POLICY;
		return -1;
	}
	if (config_policy(r->config, text_of(&t), t.len, p, e) < 0 ||
	    choice_make(&ch, r->config, p, e) < 0)
		return -1;
	where.base_url = ch.server;
	return policy_file_complete(path, &where, p, e);
}

static int
reread(void *arg, struct policy *p, struct err *e)
{
	return read_policy(arg, p, e);
}

static bool
stopped(void)
{
	return signals.stop != 0;
}

/* The directory that a file of ours is to be made in; NULL: none is. */
static char *
directory_of(const char *file)
{
	const char *slash = file != NULL ? strrchr(file, '/') : NULL;
	struct text t = {0};

	if (file == NULL)
		return NULL;
	if (slash == NULL)
		text_str(&t, ".");
	else
		text_add(&t, file, slash == file ? 1 : (size_t)(slash - file));
	return text_take(&t);
}

/*
 * Root with a workspace of root's stays uid 0, confined to directories that
 * are there already: the one for sessions has to be made first.
 */
static int
prepare(const struct config *c, struct err *e)
{
	const char *caller = getenv("SUDO_UID");
	autofree char *sessions = NULL, *approvals = NULL;
	char keep[STATE_PATH_MAX];
	struct err ignored;
	struct stat st;

	if (geteuid() != 0 || (caller != NULL && strcmp(caller, "0") != 0) ||
	    stat(c->workspace, &st) < 0 || st.st_uid != 0)
		return 0;
	sessions = session_dir(c->session_dir, e);
	if (sessions == NULL || state_make_dir(sessions, e) < 0)
		return -1;
	// Without a place for checkpoints there will be none.
	(void)!checkpoints_prepare(keep, e);
	// Nor an "always" without one.
	approvals = approve_dir(c->workspace);
	if (approvals != NULL)
		(void)!state_make_dir(approvals, &ignored);
	(void)!audit_prepare(keep, e);
	return 0;
}

/* Where the bytes of the wire are told; NULL: nowhere. */
static const char *
wire_file(const struct config *c)
{
	return c->debug != NULL && c->debug[4] == ':' ? c->debug + 5 : NULL;
}

static int
enter(struct run *r, struct err *e)
{
	autofree char *sessions = session_dir(r->config->session_dir, e);
	autofree char *record = directory_of(r->config->record);
	autofree char *diff = directory_of(r->config->diff_file);
	autofree char *wire = directory_of(wire_file(r->config));
	autofree char *approvals = approve_dir(r->config->workspace);
	static char room[NETWORK_WRITABLE_MAX][STORE_PATH_MAX];
	const char *writable[9 + NETWORK_WRITABLE_MAX] = {sessions};
	char keep[STATE_PATH_MAX], audit[STATE_PATH_MAX];
	size_t n = 1;

	if (sessions == NULL || prepare(r->config, e) < 0 ||
	    network_prepare(&r->network_config, r->config->workspace, e) < 0)
		return -1;
	n += network_writable(&r->network_config, room, writable + n);
	if (state_dir("keep", keep, e) == 0 && access(keep, F_OK) == 0)
		writable[n++] = keep;
	if (approvals != NULL && access(approvals, F_OK) == 0)
		writable[n++] = approvals;
	if (state_dir("audit", audit, e) == 0 && access(audit, F_OK) == 0)
		writable[n++] = audit;
	if (record != NULL)
		writable[n++] = record;
	if (diff != NULL)
		writable[n++] = diff;
	if (wire != NULL)
		writable[n++] = wire;
	return way_in_by(
	    &r->way, r->config->workspace, writable, r->config->service, e);
}

static int
open_wire(struct run *r, struct err *e)
{
	const char *path = wire_file(r->config);
	int fd;

	if (path == NULL) {
		r->wire = r->config->debug != NULL ? stderr : NULL;
		return 0;
	}
	fd = open(
	    path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0600);
	r->wire = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (r->wire != NULL)
		return 0;
	err_set(e, ERR_USAGE, errno, "--debug: %.150s", path);
	fd_close(&fd);
	return -1;
}

/* A budget of money that nobody can keep is none. */
static int
check_price(struct run *r, struct err *e)
{
	const char *name = model_name(r->model);

	if (model_is_priced(r->model))
		return 0;
	if (r->policy.budget.cost_micro != 0)
		return err_set(e, ERR_USAGE, 0,
		    "no price of %.80s is known, so that no budget of cost "
		    "can be kept: name it in a file for --prices, or take "
		    "--max-tokens",
		    name);
	if (strcmp(model_provider(r->model), "replay") != 0)
		show_line(&r->show, SHOW_DIM,
		    "(no price of %s is known: what it costs is not counted)",
		    name);
	return 0;
}

static int
open_model(struct run *r, struct err *e)
{
	const struct config *c = r->config;
	struct model_config m = {.base_url = c->base_url,
	    .key_file = c->key_file,
	    .record = c->record,
	    .retries = 4,
	    .stop = &signals.stop};

	if (choice_make(&r->choice, c, &r->policy, e) < 0 ||
	    open_wire(r, e) < 0)
		return -1;
	r->prices = choice_prices(c, e);
	if (r->prices == NULL)
		return -1;
	m.provider = r->choice.provider;
	m.model = r->choice.model;
	m.prices = r->prices;
	m.wire = r->wire;
	r->model = model_open(&m, e);
	if (r->model == NULL)
		return -1;
	r->events.model = r->model;
	r->show.model = r->model;
	return check_price(r, e);
}

static int
tell_start(struct run *r, struct err *e)
{
	struct json_object *ev = event_new(&r->events, "start");
	struct json_object *limits = json_object_new_object(), *one;
	int i;

	for (i = 0; i < LIMIT__COUNT; i++) {
		one = json_object_new_object();
		put_int(one, "limit", r->policy.spec.limit[i]);
		put_str(one, "by", box_by_name(box_enforced(r->env.box, i)));
		json_object_object_add(limits, spec_limit_info(i)->name, one);
	}
	put_str(ev, "version", PACKAGE_VERSION);
	put_str(ev, "gen_ai.conversation.id", r->session.id);
	put_str(ev, "task", r->config->task);
	put_str(ev, "workspace", r->way.path);
	put_str(ev, "test", r->env.test);
	put_str(ev, "gen_ai.provider.name", model_provider(r->model));
	put_str(ev, "gen_ai.request.model", model_name(r->model));
	json_object_object_add(ev, "limits", limits);
	put_int(ev, "budget_turns", r->policy.budget.turns);
	put_int(ev, "budget_tokens", r->policy.budget.tokens);
	put_int(ev, "budget_time_ms", r->policy.budget.time_ms);
	put_int(ev, "budget_tool_calls", r->policy.budget.calls);
	put_int(ev, "budget_input_tokens", r->policy.budget.input);
	put_int(ev, "budget_output_tokens", r->policy.budget.output);
	if (r->policy.budget.cost_micro != 0)
		put_usd(ev, "budget_cost_usd", r->policy.budget.cost_micro);
	put_str(ev, "prices_date", prices_date(r->prices));
	put_int(ev, "files", r->start->n);
	resume_put(r, ev);
	show_line(&r->show, SHOW_PLAIN, "stockade agent %s: %s %s in %s",
	    PACKAGE_VERSION, model_provider(r->model), model_name(r->model),
	    r->way.path);
	return event_emit(&r->events, ev, e);
}

static void
fill_env(struct run *r)
{
	uint64_t ms = r->policy.spec.limit[LIMIT_TIME];

	r->env.spec = &r->policy.spec;
	r->env.test = r->config->test;
	r->env.keep_tests = r->policy.weakened_tests == WEAKENED_REFUSE;
	r->env.command_ms = ms != 0 ? ms : COMMAND_DEFAULT_MS;
	r->env.deadline_ms = budget_work_deadline(&r->budget);
	r->env.stop = &signals.stop;
	r->env.redactor = &r->redactor;
}

/* A collector is told; what an auditor wants to know is in his log, too. */
static int
to_others(void *arg, const char *type, const char *line, struct err *e)
{
	struct run *r = arg;

	otel_feed(r->otel, line, strlen(line));
	return r->audited && audit_wants(type)
		   ? audit_event(&r->audit, r->session.id, line, e)
		   : 0;
}

static void
begin_audit(struct run *r)
{
	struct err e;

	if (audit_open(&r->audit, &e) != 0) {
		show_line(&r->show, SHOW_RED, "no audit log: %s", e.text);
		return;
	}
	r->audited = true;
}

/* Where all that happens is kept, and who is told. */
static int
open_records(struct run *r, struct err *e)
{
	autofree char *sessions = session_dir(r->config->session_dir, e);

	if (sessions == NULL ||
	    (!r->resume.on && session_open(&r->session, sessions, e) < 0) ||
	    otel_open(&r->otel, e) < 0)
		return -1;
	r->events.session = &r->session;
	r->events.also = to_others;
	r->events.also_arg = r;
	begin_audit(r);
	return 0;
}

/* Everything from the lost privileges to the standing box. */
static int
stand_up(struct run *r, struct err *e)
{
	if (close_up(e) < 0 || resume_open(r, e) < 0 ||
	    read_policy(r, &r->policy, e) < 0 ||
	    redactor_begin(&r->redactor, &r->policy, e) < 0 ||
	    open_records(r, e) < 0)
		return -1;
	budget_begin(&r->budget, &r->policy.budget, clock_ms());
	r->events.start_ms = r->budget.start_ms;
	fill_env(r);
	r->reload = &reload;
	r->signals = &signals;
	if (open_model(r, e) < 0 || net_start(r, e) < 0)
		return -1;
	notes_say(r->env.box, "stockade agent");
	approve_begin(r, net_on_terminal(r->config));
	can_reload = r->env.network != NULL;
	r->start = snapshot_take(r->env.box, NULL, &signals.stop, e);
	if (r->start == NULL)
		return -1;
	if (!r->resume.on)
		since_keep(r->session.path, r->start, NULL);
	r->tools = r->config->no_tools ? json_object_new_array()
				       : tool_list(r->env.test != NULL);
	r->messages = resume_messages(r);
	if (tell_start(r, e) < 0)
		return -1;
	checkpoints_begin(r);
	return 0;
}

/* All of it was told, or how much was not. */
static void
end_telemetry(struct run *r)
{
	uint64_t untold = otel_close(r->otel, TELEMETRY_WAIT_MS);

	if (untold > 0)
		show_line(&r->show, SHOW_DIM,
		    "(%" PRIu64 " events did not reach the collector in time)",
		    untold);
}

static void
tear_down(struct run *r)
{
	approve_end(r);
	checkpoints_end(r);
	audit_close(&r->audit);
	box_end(r->network.box);
	network_end(&r->network);
	way_in_close(&r->way);
	if (r->model != NULL)
		model_close(r->model);
	prices_close(r->prices);
	if (r->wire != NULL && r->wire != stderr)
		fclose(r->wire);
	resume_end(r);
	session_close(&r->session);
	snapshot_free(r->start);
	text_free(&r->weaken.names);
	guard_free(&r->guard);
	guide_free(&r->guide);
	free(r->last_file);
	end_telemetry(r);
	redactor_free(&r->redactor);
	tool_env_free(&r->env);
	json_object_put(r->tools);
	json_object_put(r->messages);
}

static void
complain(const struct err *e)
{
	autotext struct text safe = {0};

	clean_all(CLEAN_SCREEN, &safe, e->text, strlen(e->text));
	fprintf(stderr, "stockade agent: %s\n", text_of(&safe));
}

static enum agent_exit
run_agent(const struct config *c)
{
	struct run r = {.config = c,
	    .session = {.fd = -1},
	    .network = NETWORK_NONE,
	    .checkpoints = CHECKPOINTS_NONE,
	    .audit = AUDIT_NONE,
	    .spent = BUDGET__COUNT};
	enum agent_exit status;
	struct err e;

	net_configure(&r, stopped, reread);
	if (enter(&r, &e) < 0) {
		complain(&e);
		return exit_of_error(e.code);
	}
	catch_signals();
	show_begin(&r.show, c->quiet || c->json ? NULL : stderr);
	r.show.redact.by = &r.redactor;
	r.events.json = c->json ? stdout : NULL;
	if (stand_up(&r, &e) < 0) {
		complain(&e);
		strict_explain(&e, r.way.kind != WAY_IN_ROOTLESS, stderr);
		status = exit_of_error(e.code);
	} else {
		signals.session = c->session;
		status =
		    c->session ? interactive_run(&r, &e) : loop_run(&r, &e);
		status = summary_end(&r, status, &e);
	}
	tear_down(&r);
	return status;
}

int
main(int argc, char **argv)
{
	struct config c;
	struct err e;

	// A session file that became descriptor 2 would be written to by anyone.
	stdio_fill();
	// A request is as long as the conversation. glibc would begin to take
	// such pieces from the heap, which they then leave in crumbs.
	mallopt(M_MMAP_THRESHOLD, BIG_PIECE);
	if (config_parse(&c, argc, argv, &e) < 0) {
		complain(&e);
		return AGENT_EXIT_USAGE;
	}
	if (c.session && c.test == NULL && !c.no_test &&
	    !isatty(STDIN_FILENO)) {
		fprintf(stderr,
		    "stockade agent: no task given, and no --test for those "
		    "that come from a pipe; --no-test runs without\n");
		return AGENT_EXIT_USAGE;
	}
	if (c.help)
		config_help(stdout);
	else if (c.version)
		printf("stockade %s\n", PACKAGE_VERSION);
	else
		return (int)run_agent(&c);
	return fflush(stdout) == 0 ? 0 : AGENT_EXIT_INTERNAL;
}
