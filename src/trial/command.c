// SPDX-License-Identifier: ISC
// stockade bench: how well an agent does, task by task.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/agent/text.h"
#include "src/cli/options.h"
#include "src/trial/bench.h"
#include "src/trial/command.h"
#include "src/trial/report.h"

#define RUNS_MAX 10000
#define JOBS_MAX 64

enum {
	EXIT_NOT_ALL = 1,
	EXIT_BAD_USE = 2,
	EXIT_FAULT = 11,
};

enum {
	OPT_RUNS,
	OPT_JOBS,
	OPT_JSON,
	OPT_HTML,
	OPT_SESSION_DIR,
	OPT_QUIET,
	OPT_HELP,
};

static const struct option_def defs[] = {
    [OPT_RUNS] = {"runs", 'n', "N", "Run each task N times; the default is 1"},
    [OPT_JOBS] = {"jobs", 'j', "N", "Run N at a time; the default is 1"},
    [OPT_JSON] = {"json", 0, "FILE",
	"Write what was found as JSON; - is standard output, in the table's "
	"place"},
    [OPT_HTML] = {"html", 0, "FILE",
	"Write a page with plots, which needs nothing from elsewhere; - as "
	"above"},
    [OPT_SESSION_DIR] = {"session-dir", 0, "DIR",
	"Keep the sessions of all runs in DIR; else none is kept"},
    [OPT_QUIET] = {"quiet", 'q', NULL,
	"No line for each run, on a terminal either"},
    [OPT_HELP] = {"help", 'h', NULL, "Print this"},
    {NULL, 0, NULL, NULL},
};

static const struct option_command command = {
    .name = "bench",
    .synopsis = "[options] TASKS [-- OPTION-OF-AGENT...]",
    .about = "Runs the agent on each task of a directory, on a fresh copy of "
	     "its workspace, and tells how it did. A task is a directory with "
	     "workspace/, task (what is to be done) and test (the command that "
	     "decides); options and transcript.jsonl as you like.",
    .defs = defs,
};

struct request {
	struct bench bench;
	const char *tasks, *json, *html, *session_dir;
	char *sessions; // the same, absolute
	FILE *json_file, *html_file;
	bool help, quiet;
};

static int
read_number(
    size_t *to, const char *value, int option, size_t max, struct err *e)
{
	unsigned long v = 0;
	char *end = NULL;

	if (*value >= '0' && *value <= '9' && strlen(value) < 9)
		v = strtoul(value, &end, 10);
	if (end == NULL || *end != '\0' || v < 1 || v > max)
		return err_set(e, ERR_USAGE, 0,
		    "--%s %.40s: it is a number from 1 to %zu",
		    defs[option].name, value, max);
	*to = v;
	return 0;
}

static int
take(struct request *q, int option, const char *value, struct err *e)
{
	switch (option) {
	case OPT_RUNS:
		return read_number(&q->bench.runs, value, option, RUNS_MAX, e);
	case OPT_JOBS:
		return read_number(&q->bench.jobs, value, option, JOBS_MAX, e);
	case OPT_JSON:
		q->json = value;
		break;
	case OPT_HTML:
		q->html = value;
		break;
	case OPT_SESSION_DIR:
		q->session_dir = value;
		break;
	case OPT_QUIET:
		q->quiet = true;
		break;
	default:
		q->help = true;
	}
	return 0;
}

static int
read_options(struct request *q, int argc, char **argv, struct err *e)
{
	struct option_state s;
	int opt;

	q->bench.runs = q->bench.jobs = 1;
	q->bench.more = argv + argc;
	options_begin(&s, &command, argc, argv);
	for (;;) {
		opt = options_next(&s, e);
		if (opt == -2)
			return -1;
		if (opt >= 0 && take(q, opt, s.value, e) < 0)
			return -1;
		if (opt >= 0)
			continue;
		if (s.next >= argc)
			return 0;
		// "--" after the tasks: the rest is the agent's.
		if (q->tasks != NULL && strcmp(argv[s.next - 1], "--") == 0) {
			q->bench.more = argv + s.next;
			return 0;
		}
		if (q->tasks != NULL)
			return err_set(e, ERR_USAGE, 0,
			    "one directory of tasks at a time, please; options "
			    "of the agent go behind --");
		q->tasks = argv[s.next++];
	}
}

/*
 * Opened before anything runs: a name that cannot be written to shall not be
 * heard of an hour later. What was there stays until there is something new.
 */
static int
open_report(FILE **f, const char *name, struct err *e)
{
	int fd;

	if (name == NULL)
		return 0;
	if (strcmp(name, "-") == 0) {
		*f = stdout;
		return 0;
	}
	fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	*f = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (*f != NULL)
		return 0;
	err_set(e, ERR_USAGE, errno, "write %.150s", name);
	if (fd >= 0)
		close(fd);
	return -1;
}

static int
open_sessions(struct request *q, struct err *e)
{
	if (q->session_dir == NULL)
		return 0;
	if (mkdir(q->session_dir, 0700) < 0 && errno != EEXIST)
		return err_set(
		    e, ERR_USAGE, errno, "make %.150s", q->session_dir);
	q->sessions = realpath(q->session_dir, NULL);
	if (q->sessions == NULL)
		return err_set(e, ERR_USAGE, errno, "%.150s", q->session_dir);
	q->bench.session_dir = q->sessions;
	return 0;
}

static int
prepare(struct request *q, struct err *e)
{
	if (q->tasks == NULL)
		return err_set(e, ERR_USAGE, 0,
		    "which tasks? Name a directory of them; see --help");
	if (q->json != NULL && q->html != NULL && strcmp(q->json, "-") == 0 &&
	    strcmp(q->html, "-") == 0)
		return err_set(e, ERR_USAGE, 0,
		    "--json - and --html -: standard output takes one of "
		    "them; name a file for the other");
	if (tasks_read(&q->bench.tasks, q->tasks, e) < 0 ||
	    open_sessions(q, e) < 0 ||
	    open_report(&q->json_file, q->json, e) < 0)
		return -1;
	return open_report(&q->html_file, q->html, e);
}

static int
write_report(const struct bench *b, FILE **f, const char *name,
    void (*report)(const struct bench *b, FILE *f), struct err *e)
{
	struct stat st;
	int bad;

	if (*f == NULL)
		return 0;
	// A device or a pipe has no length to take away.
	if (*f != stdout && fstat(fileno(*f), &st) == 0 &&
	    S_ISREG(st.st_mode) && ftruncate(fileno(*f), 0) < 0)
		return err_set(e, ERR_USAGE, errno, "write %.150s", name);
	report(b, *f);
	bad = fflush(*f) != 0 || ferror(*f);
	if (*f != stdout)
		bad |= fclose(*f) != 0;
	*f = NULL;
	return bad ? err_set(e, ERR_USAGE, errno, "write %.150s", name) : 0;
}

/* One that nothing was written to, and that was not there before, goes. */
static void
drop_report(FILE **f, const char *name)
{
	struct stat st;

	if (*f == NULL || *f == stdout)
		return;
	if (fstat(fileno(*f), &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size == 0)
		unlink(name);
	fclose(*f);
	*f = NULL;
}

static int
report_all(struct request *q, struct err *e)
{
	const struct bench *b = &q->bench;
	bool table = q->json_file != stdout && q->html_file != stdout;
	struct figures g;

	if (write_report(b, &q->json_file, q->json, bench_json, e) < 0 ||
	    write_report(b, &q->html_file, q->html, bench_html, e) < 0)
		return -1;
	if (table)
		bench_table(b, stdout);
	if (fflush(stdout) != 0)
		return err_set(e, ERR_FILE, errno, "write");
	stats_all(&g, b->out, b->tasks.n, b->runs);
	return g.passed == g.runs ? 0 : EXIT_NOT_ALL;
}

static int
perform(struct request *q, struct err *e)
{
	size_t i, n = 0;
	int r;

	if (prepare(q, e) < 0)
		return -1;
	q->bench.progress = !q->quiet && isatty(STDERR_FILENO);
	r = bench_run(&q->bench, e);
	if (r == 0)
		return report_all(q, e);
	if (r < 0)
		return -1;
	for (i = 0; i < q->bench.tasks.n * q->bench.runs; i++)
		n += q->bench.out[i].passed;
	fprintf(stderr,
	    "stockade bench: stopped by a signal; %zu of %zu runs had passed, "
	    "and nothing is written of them\n",
	    n, q->bench.tasks.n * q->bench.runs);
	return 128 + r;
}

int
bench_main(int argc, char **argv)
{
	struct request q = {.help = false};
	struct err e;
	int r;

	r = read_options(&q, argc, argv, &e);
	if (r == 0 && q.help)
		options_help(&command, stdout);
	else if (r == 0)
		r = perform(&q, &e);
	drop_report(&q.json_file, q.json);
	drop_report(&q.html_file, q.html);
	bench_free(&q.bench);
	free(q.sessions);
	if (r >= 0)
		return r;
	fprintf(stderr, "stockade bench: %s\n", e.text);
	return e.code == ERR_USAGE ? EXIT_BAD_USE : EXIT_FAULT;
}
