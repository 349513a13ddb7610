/* SPDX-License-Identifier: ISC */
/* What a bench found: for a terminal, for programs, and as a page. */
#ifndef SRC_TRIAL_REPORT_H
#define SRC_TRIAL_REPORT_H

#include <stdio.h>
#include "src/agent/text.h"
#include "src/trial/bench.h"
#include "src/trial/stats.h"

/* 80 columns at most. */
void bench_table(const struct bench *b, FILE *f);
void bench_json(const struct bench *b, FILE *f);
/* One page that needs nothing from elsewhere; well-formed as XML, too. */
void bench_html(const struct bench *b, FILE *f);

/* Figures as people read them; "-" where there is none. */
void say_time(struct text *t, double ms);
void say_percent(struct text *t, int percent);
void say_count(struct text *t, uint64_t n);
void say_cost(struct text *t, const struct figures *f);
/* "red", "signal 9", "status 2"... */
void say_reason(struct text *t, const struct outcome *o);

#endif
