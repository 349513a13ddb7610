// SPDX-License-Identifier: ISC
// stockade: finds the command, and gets out of its way.
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "src/box/sibling.h"
#include "src/cli/policy_command.h"
#include "src/cli/run.h"
#include "src/cli/stdio.h"
#include "src/doctor/doctor.h"
#include "src/egress/egress.h"
#ifdef ENABLE_AGENT
#	include "src/session/command.h"
#	include "src/trial/command.h"
#endif
#include "src/keep/audit.h"
#include "src/keep/undo.h"

enum {
	EXIT_BAD_USE = 2,
};

#ifdef ENABLE_AGENT
// A program of its own: a run shall not pay for loading an HTTP client.
static int
agent_main(int argc, char **argv)
{
	char path[PATH_MAX];

	(void)argc;
	sibling_find("stockade-agent", path, sizeof(path));
	execv(path, argv);
	fprintf(
	    stderr, "stockade: cannot execute %s: %s\n", path, strerror(errno));
	return 11;
}

static int
sessions(int argc, char **argv)
{
	return sessions_main(argc, argv, agent_main);
}
#endif

struct command {
	const char *name;
	const char *synopsis;
	const char *help; // lines of at most 48 columns
	int (*main)(int argc, char **argv);
};

static const struct command commands[] = {
    {"run", "[options] -- COMMAND...", "run a command in a sandbox", run_main},
#ifdef ENABLE_AGENT
    {"agent", "[options] [TASK]", "let a model work on a task in a sandbox",
	agent_main},
    {"sessions", "list|show|export|resume|fork",
	"tell of runs of the agent, go on with one", sessions},
    {"bench", "[options] TASKS", "tell how well an agent does at tasks",
	bench_main},
#endif
    {"undo", "[options] [SESSION]", "take back what a run of the agent changed",
	undo_main},
    {"audit", "log|verify", "show what was recorded of the agent's runs",
	audit_main},
    {"policy", "check|explain FILE",
	"tell whether a policy is right, and what\nit says of the network",
	policy_main},
    {"egress", "log|stats|verify", "show what the network's broker recorded",
	egress_main},
    {"doctor", "[options]", "tell what a sandbox holds here", doctor_main},
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int
print_usage(FILE *f)
{
	const char *p;
	size_t i, n;

	fputs("usage: stockade COMMAND [options]\n\n", f);
	for (i = 0; i < COMMANDS; i++) {
		n = (size_t)fprintf(
		    f, "  %s %s", commands[i].name, commands[i].synopsis);
		if (n >= 32) {
			fputc('\n', f);
			n = 0;
		}
		for (p = commands[i].help; *p != '\0'; p += *p == '\n') {
			fprintf(f, "%*s%.*s\n", n < 32 ? (int)(32 - n) : 0, "",
			    (int)strcspn(p, "\n"), p);
			n = 0;
			p += strcspn(p, "\n");
		}
	}
	fputs("\nstockade COMMAND --help tells of each. See stockade(1).\n", f);
	return fflush(f) != 0;
}

/* For the completion of a shell: name, words that may follow, sentence. */
static int
print_commands(void)
{
	const char *p, *words;
	size_t i, n;

	for (i = 0; i < COMMANDS; i++) {
		words = commands[i].synopsis;
		n = strcspn(words, " ");
		printf("%s\t%.*s\t", commands[i].name,
		    memchr(words, '|', n) != NULL ? (int)n : 0, words);
		for (p = commands[i].help; *p != '\0'; p++)
			putchar(*p == '\n' ? ' ' : *p);
		putchar('\n');
	}
	return fflush(stdout) != 0;
}

int
main(int argc, char **argv)
{
	size_t i;

	stdio_fill();
	if (argc < 2) {
		print_usage(stderr);
		return EXIT_BAD_USE;
	}
	for (i = 0; i < COMMANDS; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].main(argc - 1, argv + 1);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0)
		return print_usage(stdout);
	if (strcmp(argv[1], "--version") == 0)
		return puts("stockade " PACKAGE_VERSION) < 0;
	if (strcmp(argv[1], "--print-commands") == 0)
		return print_commands();
	fprintf(stderr, "stockade: no command \"%s\"\n\n", argv[1]);
	print_usage(stderr);
	return EXIT_BAD_USE;
}
