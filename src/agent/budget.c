// SPDX-License-Identifier: ISC
// What a run may spend, and what it has spent.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "policy/scan.h"
#include "src/agent/budget.h"

void
budget_begin(struct budget *b, const struct policy_budget *max, uint64_t now_ms)
{
	memset(b, 0, sizeof(*b));
	b->max = *max;
	b->start_ms = now_ms;
}

void
budget_turn(struct budget *b)
{
	b->turns++;
}

void
budget_spend(struct budget *b, const struct model_usage *u)
{
	usage_add(&b->used, u);
	if (__builtin_add_overflow(
		b->used.input_tokens, b->used.output_tokens, &b->tokens))
		b->tokens = UINT64_MAX;
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
	if (b->max.cost_micro != 0 && b->used.cost_micro >= b->max.cost_micro)
		return AGENT_EXIT_COST;
	return AGENT_EXIT_DONE;
}

enum {
	WARNED_TIME = 1,
	WARNED_TURNS = 2,
	WARNED_TOKENS = 4,
	WARNED_LAST = 8,
	WARNED_COST = 16,
};

/* Four fifths of max, and not told of yet. */
static bool
is_near(struct budget *b, unsigned which, uint64_t used, uint64_t max)
{
	if (max == 0 || (b->warned & which) != 0 || used < max - max / 5)
		return false;
	b->warned |= which;
	return true;
}

bool
budget_warning(struct budget *b, uint64_t now_ms, char text[BUDGET_WARNING_MAX])
{
	uint64_t time = now_ms - b->start_ms;
	char used[SCAN_FORMAT_MAX], max[SCAN_FORMAT_MAX];

	if (b->max.turns != 0 && b->turns + 1 == b->max.turns &&
	    (b->warned & WARNED_LAST) == 0) {
		b->warned |= WARNED_LAST | WARNED_TURNS;
		snprintf(text, BUDGET_WARNING_MAX,
		    "Budget: the next turn is the last, and nothing that you "
		    "call in it is answered. Say what is done, what is not, "
		    "and how to go on.");
	} else if (is_near(b, WARNED_TURNS, b->turns, b->max.turns)) {
		snprintf(text, BUDGET_WARNING_MAX,
		    "Budget: %" PRIu64 " of %" PRIu64
		    " turns are used. Finish what matters most.",
		    b->turns, b->max.turns);
	} else if (is_near(b, WARNED_TOKENS, b->tokens, b->max.tokens)) {
		snprintf(text, BUDGET_WARNING_MAX,
		    "Budget: %" PRIu64 " of %" PRIu64
		    " tokens are used. Finish what matters most.",
		    b->tokens, b->max.tokens);
	} else if (is_near(
		       b, WARNED_COST, b->used.cost_micro, b->max.cost_micro)) {
		scan_format(SPEC_UNIT_MONEY, b->used.cost_micro, used);
		scan_format(SPEC_UNIT_MONEY, b->max.cost_micro, max);
		snprintf(text, BUDGET_WARNING_MAX,
		    "Budget: %s of %s dollars are used. Finish what matters "
		    "most.",
		    used, max);
	} else if (is_near(b, WARNED_TIME, time, b->max.time_ms)) {
		snprintf(text, BUDGET_WARNING_MAX,
		    "Budget: four fifths of the time are used. Finish what "
		    "matters most.");
	} else {
		return false;
	}
	return true;
}

uint64_t
budget_deadline(const struct budget *b)
{
	return b->max.time_ms != 0 ? b->start_ms + b->max.time_ms : 0;
}
