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
	bool output_truncated; /* a limit of output was reached */
	uint64_t output;       /* bytes written */
};

/* What else has to be done meanwhile. */
struct pump_hooks {
	/* box_netfd() polls readable. */
	void (*attend)(void *arg);
	/* SIGHUP came; false: it is the command's. */
	bool (*hangup)(void *arg);
	void *arg;
};

/*
 * Runs c in b with our stdin, stdout and stderr. tty: on a terminal of its
 * own. The limits of output are b's: past a total the command is killed, past
 * a rate it waits. ERR_EXEC if it could not be executed.
 */
int
pump_run(struct box *b, struct box_command *c, const struct pump_hooks *hooks,
    struct pump_result *r, struct err *e) MUST_CHECK;

#endif
