/* SPDX-License-Identifier: ISC */
/* Figures of many runs from those of each. */
#ifndef SRC_TRIAL_STATS_H
#define SRC_TRIAL_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "src/trial/outcome.h"

struct figures {
	size_t runs, passed;
	double green_ms; /* median of those that got there; -1: none did */
	double turns;	 /* median; -1: none told */
	double wall_ms;	 /* the same */
	uint64_t calls, calls_failed;
	uint64_t tokens_in, tokens_out;
	uint64_t cost_micro;
	size_t priced;	      /* runs with a cost */
	size_t flips;	      /* one passed and the next did not, or so */
	size_t flaky;	      /* tasks that did both */
	uint64_t unconfirmed; /* passes of tests that did not last */
	size_t same; /* runs with the most frequent difference of their task */
};

/* Sorts v. The middle one, or the mean of the two; -1 if there is none. */
double stats_median(double *v, size_t n);
/* Percent of whole, rounded down, so that 100 means all; -1 of nothing. */
int stats_percent(uint64_t part, uint64_t whole);
/* Of the runs of one task, in the order they have numbers. */
void stats_task(struct figures *f, const struct outcome *o, size_t n);
/* Of n tasks with `runs' outcomes each, one task after the other. */
void
stats_all(struct figures *f, const struct outcome *o, size_t n, size_t runs);

#endif
