// SPDX-License-Identifier: ISC
// stockade audit: the audit log for people, and whether anybody changed it.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/cli/options.h"
#include "src/egress/chain.h"
#include "src/egress/read.h"
#include "src/keep/audit.h"

enum {
	EXIT_BROKEN = 1,
	EXIT_BAD_USE = 2,
};

enum {
	OPT_DIR,
	OPT_JSON,
	OPT_HELP,
};

static const struct option_def defs[] = {
    [OPT_DIR] = {"directory", 'C', "DIR",
	"the log is in DIR, such as a copy (default: the user's own)"},
    [OPT_JSON] = {"json", 'j', NULL,
	"log: the records as they are; verify: one JSON object"},
    [OPT_HELP] = {"help", 'h', NULL, "show this and exit"},
    {NULL, 0, NULL, NULL},
};

static const struct option_command command = {
    .name = "audit",
    .synopsis = "log | verify [options] [SESSION]",
    .about = "Reads what was recorded of runs of the agent: line by line (of "
	     "SESSION alone), or whether anybody changed it.",
    .defs = defs,
};

struct request {
	const char *dir, *session;
	bool json, help;
	struct dirent **files;
	int nfiles;
	int fd;
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
		if (opt == OPT_DIR)
			q->dir = s.value;
		q->json |= opt == OPT_JSON;
		q->help |= opt == OPT_HELP;
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

static int
is_month(const struct dirent *d)
{
	return strlen(d->d_name) == sizeof("2026-01.jsonl") - 1 &&
	       strcmp(d->d_name + 7, ".jsonl") == 0;
}

static int
find_files(struct request *q, struct err *e)
{
	static char path[STATE_PATH_MAX];

	if (q->dir == NULL) {
		if (state_dir("audit", path, e) != 0)
			return -1;
		q->dir = path;
	}
	q->fd = open(q->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (q->fd >= 0)
		q->nfiles =
		    scandirat(q->fd, ".", &q->files, is_month, alphasort);
	if (q->fd >= 0 && q->nfiles > 0)
		return 0;
	return err_set(e, ERR_USAGE, q->fd < 0 ? errno : 0,
	    "no audit log in %.150s: the agent has not run yet", q->dir);
}

static FILE *
open_file(const struct request *q, int i)
{
	int fd = openat(
	    q->fd, q->files[i]->d_name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	FILE *f = fd >= 0 ? fdopen(fd, "r") : NULL;

	if (f == NULL)
		fprintf(stderr, "stockade audit: %s: %s\n", q->files[i]->d_name,
		    strerror(errno));
	return f;
}

/* Nothing of a stranger's text can move a cursor. */
static void
plain(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			printf("\\x%02x", (unsigned char)*text);
		else
			putchar(*text);
}

static bool
is_frame(const char *key)
{
	static const char *const frame[] = {
	    "seq", "ts", "prev", "event", "after", "uid", "session"};
	size_t i;

	for (i = 0; i < sizeof(frame) / sizeof(frame[0]); i++)
		if (strcmp(key, frame[i]) == 0)
			return true;
	return false;
}

static void
show_record(struct json_object *o)
{
	plain(read_text(o, "ts"));
	printf("  %-15s ", read_text(o, "event"));
	plain(read_text(o, "session"));
	json_object_object_foreach(o, key, value)
	{
		if (is_frame(key))
			continue;
		printf("  ");
		plain(strrchr(key, '.') != NULL ? strrchr(key, '.') + 1 : key);
		putchar('=');
		plain(json_object_get_string(value) != NULL
			  ? json_object_get_string(value)
			  : "");
	}
	putchar('\n');
}

static int
show_log(const struct request *q)
{
	autofree char *line = NULL;
	struct json_object *o;
	size_t size = 0;
	ssize_t n;
	FILE *f;
	int i;

	for (i = 0; i < q->nfiles; i++) {
		f = open_file(q, i);
		while (f != NULL && (n = getline(&line, &size, f)) > 0) {
			o = read_record(line, (size_t)n);
			if (o != NULL && (q->session == NULL ||
					     strcmp(read_text(o, "session"),
						 q->session) == 0)) {
				if (q->json)
					fwrite(line, 1, (size_t)n, stdout);
				else
					show_record(o);
			}
			json_object_put(o);
		}
		if (f != NULL)
			fclose(f);
	}
	return fflush(stdout) != 0;
}

/* What the first record of a file says of the file before it. */
static void
first_after(FILE *f, char out[2 * CHAIN_HASH + 1])
{
	autofree char *line = NULL;
	struct json_object *o = NULL;
	size_t size = 0;
	ssize_t n;

	while (o == NULL && (n = getline(&line, &size, f)) > 0)
		o = read_record(line, (size_t)n);
	snprintf(out, 2 * CHAIN_HASH + 1, "%s", read_text(o, "after"));
	json_object_put(o);
	rewind(f);
}

struct verdict {
	uint64_t records, pieces;
	const char *file; // the broken one; NULL: none is
	uint64_t line;
	char why[200];
	bool cut; // older files are not there
};

static int
verify_file(const struct request *q, int i, char last[2 * CHAIN_HASH + 1],
    struct verdict *v)
{
	char after[2 * CHAIN_HASH + 1], none[2 * CHAIN_HASH + 1] = {0};
	FILE *f = open_file(q, i);
	struct chain c;
	int rc;

	v->file = q->files[i]->d_name;
	snprintf(v->why, sizeof(v->why), "it cannot be read");
	if (f == NULL)
		return -1;
	memset(none, '0', sizeof(none) - 1);
	first_after(f, after);
	rc = chain_verify(f, &c);
	fclose(f);
	v->records += c.records;
	v->pieces += c.pieces;
	if (rc != 0) {
		v->line = c.fault;
		snprintf(v->why, sizeof(v->why), "%s", c.why);
		return -1;
	}
	v->file = NULL;
	// Its first line was torn, and nothing came after it.
	if (c.records == 0)
		return 0;
	if (last[0] == '\0') {
		v->cut = after[0] != '\0' && strcmp(after, none) != 0;
	} else if (strcmp(after, last) != 0) {
		v->file = q->files[i]->d_name;
		v->line = 1;
		snprintf(v->why, sizeof(v->why),
		    "it does not follow %.40s: records at the end of that one, "
		    "or files between, were changed or taken away",
		    q->files[i - 1]->d_name);
		return -1;
	}
	memcpy(last, c.last, sizeof(c.last));
	return 0;
}

static int
show_verify(const struct request *q)
{
	char last[2 * CHAIN_HASH + 1] = "";
	struct verdict v = {0};
	struct json_object *o;
	int i, rc = 0;

	for (i = 0; rc == 0 && i < q->nfiles; i++)
		rc = verify_file(q, i, last, &v);
	if (q->json) {
		o = json_object_new_object();
		json_object_object_add(
		    o, "whole", json_object_new_boolean(rc == 0));
		json_object_object_add(
		    o, "records", json_object_new_uint64(v.records));
		if (v.file != NULL) {
			json_object_object_add(
			    o, "file", json_object_new_string(v.file));
			json_object_object_add(
			    o, "line", json_object_new_uint64(v.line));
			json_object_object_add(
			    o, "error", json_object_new_string(v.why));
		}
		puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
		json_object_put(o);
	} else if (rc != 0) {
		printf("broken: %s: line %" PRIu64 ": %s\n", v.file, v.line,
		    v.why);
	} else {
		printf("whole: %" PRIu64 " records%s%s\n", v.records,
		    v.pieces > 0 ? ", torn lines that are accounted for" : "",
		    v.cut ? ", after older ones that are not here" : "");
	}
	return fflush(stdout) != 0 || rc != 0 ? EXIT_BROKEN : 0;
}

static int
bad_use(const struct err *e)
{
	fprintf(stderr, "stockade audit: %s\nSee: stockade audit --help\n",
	    e->text);
	return EXIT_BAD_USE;
}

int
audit_main(int argc, char **argv)
{
	struct request q = {.fd = -1};
	bool verify = argc > 1 && strcmp(argv[1], "verify") == 0;
	bool log = argc > 1 && strcmp(argv[1], "log") == 0;
	struct err e = {0};
	int rc;

	if (verify || log) {
		argc--;
		argv++;
	}
	if (read_options(&q, argc, argv, &e) != 0)
		return bad_use(&e);
	if (q.help) {
		options_help(&command, stdout);
		return fflush(stdout) != 0;
	}
	if (!verify && !log) {
		err_set(&e, ERR_USAGE, 0, "say what: log or verify");
		return bad_use(&e);
	}
	if (find_files(&q, &e) != 0)
		return bad_use(&e);
	rc = verify ? show_verify(&q) : show_log(&q);
	while (q.nfiles > 0)
		free(q.files[--q.nfiles]);
	free(q.files);
	close(q.fd);
	return rc;
}
