// SPDX-License-Identifier: ISC
// stockade undo: brings a workspace back to what it was before a run.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "policy/scan.h"
#include "src/cli/options.h"
#include "src/cli/policy_file.h"
#include "src/keep/audit.h"
#include "src/keep/prune.h"
#include "src/keep/undo.h"

enum {
	EXIT_NOT_ALL = 1,
	EXIT_BAD_USE = 2,
	EXIT_POLICY = 3,
	EXIT_SANDBOX = 4,
	EXIT_INTERNAL = 11,
};

enum {
	OPT_DIR,
	OPT_TO,
	OPT_LIST,
	OPT_DRY_RUN,
	OPT_FORCE,
	OPT_JSON,
	OPT_PRUNE,
	OPT_SESSIONS,
	OPT_BYTES,
	OPT_POLICY,
	OPT_SERVICE,
	OPT_HELP,
};

static const struct option_def defs[] = {
    [OPT_DIR] = {"directory", 'C', "DIR",
	"the workspace (default: the current directory)"},
    [OPT_TO] = {"to", 0, "N",
	"go to checkpoint N (default: that of before the run)"},
    [OPT_LIST] = {"list", 'l', NULL,
	"show the checkpoints: of SESSION, or of each of the workspace's"},
    [OPT_DRY_RUN] = {"dry-run", 'n', NULL, "say what would be done, only"},
    [OPT_FORCE] = {"force", 'f', NULL,
	"also where somebody changed a path since, and leave what was not "
	"kept"},
    [OPT_JSON] = {"json", 'j', NULL, "write one JSON object to stdout"},
    [OPT_PRUNE] = {"prune", 0, NULL,
	"remove the oldest sessions' checkpoints from the store"},
    [OPT_SESSIONS] = {"sessions", 0, "N",
	"with --prune: how many sessions stay (default: 50)"},
    [OPT_BYTES] = {"bytes", 0, "SIZE",
	"with --prune: what they may take (default: 8G)"},
    [OPT_POLICY] = {"policy", 'p', "FILE",
	"limits of the sandbox that does it, where a ceiling asks for some"},
    [OPT_SERVICE] = {"service", 0, NULL,
	"have the sandbox made by the service of stockade-jail(8)"},
    [OPT_HELP] = {"help", 'h', NULL, "show this and exit"},
    {NULL, 0, NULL, NULL},
};

static const struct option_command command = {
    .name = "undo",
    .synopsis = "[options] [SESSION]",
    .about = "Brings the workspace back to what it was before the agent's "
	     "last run, or SESSION, or to a checkpoint of it.",
    .defs = defs,
};

struct request {
	const char *dir, *session, *policy;
	uint64_t to, sessions, bytes;
	bool list, dry_run, force, json, prune, service, help;
	struct way_in way;
	bool entered;
	char id[KEEP_ID_MAX];
	struct keep keep;
};

static int
take_option(struct request *q, int opt, const char *value, struct err *e)
{
	const char *why = "";
	uint64_t *number = opt == OPT_TO ? &q->to : &q->sessions;

	switch (opt) {
	case OPT_DIR:
		q->dir = value;
		return 0;
	case OPT_TO:
	case OPT_SESSIONS:
		if (scan_count(value, strlen(value), number, &why) != 0)
			return err_set(e, ERR_USAGE, 0, "--%s %.40s: %s",
			    defs[opt].name, value, why);
		return 0;
	case OPT_BYTES:
		if (scan_size(value, strlen(value), &q->bytes, &why) != 0)
			return err_set(
			    e, ERR_USAGE, 0, "--bytes %.40s: %s", value, why);
		return 0;
	case OPT_POLICY:
		q->policy = value;
		return 0;
	default:
		q->list |= opt == OPT_LIST;
		q->dry_run |= opt == OPT_DRY_RUN;
		q->force |= opt == OPT_FORCE;
		q->json |= opt == OPT_JSON;
		q->prune |= opt == OPT_PRUNE;
		q->service |= opt == OPT_SERVICE;
		q->help |= opt == OPT_HELP;
		return 0;
	}
}

static int
read_options(struct request *q, int argc, char **argv, struct err *e)
{
	struct option_state s;
	int opt;

	options_begin(&s, &command, argc, argv);
	for (;;) {
		opt = options_next(&s, e);
		if (opt == -2)
			return -1;
		if (opt >= 0 && take_option(q, opt, s.value, e) != 0)
			return -1;
		if (opt >= 0)
			continue;
		if (s.next >= argc)
			return 0;
		if (q->session != NULL)
			return err_set(
			    e, ERR_USAGE, 0, "one session at a time, please");
		q->session = argv[s.next++];
	}
}

/* Becomes who the workspace's user is; only then anything is looked for. */
static int
enter(struct request *q, struct err *e)
{
	const char *writable[3] = {NULL};
	char path[STATE_PATH_MAX], audit[STATE_PATH_MAX];
	size_t n = 0;

	if (state_dir("keep", path, e) != 0)
		return -1;
	// Root that stays root may write where it is told, and nowhere else.
	if (access(path, F_OK) == 0)
		writable[n++] = path;
	if (state_dir("audit", audit, e) == 0 && access(audit, F_OK) == 0)
		writable[n++] = audit;
	if (way_in_by(&q->way, q->dir, writable, q->service, e) != 0)
		return -1;
	q->entered = true;
	if (state_dir("keep", path, e) != 0)
		return -1;
	if (keep_open(&q->keep, path, false, e) == 0)
		return 0;
	if (e->sys_errno == ENOENT)
		return err_set(e, ERR_USAGE, 0,
		    "there are no checkpoints in %.150s: the agent has not "
		    "run yet",
		    path);
	return -1;
}

/* The session meant, which must be one of this workspace. */
static int
find_session(struct request *q, struct err *e)
{
	struct keep_session s;
	struct stat st;
	bool same;

	if (fstat(q->way.workspace, &st) != 0)
		return err_set(e, ERR_USAGE, errno, "%.150s", q->way.path);
	if (q->session == NULL) {
		keep_session_of(&q->keep, st.st_dev, st.st_ino, 0, q->id);
		return q->id[0] != '\0'
			   ? 0
			   : err_set(e, ERR_USAGE, 0,
				 "no run of the agent worked in %.150s, or it "
				 "was too long ago",
				 q->way.path);
	}
	snprintf(q->id, sizeof(q->id), "%s", q->session);
	if (keep_session_load(&q->keep, q->session, &s, e) != 0)
		return -1;
	same = s.dev == st.st_dev && s.ino == st.st_ino;
	if (!same)
		err_set(e, ERR_USAGE, 0,
		    "session %.60s worked in %.120s, not here; say -C DIR",
		    q->id, s.workspace);
	keep_session_free(&s);
	return same ? 0 : -1;
}

/* Bytes of a name that would not be themselves on a screen, as \xNN. */
static void
plain(char *out, size_t size, const char *name)
{
	size_t n = 0;

	for (; *name != '\0' && n + 5 < size; name++)
		n += (size_t)snprintf(out + n, size - n,
		    *name < ' ' || *name > '~' || *name == '\\' ? "\\x%02x"
								: "%c",
		    (unsigned char)*name);
	out[n] = '\0';
}

static struct json_object *
point_json(const struct keep_point *p)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "n", json_object_new_uint64(p->n));
	json_object_object_add(o, "why", json_object_new_string(p->why));
	json_object_object_add(o, "time", json_object_new_string(p->time));
	json_object_object_add(o, "files", json_object_new_uint64(p->files));
	json_object_object_add(o, "unkept", json_object_new_uint64(p->unkept));
	return o;
}

static void
print_json(struct json_object *o)
{
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
}

static void
list_one(const struct request *q, const struct keep_session *s,
    struct json_object *all)
{
	struct json_object *o = json_object_new_object(), *points;
	size_t i;

	points = json_object_new_array();
	if (!q->json)
		printf("%s\n", s->id);
	for (i = 0; i < s->npoints; i++) {
		const struct keep_point *p = &s->v[i];

		json_object_array_add(points, point_json(p));
		if (q->json)
			continue;
		printf("  %3" PRIu64 "  %s  %-11s  %" PRIu64 " files", p->n,
		    p->time, p->why, p->files);
		if (p->unkept > 0)
			printf(", %" PRIu64 " not kept", p->unkept);
		putchar('\n');
	}
	json_object_object_add(o, "session", json_object_new_string(s->id));
	json_object_object_add(o, "checkpoints", points);
	json_object_array_add(all, o);
}

static int
list(struct request *q, struct err *e)
{
	struct json_object *all = json_object_new_array();
	struct keep_session s;
	struct stat st;
	size_t n, i;
	char **v;

	if (q->session != NULL && find_session(q, e) != 0)
		return -1;
	if (fstat(q->way.workspace, &st) != 0)
		return err_set(e, ERR_USAGE, errno, "%.150s", q->way.path);
	v = keep_session_list(&q->keep, &n);
	for (i = 0; i < n; i++) {
		if (q->session != NULL && strcmp(v[i], q->session) != 0)
			continue;
		if (keep_session_load(&q->keep, v[i], &s, e) != 0)
			continue;
		if (s.dev == st.st_dev && s.ino == st.st_ino)
			list_one(q, &s, all);
		keep_session_free(&s);
	}
	keep_session_list_free(v, n);
	if (q->json)
		print_json(json_object_get(all));
	json_object_put(all);
	return 0;
}

static int
prune(struct request *q, struct err *e)
{
	struct prune p = {.sessions = q->sessions, .bytes = q->bytes};
	struct json_object *o;

	if (prune_run(&q->keep, &p, e) != 0)
		return -1;
	if (!q->json) {
		printf("removed: %" PRIu64 " sessions, %" PRIu64
		       " bytes; kept: %" PRIu64 " sessions, %" PRIu64
		       " bytes\n",
		    p.gone_sessions, p.gone_bytes, p.kept_sessions,
		    p.kept_bytes);
		return 0;
	}
	o = json_object_new_object();
	json_object_object_add(
	    o, "sessions_removed", json_object_new_uint64(p.gone_sessions));
	json_object_object_add(
	    o, "bytes_removed", json_object_new_uint64(p.gone_bytes));
	json_object_object_add(
	    o, "sessions", json_object_new_uint64(p.kept_sessions));
	json_object_object_add(
	    o, "bytes", json_object_new_uint64(p.kept_bytes));
	print_json(o);
	return 0;
}

static void
tell_json(const struct request *q, const struct undo *u)
{
	struct json_object *o = json_object_new_object(), *steps, *one;
	char name[4 * 1024];
	size_t i;

	steps = json_object_new_array();
	for (i = 0; i < u->plan.n; i++) {
		const struct keep_step *s = &u->plan.v[i];

		one = json_object_new_object();
		plain(name, sizeof(name), s->path);
		json_object_object_add(one, "action",
		    json_object_new_string(plan_kind_name(s->kind)));
		json_object_object_add(
		    one, "path", json_object_new_string(name));
		if (s->why != PLAN_DO)
			json_object_object_add(one, "left",
			    json_object_new_string(plan_why_name(s->why)));
		if (s->forced)
			json_object_object_add(
			    one, "forced", json_object_new_boolean(true));
		json_object_array_add(steps, one);
	}
	json_object_object_add(o, "session", json_object_new_string(q->id));
	json_object_object_add(o, "to", json_object_new_uint64(u->to));
	json_object_object_add(
	    o, "dry_run", json_object_new_boolean(q->dry_run));
	json_object_object_add(
	    o, "refused", json_object_new_boolean(u->refused));
	json_object_object_add(o, "done", json_object_new_uint64(u->done));
	json_object_object_add(o, "failed", json_object_new_uint64(u->failed));
	json_object_object_add(o, "steps", steps);
	print_json(o);
}

static void
tell_steps(const struct undo *u)
{
	char name[4 * 1024];
	size_t i;

	for (i = 0; i < u->plan.n; i++) {
		const struct keep_step *s = &u->plan.v[i];

		plain(name, sizeof(name), s->path);
		if (s->why == PLAN_DO)
			printf("%-8s %s%s\n", plan_kind_name(s->kind), name,
			    s->forced ? " (changed since)" : "");
		else
			printf("%-8s %s: %s\n", "left", name,
			    plan_why_name(s->why));
	}
}

static void
tell(const struct request *q, const struct undo *u)
{
	if (q->json) {
		tell_json(q, u);
		return;
	}
	tell_steps(u);
	if (u->plan.n == 0)
		printf("nothing to undo: what session %s changed is as it was "
		       "at checkpoint %" PRIu64 "\n",
		    q->id, u->to);
	else if (q->dry_run)
		puts("nothing was done: --dry-run");
	else if (!u->refused)
		printf("session %s: %" PRIu64 " paths are as they were at "
		       "checkpoint %" PRIu64 "\n",
		    q->id, u->done, u->to);
	fflush(stdout);
	if (u->failed > 0)
		fprintf(stderr,
		    "stockade undo: %" PRIu64 " paths could not be changed; "
		    "the first: %s\n",
		    u->failed, u->why.text);
	if (!u->refused || u->plan.n == 0)
		return;
	if (u->unfinished)
		fputs("stockade undo: the run was killed, so that what changed "
		      "since its last checkpoint may be its work or yours.\n",
		    stderr);
	fputs("stockade undo: nothing was done, as not all can be; --force "
	      "does what can be, over what was changed since\n",
	    stderr);
}

/* That it was done, and whether all of it was. */
static void
record(const struct request *q, const struct undo *u)
{
	struct json_object *o;
	struct audit a;
	struct err e;

	if (u->refused || q->dry_run || u->done + u->failed == 0)
		return;
	o = json_object_new_object();
	json_object_object_add(o, "to", json_object_new_uint64(u->to));
	json_object_object_add(
	    o, "workspace", json_object_new_string(q->way.path));
	json_object_object_add(o, "paths", json_object_new_uint64(u->done));
	json_object_object_add(o, "failed", json_object_new_uint64(u->failed));
	json_object_object_add(o, "forced", json_object_new_boolean(q->force));
	if (audit_open(&a, &e) != 0)
		json_object_put(o);
	else if (audit_add(&a, "undo", q->id, o, &e) == 0)
		e.code = 0;
	audit_close(&a);
	if (e.code != 0)
		fprintf(stderr, "stockade undo: %s\n", e.text);
}

static int
undo(struct request *q, int *status, struct err *e)
{
	struct undo u = {.to = q->to,
	    .force = q->force,
	    .dry_run = q->dry_run,
	    .session = q->id};
	const struct preset_where where = {.workspace = q->dir};
	autofree struct policy *p = malloc(sizeof(*p));
	autoclose int held = -1;
	struct keeper kp = {.helper = -1, .to = -1, .from = -1};
	int rc;

	if (p == NULL)
		return err_set(e, ERR_SYSTEM, ENOMEM, "undo");
	policy_init(p);
	keeper_spec(&p->spec, NULL);
	if (q->policy != NULL &&
	    (policy_file_read(q->policy, p, e) != 0 ||
		policy_file_complete(q->policy, &where, p, e) != 0))
		return -1;
	p->spec.net.n = 0;
	held = keep_session_hold(&q->keep, q->id, true, e);
	if (held < 0)
		return -1;
	rc = keeper_open(&kp, &q->way, NULL, &p->spec, e);
	if (rc == 0)
		rc = undo_run(&q->keep, &kp, &u, e);
	keeper_close(&kp);
	if (rc == 0) {
		record(q, &u);
		tell(q, &u);
		*status = u.refused || u.failed > 0 ? EXIT_NOT_ALL : 0;
	}
	undo_free(&u);
	return rc;
}

static int
whole(struct request *q, int *status, struct err *e)
{
	int rc = enter(q, e);

	if (rc == 0 && q->list)
		rc = list(q, e);
	else if (rc == 0 && q->prune)
		rc = prune(q, e);
	else if (rc == 0 && (rc = find_session(q, e)) == 0)
		rc = undo(q, status, e);
	keep_close(&q->keep);
	if (q->entered)
		way_in_close(&q->way);
	return rc;
}

static int
status_of(const struct err *e)
{
	switch (e->code) {
	case ERR_USAGE:
	case ERR_LIMIT:
		return EXIT_BAD_USE;
	case ERR_POLICY:
	case ERR_REFUSED:
		return EXIT_POLICY;
	case ERR_SESSION:
	case ERR_INTERNAL:
		return EXIT_INTERNAL;
	default:
		return EXIT_SANDBOX;
	}
}

int
undo_main(int argc, char **argv)
{
	struct request q = {.dir = ".",
	    .to = UNDO_BEGIN,
	    .sessions = PRUNE_SESSIONS,
	    .bytes = PRUNE_BYTES,
	    .keep = {.dir = -1, .lock = -1}};
	int status = 0;
	struct err e;

	signal(SIGPIPE, SIG_IGN);
	if (read_options(&q, argc, argv, &e) != 0) {
		fprintf(stderr,
		    "stockade undo: %s\nSee: stockade undo --help\n", e.text);
		return EXIT_BAD_USE;
	}
	if (q.help) {
		options_help(&command, stdout);
		return fflush(stdout) != 0;
	}
	if (whole(&q, &status, &e) != 0) {
		fprintf(stderr, "stockade undo: %s\n", e.text);
		return status_of(&e);
	}
	return fflush(stdout) != 0 ? EXIT_INTERNAL : status;
}
