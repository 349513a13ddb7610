/* SPDX-License-Identifier: ISC */
/* Tasks, run so many times, so many at once. */
#ifndef SRC_TRIAL_BENCH_H
#define SRC_TRIAL_BENCH_H

#include <stdbool.h>
#include <time.h>
#include "src/trial/outcome.h"
#include "src/trial/task.h"

struct bench {
	struct tasks tasks;
	size_t runs, jobs;
	char **more; /* options of the agent for all tasks; ends with NULL */
	const char *session_dir; /* absolute; NULL: sessions are not kept */
	bool progress;		 /* lines on stderr */
	struct outcome *out;	 /* of each run, task by task */
	time_t started;
	uint64_t wall_ms;
};

/*
 * Runs them all, into b->out. Returns 0; a signal's number if one ended it;
 * -1 with *e if the bench itself failed. Nothing of it is left in any case.
 */
int bench_run(struct bench *b, struct err *e) MUST_CHECK;
void bench_free(struct bench *b);

#endif
