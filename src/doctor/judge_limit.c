// SPDX-License-Identifier: ISC
// How an answer becomes a finding: limits, most of them really exceeded.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "src/doctor/limits.h"
#include "src/doctor/property.h"

/* What came of exceeding one: NULL if it was not tried, *held set if it was. */
static const char *
tried_probe(const struct answer *a, const char *want, bool *held)
{
	if (a->word == ANSWER_NONE)
		return NULL;
	*held = a->word == ANSWER_REFUSED && strcmp(a->text, want) == 0;
	return *held ? a->text : "it was exceeded";
}

static const char *
tried_killed(const struct ending *end, bool killed, bool *held)
{
	if (!end->ran)
		return NULL;
	*held = killed;
	return *held ? "killed" : "it was exceeded";
}

// What it wrote: how many there were, and why no more. Our own pid 1 and
// reaper may count, too.
static const char *
tried_pids(const struct trial *t, bool *held)
{
	const struct ending *end = &t->end[LIMIT_PIDS];
	unsigned long n = strtoul(end->text, NULL, 10);

	if (!end->ran)
		return NULL;
	*held = end->result.signal == SIGKILL ||
		(strstr(end->text, "EAGAIN") != NULL &&
		    n <= t->spec.limit[LIMIT_PIDS] + 1);
	return !*held			       ? "it was exceeded"
	       : end->result.signal == SIGKILL ? "killed"
					       : "EAGAIN";
}

static const char *
tried(const struct trial *t, enum spec_limit limit, bool *held)
{
	const struct ending *end = &t->end[limit];
	const struct box_result *r = &end->result;

	switch (limit) {
	case LIMIT_TIME:
		return tried_killed(end, r->timed_out, held);
	case LIMIT_OUTPUT:
		return tried_killed(end, end->output_exceeded, held);
	case LIMIT_MEMORY:
		return tried_killed(
		    end, r->oom_killed || r->signal == SIGKILL, held);
	case LIMIT_CPU_TIME:
	case LIMIT_DISK:
		return tried_killed(end,
		    (r->hits & 1ULL << limit) != 0 || r->signal == SIGKILL,
		    held);
	case LIMIT_PIDS:
		return tried_pids(t, held);
	case LIMIT_FSIZE:
		return tried_probe(&t->answer[PROBE_FSIZE], "EFBIG", held);
	case LIMIT_NOFILE:
		return tried_probe(&t->answer[PROBE_NOFILE], "EMFILE", held);
	case LIMIT_TMP:
		return tried_probe(&t->answer[PROBE_TMP], "ENOSPC", held);
	default:
		return NULL;
	}
}

void
judge_limit(const struct trial *t, const struct property *p, struct finding *f)
{
	enum spec_limit limit = (enum spec_limit)p->arg;
	enum box_by by = t->by[limit];
	const char *what;
	bool held = true;

	if (!t->stands)
		return;
	if (by == BOX_BY_NONE) {
		snprintf(f->detail, sizeof(f->detail), "not asked for");
		return;
	}
	what = tried(t, limit, &held);
	f->by = box_by_name(by);
	f->mend.controller = limit_row(limit)->controller;
	f->mend.kind =
	    f->mend.controller != NULL ? MEND_CONTROLLER : MEND_UNHELD;
	if (by == BOX_BY_MISSING) {
		f->state = STATE_MISSING;
		what = "nothing holds it";
	} else if (!held) {
		f->state = STATE_MISSING;
		f->mend.kind = MEND_REPORT;
	} else {
		f->state =
		    limit_degraded(limit, by) ? STATE_DEGRADED : STATE_PRESENT;
	}
	snprintf(f->detail, sizeof(f->detail), "%.60s",
	    what != NULL ? what : "as the helper says");
}
