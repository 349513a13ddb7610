// SPDX-License-Identifier: ISC
// Notices a model that goes in circles.
#include <stdlib.h>
#include <string.h>
#include "src/agent/guard.h"
#include "src/agent/text.h"

void
guard_call(struct guard *g, const char *call, const char *result, bool changes)
{
	if (changes)
		g->claims = 0;
	if (g->call != NULL && strcmp(g->call, call) == 0 &&
	    strcmp(g->result, result) == 0) {
		g->repeats++;
		return;
	}
	free(g->call);
	free(g->result);
	g->call = mem_dup(call);
	g->result = mem_dup(result);
	g->repeats = 1;
}

enum guard_verdict
guard_turn(struct guard *g)
{
	if (g->repeats < GUARD_REPEATS)
		return GUARD_FINE;
	// A turn may hold many calls: the word has to reach the model first.
	if (g->nudged)
		return GUARD_STOP;
	g->nudged = true;
	return GUARD_NUDGE;
}

enum guard_verdict
guard_claim(struct guard *g)
{
	return ++g->claims >= GUARD_CLAIMS ? GUARD_STOP : GUARD_FINE;
}

void
guard_free(struct guard *g)
{
	free(g->call);
	free(g->result);
	memset(g, 0, sizeof(*g));
}
