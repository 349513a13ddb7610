/* SPDX-License-Identifier: ISC */
/*
 * Carries a command's input and output, and our signals, until it has ended:
 * what makes `stockade run` feel like env(1).
 */
#ifndef SRC_CLI_PUMP_H
#define SRC_CLI_PUMP_H

#include <stdbool.h>
#include "src/box/box.h"

struct pump_result {
	struct box_result box;
	bool output_truncated; /* the output limit was reached */
};

/*
 * Runs c in b with our stdin, stdout and stderr. tty: on a terminal of its
 * own. output_max in bytes, 0: none; past it the command is killed. ERR_EXEC
 * if it could not be executed.
 */
int pump_run(struct box *b, struct box_command *c, uint64_t output_max,
    struct pump_result *r, struct err *e) MUST_CHECK;

#endif
