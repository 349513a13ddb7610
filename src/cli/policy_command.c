// SPDX-License-Identifier: ISC
// stockade policy check|explain: is a policy right, and what does it say.
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "policy/destination.h"
#include "src/cli/explain.h"
#include "src/cli/options.h"
#include "src/cli/patterns.h"
#include "src/cli/policy_command.h"
#include "src/cli/policy_file.h"

enum {
	EXIT_USAGE = 2,
	EXIT_POLICY = 3,
	EXIT_INTERNAL = 11,
	NET_MAX = 64,
};

enum policy_option {
	OPT_DIR,
	OPT_NET,
	OPT_CEILING,
	OPT_AS_CEILING,
	OPT_JSON,
	OPT_HELP,
};

static const struct option_def defs[] = {
    [OPT_DIR] = {"directory", 'C', "DIR",
	"the workspace, for preset:git (default: the current directory)"},
    [OPT_NET] = {"net", 'n', "RULE",
	"add a rule, as run's option of that name does"},
    [OPT_CEILING] = {"ceiling", 0, "FILE",
	"the ceiling to hold answers against (default: this machine's, if "
	"there is one)"},
    [OPT_AS_CEILING] = {"as-ceiling", 0, NULL,
	"read FILE as a ceiling, not as a policy"},
    [OPT_JSON] = {"json", 'j', NULL, "print one JSON object"},
    [OPT_HELP] = {"help", 'h', NULL, "show this and exit"},
    {NULL, 0, NULL, NULL},
};

static const struct option_command command = {
    .name = "policy",
    .synopsis =
	"check|explain [options] FILE [net HOST:PORT | command LINE]...",
    .about = "Checks a policy and all that it includes; explain also shows "
	     "each rule of the network with its origin, and which one decides "
	     "a destination, or what an agent may do with a line of shell.",
    .defs = defs,
};

struct asked {
	bool explain, json, as_ceiling, help;
	const char *dir, *file, *ceiling;
	const char *net[NET_MAX];
	size_t nnet;
	struct policy_expect question[EXPLAIN_QUESTIONS_MAX];
	size_t nquestions;
	const char *line[EXPLAIN_QUESTIONS_MAX];
	size_t nlines;
};

static int
take(struct asked *a, int opt, const char *value, struct err *e)
{
	switch ((enum policy_option)opt) {
	case OPT_DIR:
		a->dir = value;
		break;
	case OPT_NET:
		if (a->nnet == NET_MAX)
			return err_set(e, ERR_USAGE, 0, "too many --net");
		a->net[a->nnet++] = value;
		break;
	case OPT_CEILING:
		a->ceiling = value;
		break;
	case OPT_AS_CEILING:
		a->as_ceiling = true;
		break;
	case OPT_JSON:
		a->json = true;
		break;
	case OPT_HELP:
		a->help = true;
		break;
	}
	return 0;
}

static int
take_destination(struct asked *a, const char *text, struct err *e)
{
	struct word w = {
	    .s = text, .len = strlen(text), .line = 1, .column = 1};
	struct policy_fault f;

	if (a->nquestions == EXPLAIN_QUESTIONS_MAX)
		return err_set(e, ERR_USAGE, 0, "too many questions");
	if (destination_question(&w, &a->question[a->nquestions], &f) != 0)
		return err_set(e, ERR_USAGE, 0, "net %s", f.text);
	a->nquestions++;
	return 0;
}

static bool
begins_question(const char *word)
{
	return strcmp(word, "net") == 0 || strcmp(word, "command") == 0;
}

/* Operands behind FILE: net HOST:PORT or command LINE, again and again. */
static int
take_questions(struct asked *a, char **argv, struct err *e)
{
	for (; *argv != NULL; argv += 2) {
		if (!begins_question(argv[0]) || argv[1] == NULL)
			return err_set(e, ERR_USAGE, 0,
			    "%.60s: a question is asked by two words: net "
			    "HOST:PORT, or command LINE",
			    argv[0]);
		if (strcmp(argv[0], "net") == 0) {
			if (take_destination(a, argv[1], e) != 0)
				return -1;
			continue;
		}
		if (a->nlines == EXPLAIN_QUESTIONS_MAX)
			return err_set(e, ERR_USAGE, 0, "too many questions");
		a->line[a->nlines++] = argv[1];
	}
	return 0;
}

/* The word after "policy". */
static int
take_what(struct asked *a, const char *word, struct err *e)
{
	if (word != NULL &&
	    (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0))
		a->help = true;
	else if (word != NULL && strcmp(word, "explain") == 0)
		a->explain = true;
	else if (word == NULL || strcmp(word, "check") != 0)
		return err_set(e, ERR_USAGE, 0,
		    "say what to do: stockade policy check FILE, or explain "
		    "FILE");
	return 0;
}

static int
read_options(struct asked *a, int argc, char **argv, struct err *e)
{
	struct option_state s;
	int opt;

	options_begin(&s, &command, argc, argv);
	if (take_what(a, argc > 1 ? argv[1] : NULL, e) != 0)
		return -1;
	if (a->help)
		return 0;
	options_begin(&s, &command, argc - 1, argv + 1);
	while ((opt = options_next(&s, e)) != -1)
		if (opt == -2 || take(a, opt, s.value, e) != 0)
			return -1;
	if (a->help)
		return 0;
	argv += 1 + s.next;
	if (*argv == NULL && a->nnet == 0)
		return err_set(e, ERR_USAGE, 0, "no FILE given");
	if (*argv != NULL && !begins_question(*argv))
		a->file = *argv++;
	if (!a->explain && *argv != NULL)
		return err_set(e, ERR_USAGE, 0,
		    "%.60s: one FILE is checked; explain answers questions",
		    *argv);
	return take_questions(a, argv, e);
}

/* The file, its options and what it includes. */
static int
read_policy(const struct asked *a, struct policy *p, struct include_trail *t,
    struct err *e)
{
	const struct preset_where where = {.workspace = a->dir};
	size_t i;

	if (a->as_ceiling)
		policy_init_empty(p);
	else
		policy_init(p);
	memset(t, 0, sizeof(*t));
	if (a->file != NULL && policy_file_read(a->file, p, e) != 0)
		return -1;
	for (i = 0; i < a->nnet; i++)
		if (policy_file_net(a->net[i], p, e) != 0)
			return -1;
	if (include_expand(p, a->file, &where, t, e) != 0)
		return -1;
	return patterns_check(p, a->file, e);
}

/* 1: there is one; 0: none was asked for, and this machine has none. */
static int
read_ceiling(const struct asked *a, struct policy *p, struct err *e)
{
	const char *file = a->ceiling != NULL ? a->ceiling : CEILING_FILE;

	if (a->as_ceiling || (a->ceiling == NULL && access(file, F_OK) != 0))
		return 0;
	policy_init_empty(p);
	return policy_file_read(file, p, e) == 0 ? 1 : -1;
}

static int
answer(const struct asked *a, struct include_trail *t, struct err *e)
{
	static struct policy policy, ceiling;
	struct explain x = {
	    .file = a->file,
	    .ceiling_file = a->ceiling != NULL ? a->ceiling : CEILING_FILE,
	    .policy = &policy,
	    .trail = t,
	    .question = a->question,
	    .nquestions = a->nquestions,
	    .line = a->line,
	    .nlines = a->nlines,
	};
	int rc = read_policy(a, &policy, t, e);

	if (rc == 0)
		rc = read_ceiling(a, &ceiling, e);
	if (rc < 0)
		return -1;
	x.ceiling = rc == 1 ? &ceiling : NULL;
	if (t->notes != NULL && !a->json)
		fputs(t->notes, stderr);
	if (!a->explain && !a->json)
		return 0;
	rc = a->json ? explain_json(&x, stdout) : explain_text(&x, stdout);
	return rc == 0 ? 0 : err_set(e, ERR_SYSTEM, errno, "standard output");
}

static void
say_error(const struct err *e)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "error", json_object_new_string(e->text));
	puts(json_object_to_json_string_ext(
	    o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
}

int
policy_main(int argc, char **argv)
{
	static struct asked a = {.dir = "."};
	struct include_trail t = {0};
	struct err e;
	int rc;

	if (read_options(&a, argc, argv, &e) != 0) {
		fprintf(stderr,
		    "stockade policy: %s\nSee: stockade policy --help\n",
		    e.text);
		return EXIT_USAGE;
	}
	if (a.help) {
		options_help(&command, stdout);
		return fflush(stdout) == 0 ? 0 : EXIT_INTERNAL;
	}
	rc = answer(&a, &t, &e);
	include_free(&t);
	if (rc == 0)
		return 0;
	fprintf(stderr, "stockade policy: %s\n", e.text);
	if (a.json)
		say_error(&e);
	return e.code == ERR_USAGE    ? EXIT_USAGE
	       : e.code == ERR_POLICY ? EXIT_POLICY
				      : EXIT_INTERNAL;
}
