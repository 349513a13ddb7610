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

enum {
	EXIT_BAD_USE = 2,
};

static const char usage[] =
    "usage: stockade COMMAND [options]\n"
    "\n"
    "  run [options] -- COMMAND...   run a command in a sandbox\n"
    "  egress log|stats|verify       show what the network's broker recorded\n"
    "  policy check|explain FILE     tell whether a policy is right, and what\n"
    "                                it says of the network\n"
    "  doctor [options]              tell what a sandbox holds here\n"
#ifdef ENABLE_AGENT
    "  agent [options] TASK          let a model work on a task in a sandbox\n"
#endif
    "\n"
    "stockade COMMAND --help tells of each. See stockade(1).\n";

#ifdef ENABLE_AGENT
// A program of its own: a run shall not pay for loading an HTTP client.
static int
agent(char **argv)
{
	char path[PATH_MAX];

	sibling_find("stockade-agent", path, sizeof(path));
	execv(path, argv);
	fprintf(
	    stderr, "stockade: cannot execute %s: %s\n", path, strerror(errno));
	return 11;
}
#endif

int
main(int argc, char **argv)
{
	stdio_fill();
	if (argc < 2) {
		fputs(usage, stderr);
		return EXIT_BAD_USE;
	}
	if (strcmp(argv[1], "run") == 0)
		return run_main(argc - 1, argv + 1);
	if (strcmp(argv[1], "egress") == 0)
		return egress_main(argc - 1, argv + 1);
	if (strcmp(argv[1], "policy") == 0)
		return policy_main(argc - 1, argv + 1);
	if (strcmp(argv[1], "doctor") == 0)
		return doctor_main(argc - 1, argv + 1);
#ifdef ENABLE_AGENT
	if (strcmp(argv[1], "agent") == 0)
		return agent(argv + 1);
#endif
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0)
		return fputs(usage, stdout) < 0;
	if (strcmp(argv[1], "--version") == 0)
		return puts("stockade " PACKAGE_VERSION) < 0;
	fprintf(stderr, "stockade: no command \"%s\"\n\n%s", argv[1], usage);
	return EXIT_BAD_USE;
}
