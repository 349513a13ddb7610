/* SPDX-License-Identifier: ISC */
/* How a run ended: for people, for scripts, as an exit status. */
#ifndef SRC_CLI_REPORT_H
#define SRC_CLI_REPORT_H

#include "policy/spec.h"
#include "src/box/box.h"
#include "src/cli/network.h"
#include "src/cli/pump.h"

enum {
	EXIT_TIMED_OUT = 124,
	EXIT_STOCKADE = 125,
	EXIT_NOT_EXECUTABLE = 126,
	EXIT_NOT_FOUND = 127,
	EXIT_SIGNALLED = 128, /* and the signal's number */
};

/* The exit status of a command that ran. */
int report_status(const struct pump_result *r);
/* One line on stderr for each limit that nothing on this machine enforces. */
void report_missing(const struct box *b, const struct spec *spec);
/* One line on stderr for each limit that it reached, the first one first. */
void report_limits(
    const struct box *b, const struct spec *spec, const struct pump_result *r);
/* One JSON object and a newline to fd; way is way_in_name()'s. */
int report_json(int fd, const struct network *n, const char *way,
    const struct pump_result *r, struct err *e) MUST_CHECK;
/* The same for a run that did not come to be. */
int report_json_error(
    int fd, int status, const struct err *why, struct err *e) MUST_CHECK;

#endif
