// SPDX-License-Identifier: ISC
// What a run may spend, and what it has spent.
#include <string.h>
#include <time.h>
#include "src/agent/budget.h"

uint64_t
clock_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

void
budget_begin(struct budget *b, const struct policy_budget *max, uint64_t now_ms)
{
	memset(b, 0, sizeof(*b));
	b->max = *max;
	b->start_ms = now_ms;
}

void
budget_spend(struct budget *b, uint64_t tokens)
{
	b->turns++;
	b->tokens =
	    tokens > UINT64_MAX - b->tokens ? UINT64_MAX : b->tokens + tokens;
}

enum agent_exit
budget_check(const struct budget *b, uint64_t now_ms)
{
	if (b->max.time_ms != 0 && now_ms - b->start_ms >= b->max.time_ms)
		return AGENT_EXIT_TIME;
	if (b->max.turns != 0 && b->turns >= b->max.turns)
		return AGENT_EXIT_TURNS;
	if (b->max.tokens != 0 && b->tokens >= b->max.tokens)
		return AGENT_EXIT_COST;
	return AGENT_EXIT_DONE;
}

uint64_t
budget_deadline(const struct budget *b)
{
	return b->max.time_ms != 0 ? b->start_ms + b->max.time_ms : 0;
}
