// SPDX-License-Identifier: ISC
// stockade sessions: what runs of the agent left behind, and going on.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/agent/clean.h"
#include "src/cli/options.h"
#include "src/session/command.h"
#include "src/session/find.h"
#include "src/session/session.h"
#include "src/session/tell.h"

enum {
	EXIT_BAD_USE = 2,
	EXIT_FAULT = 11,
};

enum {
	OPT_JSON,
	OPT_FULL,
	OPT_FORMAT,
	OPT_OUTPUT,
	OPT_DIRECTORY,
	OPT_SESSION_DIR,
	OPT_HELP,
};

static const struct option_def defs[] = {
    [OPT_JSON] = {"json", 'j', NULL,
	"list: one JSON object a line; show: the events as they are; export: "
	"the same as --format json"},
    [OPT_FULL] = {"full", 0, NULL,
	"show: all that tools answered, and the difference"},
    [OPT_FORMAT] = {"format", 'f', "FORMAT",
	"export: markdown (default) or json"},
    [OPT_OUTPUT] = {"output", 'o', "FILE",
	"export: write to FILE, which must not be there yet"},
    [OPT_DIRECTORY] = {"directory", 'C', "DIR",
	"list: sessions of that workspace only"},
    [OPT_SESSION_DIR] = {"session-dir", 0, "DIR",
	"Sessions are in DIR instead of $XDG_STATE_HOME/stockade/sessions"},
    [OPT_HELP] = {"help", 'h', NULL, "Print this"},
    {NULL, 0, NULL, NULL},
};

static const struct option_command command = {
    .name = "sessions",
    .synopsis = "list | show | export | resume | fork [options] [SESSION]",
    .about = "Tells of sessions of the agent, and goes on with one. SESSION "
	     "is a name, a piece of one, a path, or `last'. What follows it "
	     "after resume and fork is for stockade agent.",
    .defs = defs,
};

struct request {
	const char *verb, *session, *format, *output, *directory, *dir_given;
	bool json, full, help;
	int (*agent)(int argc, char **argv);
	char **rest; // after the session: for the agent
	char *dir;
};

static bool
starts_agent(const struct request *q)
{
	return q->verb != NULL &&
	       (strcmp(q->verb, "resume") == 0 || strcmp(q->verb, "fork") == 0);
}

static void
take(struct request *q, int option, const char *value)
{
	switch (option) {
	case OPT_JSON:
		q->json = true;
		break;
	case OPT_FULL:
		q->full = true;
		break;
	case OPT_FORMAT:
		q->format = value;
		break;
	case OPT_OUTPUT:
		q->output = value;
		break;
	case OPT_DIRECTORY:
		q->directory = value;
		break;
	case OPT_SESSION_DIR:
		q->dir_given = value;
		break;
	default:
		q->help = true;
	}
}

static int
read_options(struct request *q, int argc, char **argv, struct err *e)
{
	struct option_state s;
	int opt;

	q->rest = argv + argc;
	options_begin(&s, &command, argc, argv);
	for (;;) {
		opt = options_next(&s, e);
		if (opt == -2)
			return -1;
		if (opt >= 0) {
			take(q, opt, s.value);
			continue;
		}
		if (s.next >= argc)
			return 0;
		if (q->verb == NULL) {
			q->verb = argv[s.next++];
		} else if (q->session == NULL) {
			q->session = argv[s.next++];
			q->rest = argv + s.next;
			if (starts_agent(q))
				return 0;
		} else {
			return err_set(
			    e, ERR_USAGE, 0, "one session at a time, please");
		}
	}
}

static int
open_session(const struct request *q, char **path, struct err *e)
{
	int fd;

	*path = find_path(
	    q->dir, q->session != NULL ? q->session : "last", NULL, e);
	if (*path == NULL)
		return -1;
	fd = open(*path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		err_set(e, ERR_USAGE, errno, "%.200s", *path);
	return fd;
}

/* The name in a path: without directory and suffix. */
static char *
id_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *id = mem_dup(slash != NULL ? slash + 1 : path);
	size_t n = strlen(id);

	if (n > 6 && strcmp(id + n - 6, ".jsonl") == 0)
		id[n - 6] = '\0';
	return id;
}

/* 2026-11-20T13:45:01.042Z as 2026-11-20 13:45. */
static void
short_time(char to[17], const char *time)
{
	snprintf(to, 17, "%.16s", time != NULL ? time : "?");
	if (strlen(to) > 10)
		to[10] = ' ';
}

static void
list_line(const char *id, const struct info *i)
{
	autotext struct text t = {0};
	const char *task = i->task != NULL ? i->task : "";
	const char *where = i->workspace != NULL ? i->workspace : "?";
	autotext struct text head = {0};
	char when[17];

	short_time(when, i->started);
	text_printf(&head, "%s  %s  %-12s %4llu  ", id, when, info_state(i),
	    (unsigned long long)i->turns);
	// A damaged file may say anything, but on one line.
	for (char *p = head.p; *p != '\0'; p++)
		*p = *p == '\n' ? ' ' : *p;
	clean_all(CLEAN_SCREEN, &t, head.p, head.len);
	clean_all(CLEAN_SCREEN, &t, where, strcspn(where, "\n"));
	text_str(&t, "  ");
	clean_all(CLEAN_SCREEN, &t, task, strcspn(task, "\n"));
	if (strchr(task, '\n') != NULL)
		text_str(&t, " ...");
	puts(text_of(&t));
}

/* One that cannot be read is told, and the others go on. */
static int
list_one(const struct request *q, const char *workspace, const char *id)
{
	autofree char *path = find_file(q->dir, id);
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct info i = {0};
	struct json_object *o;
	struct err e;
	int r = 0;

	if (fd < 0)
		r = err_set(&e, ERR_SESSION, errno, "open it");
	if (r < 0 || info_read(&i, fd, &e) < 0) {
		fprintf(stderr, "stockade sessions: %s: %s\n", path, e.text);
		info_free(&i);
		return -1;
	}
	if (workspace != NULL &&
	    (i.workspace == NULL || strcmp(workspace, i.workspace) != 0)) {
		info_free(&i);
		return 0;
	}
	if (q->json) {
		o = info_json(&i, id);
		puts(json_object_to_json_string_ext(o,
		    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
		json_object_put(o);
	} else {
		list_line(id, &i);
	}
	info_free(&i);
	return 0;
}

static int
list(const struct request *q, struct err *e)
{
	autofree char *workspace = NULL;
	struct find_list l;
	size_t i;
	int r = 0;

	if (q->directory != NULL &&
	    (workspace = realpath(q->directory, NULL)) == NULL)
		return err_set(e, ERR_USAGE, errno, "%.200s", q->directory);
	if (find_all(q->dir, &l, e) < 0)
		return -1;
	if (l.n > 0 && !q->json)
		printf("%-28s  %-16s  %-12s %4s  %s\n", "SESSION", "STARTED",
		    "STATE", "TURN", "WORKSPACE  TASK");
	for (i = 0; i < l.n; i++)
		if (list_one(q, workspace, l.id[i]) < 0)
			r = 1;
	find_free(&l);
	return r;
}

/* The events, byte by byte; but not a torn line. */
static int
print_line(void *arg, char *s, size_t len, struct err *e)
{
	(void)arg, (void)e;
	fwrite(s, 1, len, stdout);
	putchar('\n');
	return 0;
}

static int
show(const struct request *q, struct err *e)
{
	autofree char *path = NULL, *id = NULL;
	autoclose int fd = open_session(q, &path, e);
	struct info i = {0};
	int r;

	if (fd < 0)
		return -1;
	if (q->json)
		return lines_each(fd, print_line, NULL, NULL, e);
	id = id_of(path);
	r = info_read(&i, fd, e);
	if (r == 0) {
		tell_head(stdout, id, &i);
		r = tell_steps(stdout, fd, q->full, e);
	}
	info_free(&i);
	return r < 0 ? err_prefix(e, "%.150s", path) : 0;
}

/* Where to; NULL with *e. An export must not take a file's place unasked. */
static FILE *
open_output(const struct request *q, struct err *e)
{
	FILE *f;
	int fd;

	if (q->output == NULL || strcmp(q->output, "-") == 0)
		return stdout;
	fd = open(q->output, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	f = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (f == NULL)
		err_set(e, ERR_USAGE, errno, "create %.150s", q->output);
	return f;
}

static int
export_to(
    FILE *f, const struct request *q, const char *path, int fd, struct err *e)
{
	bool json =
	    q->json || (q->format != NULL && strcmp(q->format, "json") == 0);
	autofree char *id = id_of(path);
	struct info i = {0};
	int r = info_read(&i, fd, e);

	if (r == 0)
		r = json ? tell_json(f, fd, id, &i, e)
			 : tell_markdown(f, fd, id, &i, e);
	info_free(&i);
	return r < 0 ? err_prefix(e, "%.150s", path) : 0;
}

static int export(const struct request *q, struct err *e)
{
	autofree char *path = NULL;
	autoclose int fd = -1;
	FILE *f;
	int r;

	if (q->format != NULL && strcmp(q->format, "json") != 0 &&
	    strcmp(q->format, "markdown") != 0)
		return err_set(e, ERR_USAGE, 0,
		    "--format %.40s: it is markdown or json", q->format);
	fd = open_session(q, &path, e);
	f = fd >= 0 ? open_output(q, e) : NULL;
	if (f == NULL)
		return -1;
	r = export_to(f, q, path, fd, e);
	if (f != stdout && fclose(f) != 0 && r == 0)
		r = err_set(e, ERR_SESSION, errno, "write %.150s", q->output);
	return r;
}

/* stockade agent, with what it was run with before, where that is known. */
static int
go_on(const struct request *q, struct err *e)
{
	autofree char *path = NULL;
	autoclose int fd = open_session(q, &path, e);
	bool fork = strcmp(q->verb, "fork") == 0;
	struct info i = {0};
	char **argv;
	size_t n = 0, more = 0;
	int r = -1;

	if (fd < 0)
		return -1;
	while (q->rest[more] != NULL)
		more++;
	argv = mem_alloc(more + 12, sizeof(*argv));
	if (info_read(&i, fd, e) < 0 || i.workspace == NULL) {
		if (i.runs == 0)
			err_set(
			    e, ERR_SESSION, 0, "%.150s: nothing was run", path);
		goto out;
	}
	argv[n++] = (char *)"agent";
	argv[n++] = (char *)(fork ? "--fork" : "--resume");
	argv[n++] = path;
	argv[n++] = (char *)"-C";
	argv[n++] = i.workspace;
	if (i.policy != NULL) {
		argv[n++] = (char *)"--policy";
		argv[n++] = i.policy;
	}
	if (q->dir_given != NULL) {
		argv[n++] = (char *)"--session-dir";
		argv[n++] = q->dir;
	}
	memcpy(argv + n, q->rest, (more + 1) * sizeof(*argv));
	r = q->agent((int)(n + more), argv);
out:
	info_free(&i);
	free(argv);
	return r;
}

static int
perform(struct request *q, struct err *e)
{
	if (q->verb == NULL)
		return err_set(e, ERR_USAGE, 0,
		    "what? list, show, export, resume or fork");
	if (strcmp(q->verb, "list") == 0 && q->session != NULL)
		return err_set(
		    e, ERR_USAGE, 0, "list takes no session; show does");
	q->dir = session_dir(q->dir_given, e);
	if (q->dir == NULL)
		return -1;
	if (strcmp(q->verb, "list") == 0)
		return list(q, e);
	if (strcmp(q->verb, "show") == 0)
		return show(q, e);
	if (strcmp(q->verb, "export") == 0)
		return export(q, e);
	if (starts_agent(q))
		return go_on(q, e);
	return err_set(e, ERR_USAGE, 0,
	    "no such verb: \"%.40s\"; there are list, show, export, resume "
	    "and fork",
	    q->verb);
}

int
sessions_main(int argc, char **argv, int (*agent)(int argc, char **argv))
{
	struct request q = {.agent = agent};
	struct err e;
	int r;

	r = read_options(&q, argc, argv, &e);
	if (r == 0 && q.help)
		options_help(&command, stdout);
	else if (r == 0)
		r = perform(&q, &e);
	free(q.dir);
	if (r >= 0 && fflush(stdout) != 0)
		r = err_set(&e, ERR_SESSION, errno, "write");
	if (r >= 0)
		return r;
	fprintf(stderr, "stockade sessions: %s\n", e.text);
	return e.code == ERR_USAGE ? EXIT_BAD_USE : EXIT_FAULT;
}
