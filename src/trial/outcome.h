/* SPDX-License-Identifier: ISC */
/* What came of one run of the agent, as its events tell it. */
#ifndef SRC_TRIAL_OUTCOME_H
#define SRC_TRIAL_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct outcome {
	bool done;	/* the process is gone, as far as it came */
	bool ended;	/* and told its end before */
	bool passed;	/* status 0, and the tests are green */
	bool green;	/* as the end told */
	bool got_green; /* green_ms is known */
	bool priced;	/* cost_micro is known */
	int status;	/* as a shell tells it: 128 and more by a signal */
	char *reason;	/* "green", "budget-turns"...; NULL: not told */
	char *error;	/* NULL: none */
	uint64_t turns, test_runs, unconfirmed;
	uint64_t calls, calls_failed; /* that tools answered */
	uint64_t tokens_in, tokens_out, cost_micro;
	uint64_t wall_ms, green_ms;
	char digest[65]; /* SHA-256 of the difference; "": there is none */
};

/* One line of the agent's events. Others than it looks for are passed over. */
void outcome_event(struct outcome *o, const char *line, size_t len);
/* The digest of a file; false if it cannot be read. */
bool outcome_digest(struct outcome *o, int dir, const char *name);
/* After the last line: the process' wait status. */
void outcome_exit(struct outcome *o, int wait_status);
void outcome_free(struct outcome *o);

#endif
