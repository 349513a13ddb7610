/* SPDX-License-Identifier: ISC */
/*
 * One table of options a command: parsed from it, and --help made from it.
 */
#ifndef SRC_CLI_OPTIONS_H
#define SRC_CLI_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>
#include "jail/base/err.h"

struct option_def {
	const char *name; /* "limit"; long form --limit */
	char letter;	  /* 'C', or 0 */
	const char *arg;  /* "NAME=VALUE", or NULL: takes none */
	const char *help; /* a sentence, no full stop */
};

struct option_command {
	const char *name;	       /* "run" */
	const char *synopsis;	       /* "[options] -- COMMAND [ARG...]" */
	const char *about;	       /* a sentence */
	const struct option_def *defs; /* ends with name NULL */
};

struct option_state {
	const struct option_command *cmd;
	int argc;
	char **argv;
	int next;	   /* index of the first operand, once done */
	const char *inner; /* rest of a cluster of letters */
	const char *value; /* of the option just returned */
};

/*
 * argv[0] is the command's own name. If --print-options is all that is asked
 * for, prints the table, a line of four fields between tabs for each option,
 * and ends the process: every command can be completed by a shell.
 */
void options_begin(struct option_state *s, const struct option_command *cmd,
    int argc, char **argv);
/*
 * The index in defs of the next option, s->value set if it takes one; -1 at
 * the first operand or after "--"; -2 on an error that names the option and
 * the nearest right one.
 */
int options_next(struct option_state *s, struct err *e) MUST_CHECK;
/* Prints usage, about and the options. */
void options_help(const struct option_command *cmd, FILE *f);

#endif
