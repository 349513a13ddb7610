// SPDX-License-Identifier: ISC
// Notices a model that goes in circles.
#include <stdlib.h>
#include <string.h>
#include "src/agent/guard.h"

#define PERIOD_MAX 3
#define NO_OUTPUT  "(no output)" // a search without a hit is no error

_Static_assert(GUARD_KEPT >= PERIOD_MAX * GUARD_PERIODS, "all are kept");

/* FNV-1a. Numbers are left out of an error: line numbers, times, addresses
   differ where the error is the same. */
static uint64_t
hash(const char *s, bool numbers)
{
	uint64_t h = 14695981039346656037u;

	for (; *s != '\0'; s++)
		if (numbers || *s < '0' || *s > '9')
			h = (h ^ (unsigned char)*s) * 1099511628211u;
	return h | 1;
}

void
guard_call(struct guard *g, const struct guard_call *c)
{
	struct guard_step *s = &g->step[g->n++ % GUARD_KEPT];

	if (c->changes)
		g->claims = 0;
	free(s->line);
	s->call = hash(c->call, true);
	s->result = hash(c->result, true);
	s->error = 0;
	if (c->error && strncmp(c->result, NO_OUTPUT, strlen(NO_OUTPUT)) != 0)
		s->error = hash(c->result, false);
	s->line = mem_dup(c->line);
}

/* The one before the last is back(g, 1). */
static const struct guard_step *
back(const struct guard *g, uint64_t i)
{
	return &g->step[(g->n - 1 - i) % GUARD_KEPT];
}

static bool
same(const struct guard_step *a, const struct guard_step *b)
{
	return a->call == b->call && a->result == b->result;
}

/* The last calls are one sequence of that many, again and again. */
static bool
repeats(const struct guard *g, uint64_t period)
{
	uint64_t times = period == 1 ? GUARD_REPEATS : GUARD_PERIODS, i;

	if (g->n < period * times)
		return false;
	for (i = 0; i + period < period * times; i++)
		if (!same(back(g, i), back(g, i + period)))
			return false;
	// One call whose result comes and goes is something that moves.
	return period == 1 || back(g, 0)->call != back(g, 1)->call;
}

static bool
one_error(const struct guard *g)
{
	uint64_t i;

	if (g->n < GUARD_ERRORS || back(g, 0)->error == 0)
		return false;
	for (i = 1; i < GUARD_ERRORS; i++)
		if (back(g, i)->error != back(g, 0)->error)
			return false;
	return true;
}

static enum guard_circle
circle_of(const struct guard *g)
{
	uint64_t period;

	if (repeats(g, 1))
		return GUARD_SAME;
	for (period = 2; period <= PERIOD_MAX; period++)
		if (repeats(g, period))
			return GUARD_ALTERNATION;
	return one_error(g) ? GUARD_ERROR : GUARD_NONE;
}

enum guard_verdict
guard_turn(struct guard *g, bool progress)
{
	g->idle = progress ? 0 : g->idle + 1;
	g->circle = circle_of(g);
	// A circle that also writes files is one all the same.
	if (progress && g->circle == GUARD_NONE)
		g->nudged = false;
	if (g->circle != GUARD_NONE) {
		// A turn may hold many calls: the word has to reach the model
		// first.
		if (g->nudged)
			return GUARD_STOP;
		g->nudged = true;
		return GUARD_NUDGE;
	}
	if (g->idle < GUARD_IDLE)
		return GUARD_FINE;
	g->circle = GUARD_NO_PROGRESS;
	if (g->idle >= GUARD_IDLE_MAX)
		return GUARD_STOP;
	return g->idle == GUARD_IDLE ? GUARD_NUDGE : GUARD_FINE;
}

enum guard_verdict
guard_claim(struct guard *g)
{
	return ++g->claims >= GUARD_CLAIMS ? GUARD_STOP : GUARD_FINE;
}

const char *
guard_sentence(enum guard_circle c)
{
	static const char *const words[] = {
	    [GUARD_NONE] = "nothing goes in a circle",
	    [GUARD_SAME] = "the same call had the same result again and again",
	    [GUARD_ALTERNATION] =
		"the same calls follow each other in a circle, with the same "
		"results",
	    [GUARD_ERROR] =
		"one call after the other failed with the same error",
	    [GUARD_NO_PROGRESS] =
		"for many turns no file changed, and no test result",
	};

	return words[c];
}

void
guard_tried(const struct guard *g, struct text *out)
{
	uint64_t n = g->n < GUARD_KEPT ? g->n : GUARD_KEPT, i, j;
	unsigned int times;

	// The oldest first; each line once, where it stood first.
	for (i = n; i-- > 0;) {
		for (j = n; j-- > i + 1;)
			if (strcmp(back(g, i)->line, back(g, j)->line) == 0)
				break;
		if (j > i)
			continue;
		for (times = 0, j = i + 1; j-- > 0;)
			times +=
			    strcmp(back(g, i)->line, back(g, j)->line) == 0;
		text_printf(out, "- %s", back(g, i)->line);
		if (times > 1)
			text_printf(out, " (%u times)", times);
		text_char(out, '\n');
	}
}

void
guard_free(struct guard *g)
{
	size_t i;

	for (i = 0; i < GUARD_KEPT; i++)
		free(g->step[i].line);
	memset(g, 0, sizeof(*g));
}
