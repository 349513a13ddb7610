// SPDX-License-Identifier: ISC
// stockade egress: what the network's broker wrote down, for people.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/cli/options.h"
#include "src/egress/chain.h"
#include "src/egress/egress.h"
#include "src/egress/read.h"
#include "src/box/state.h"
#include "src/egress/store.h"

enum {
	EXIT_BROKEN = 1,
	EXIT_BAD_USE = 2,
	FOLLOW_MS = 200,
};

enum {
	OPT_LAST,
	OPT_JSON,
	OPT_FOLLOW,
	OPT_HELP,
};

static const struct option_def defs[] = {
    [OPT_LAST] = {"last", 0, NULL,
	"the last run, which is what is meant without RUN, too"},
    [OPT_JSON] = {"json", 'j', NULL,
	"log: the records as they are; stats: one JSON object"},
    [OPT_FOLLOW] = {"follow", 'f', NULL,
	"log: go on with what is written until the run ends"},
    [OPT_HELP] = {"help", 'h', NULL, "show this and exit"},
    {NULL, 0, NULL, NULL},
};

static const struct option_command command = {
    .name = "egress",
    .synopsis = "log | stats | verify [options] [RUN | FILE]",
    .about = "Reads what the network's broker recorded of a run: line by "
	     "line, added up, or whether anybody changed it.",
    .defs = defs,
};

struct request {
	const char *run; // NULL: the last
	bool json, follow, help;
};

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
		if (opt == OPT_JSON)
			q->json = true;
		else if (opt == OPT_FOLLOW)
			q->follow = true;
		else if (opt == OPT_HELP)
			q->help = true;
		if (opt >= 0)
			continue;
		if (s.next >= argc)
			return 0;
		if (q->run != NULL)
			return err_set(
			    e, ERR_USAGE, 0, "one run at a time, please");
		q->run = argv[s.next++];
	}
}

// The file of the run that was asked for: by its name, or by a path.
static FILE *
open_run(const struct request *q, struct err *e)
{
	char dir[STORE_PATH_MAX], path[STORE_PATH_MAX], last[STORE_RUN_MAX];
	const char *run = q->run;
	FILE *f;

	if (run != NULL && strchr(run, '/') != NULL) {
		snprintf(path, sizeof(path), "%s", run);
	} else {
		if (state_dir("egress", dir, e) != 0 ||
		    (run == NULL && store_last(dir, last, e) != 0) ||
		    store_path(dir, run != NULL ? run : last, path, e) != 0)
			return NULL;
	}
	f = fopen(path, "re");
	if (f == NULL)
		err_set(e, ERR_USAGE, errno, "%.200s", path);
	return f;
}

// Who writes holds a lock that is shared, as long as the run lasts.
static bool
still_written(FILE *f)
{
	if (flock(fileno(f), LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK;
	flock(fileno(f), LOCK_UN);
	return false;
}

static void
print_line(const struct request *q, const char *line, size_t n)
{
	struct json_object *o = read_record(line, n);

	if (o == NULL)
		return;
	if (q->json) {
		fwrite(line, 1, n, stdout);
	} else {
		read_show(stdout, o);
		putchar('\n');
	}
	json_object_put(o);
}

static int
show_log(const struct request *q, FILE *f)
{
	const struct timespec wait = {.tv_nsec = FOLLOW_MS * 1000000L};
	autofree char *line = NULL;
	size_t size = 0;
	bool last = false;
	long at;
	ssize_t n;

	for (;;) {
		at = ftell(f);
		n = getline(&line, &size, f);
		if (n > 0 && line[n - 1] == '\n') {
			print_line(q, line, (size_t)n);
			continue;
		}
		// What it wrote before its end may have come since we read.
		if (!q->follow || last || fflush(stdout) != 0)
			break;
		last = !still_written(f);
		if (!last)
			nanosleep(&wait, NULL);
		clearerr(f);
		if (fseek(f, at, SEEK_SET) != 0)
			break;
	}
	return fflush(stdout) != 0 || ferror(f);
}

static int
show_stats(const struct request *q, FILE *f)
{
	struct read_stats *s = read_stats_new();
	autofree char *line = NULL;
	struct json_object *o;
	size_t size = 0;
	ssize_t n;

	if (s == NULL)
		return EXIT_BROKEN;
	while ((n = getline(&line, &size, f)) > 0) {
		o = read_record(line, (size_t)n);
		if (o != NULL)
			read_stats_add(s, o);
		json_object_put(o);
	}
	read_stats_show(stdout, s, q->json);
	read_stats_free(s);
	return fflush(stdout) != 0 || ferror(f);
}

static int
show_verify(const struct request *q, FILE *f)
{
	struct chain c;

	(void)q;
	if (chain_verify(f, &c) != 0) {
		printf("broken: line %" PRIu64 ": %s\n", c.fault, c.why);
		return EXIT_BROKEN;
	}
	printf("whole: %" PRIu64 " records", c.records);
	if (c.pieces > 0)
		printf(", %" PRIu64 " torn lines that are accounted for%s",
		    c.pieces, c.torn_end ? " but for the last" : "");
	if (c.lost > 0)
		printf(", %" PRIu64 " that could not be written", c.lost);
	putchar('\n');
	return fflush(stdout) != 0;
}

static const struct {
	const char *name;
	int (*show)(const struct request *q, FILE *f);
} shows[] = {
    {"log", show_log},
    {"stats", show_stats},
    {"verify", show_verify},
};

static int
bad_use(const struct err *e)
{
	fprintf(stderr, "stockade egress: %s\nSee: stockade egress --help\n",
	    e->text);
	return EXIT_BAD_USE;
}

int
egress_main(int argc, char **argv)
{
	struct request q = {0};
	struct err e = {0};
	size_t i;
	FILE *f;
	int rc;

	for (i = 0; i < sizeof(shows) / sizeof(shows[0]); i++)
		if (argc > 1 && strcmp(argv[1], shows[i].name) == 0)
			break;
	if (i == sizeof(shows) / sizeof(shows[0])) {
		if (read_options(&q, argc, argv, &e) == 0 && !q.help)
			err_set(
			    &e, ERR_USAGE, 0, "say what: log, stats or verify");
		if (!q.help || e.code != 0)
			return bad_use(&e);
	} else if (read_options(&q, argc - 1, argv + 1, &e) != 0) {
		return bad_use(&e);
	}
	if (q.help) {
		options_help(&command, stdout);
		return fflush(stdout) != 0;
	}
	f = open_run(&q, &e);
	if (f == NULL)
		return bad_use(&e);
	rc = shows[i].show(&q, f);
	fclose(f);
	return rc;
}
