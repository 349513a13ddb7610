// SPDX-License-Identifier: ISC
// What a run may spend, and what it has spent.
#include <stdio.h>
#include <string.h>
#include "policy/scan.h"
#include "src/agent/budget.h"

#define LAST_SHARE    10    // of the time is kept for the last turn
#define LAST_MAX_MS   60000 // but not more than this
#define ANSWER_MIN    500   // tokens
#define BYTES_A_TOKEN 3	    // of prose and code; fewer are on the safe side

static const struct {
	const char *what, *sentence;
	enum agent_exit status;
} rows[] = {
    [BUDGET_turns] = {"turns", "the budget of turns is spent",
	AGENT_EXIT_TURNS},
    [BUDGET_tokens] = {"tokens", "the budget of tokens is spent",
	AGENT_EXIT_COST},
    [BUDGET_time_ms] = {"seconds", "the time budget is spent", AGENT_EXIT_TIME},
    [BUDGET_cost_micro] = {"dollars", "the budget of money is spent",
	AGENT_EXIT_COST},
    [BUDGET_calls] = {"tool calls", "the budget of tool calls is spent",
	AGENT_EXIT_TURNS},
    [BUDGET_input] = {"input tokens", "the budget of input tokens is spent",
	AGENT_EXIT_COST},
    [BUDGET_output] = {"output tokens", "the budget of output tokens is spent",
	AGENT_EXIT_COST},
};
_Static_assert(sizeof(rows) / sizeof(rows[0]) == BUDGET__COUNT, "one each");

const char *
budget_name(enum budget_item i)
{
	static const char *const names[] = {
#define X(field, name, unit, def, min, max, what) name,
	    BUDGET_TABLE(X)
#undef X
	};

	return i < BUDGET__COUNT ? names[i] : "none";
}

enum agent_exit
budget_exit(enum budget_item i)
{
	return i < BUDGET__COUNT ? rows[i].status : AGENT_EXIT_DONE;
}

const char *
budget_sentence(enum budget_item i)
{
	return i < BUDGET__COUNT ? rows[i].sentence : "no budget is spent";
}

void
budget_begin(struct budget *b, const struct policy_budget *max, uint64_t now_ms)
{
	memset(b, 0, sizeof(*b));
	b->max = *max;
	b->start_ms = now_ms;
}

static uint64_t
sum(uint64_t a, uint64_t b)
{
	return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

void
budget_again(struct budget *b, const struct policy_budget *max, uint64_t now_ms)
{
	// Counters go on, so that no number of a turn comes twice.
	if (max->turns != 0)
		b->max.turns = sum(max->turns, b->turns);
	if (max->calls != 0)
		b->max.calls = sum(max->calls, b->calls);
	b->start_ms = now_ms;
	b->last_turn = 0;
	b->warned &=
	    ~(1u << BUDGET_turns | 1u << BUDGET_calls | 1u << BUDGET_time_ms);
}

void
budget_turn(struct budget *b, const struct model_usage *u, uint64_t ms)
{
	b->turns++;
	b->next_input = sum(u->input_tokens, u->output_tokens);
	b->next_output = u->output_tokens;
	b->next_cost = u->cost_micro;
	b->next_ms = ms;
}

void
budget_spend(struct budget *b, const struct model_usage *u)
{
	usage_add(&b->used, u);
	b->tokens = sum(b->used.input_tokens, b->used.output_tokens);
}

void
budget_foresee(struct budget *b, size_t bytes)
{
	b->next_input = sum(b->next_input, bytes / BYTES_A_TOKEN);
}

bool
budget_call(struct budget *b)
{
	if (b->max.calls != 0 && b->calls >= b->max.calls)
		return false;
	b->calls++;
	return true;
}

static uint64_t
max_of(const struct budget *b, enum budget_item i)
{
	const uint64_t max[] = {
#define X(field, name, unit, def, lo, hi, what) b->max.field,
	    BUDGET_TABLE(X)
#undef X
	};

	return max[i];
}

static uint64_t
used_of(const struct budget *b, enum budget_item i, uint64_t now_ms)
{
	const uint64_t used[] = {
	    [BUDGET_turns] = b->turns,
	    [BUDGET_tokens] = b->tokens,
	    [BUDGET_time_ms] = now_ms - b->start_ms,
	    [BUDGET_cost_micro] = b->used.cost_micro,
	    [BUDGET_calls] = b->calls,
	    [BUDGET_input] = b->used.input_tokens,
	    [BUDGET_output] = b->used.output_tokens,
	};
	_Static_assert(sizeof(used) / sizeof(used[0]) == BUDGET__COUNT, "all");

	return used[i];
}

/* Time that commands leave to the last turn. */
static uint64_t
reserve(const struct budget *b)
{
	uint64_t ms = b->max.time_ms / LAST_SHARE;

	return ms < LAST_MAX_MS ? ms : LAST_MAX_MS;
}

/* What is likely to be used of it when one more turn was taken. */
static uint64_t
after_next(const struct budget *b, enum budget_item i, uint64_t now_ms)
{
	uint64_t used = used_of(b, i, now_ms), ms;

	switch (i) {
	case BUDGET_turns:
		return used + 1;
	case BUDGET_tokens:
		return sum(used, sum(b->next_input, b->next_output));
	case BUDGET_input:
		return sum(used, b->next_input);
	case BUDGET_output:
		return sum(used, b->next_output);
	case BUDGET_cost_micro:
		return sum(used, b->next_cost);
	case BUDGET_time_ms:
		// Two more like the last one: it, and the one after it. Not
		// more than a quarter, or one slow turn would end the run.
		ms = b->next_ms < b->max.time_ms / 8 ? b->next_ms
						     : b->max.time_ms / 8;
		return sum(used, 2 * ms > reserve(b) ? 2 * ms : reserve(b));
	default:
		return used;
	}
}

static uint64_t
left(uint64_t max, uint64_t used)
{
	return max > used ? max - used : 0;
}

uint64_t
budget_writable(const struct budget *b, uint64_t micro)
{
	uint64_t most = UINT64_MAX, n;

	if (b->max.output != 0)
		most = left(b->max.output, b->used.output_tokens);
	if (b->max.tokens != 0) {
		n = left(b->max.tokens, sum(b->tokens, b->next_input));
		most = n < most ? n : most;
	}
	if (b->max.cost_micro != 0 && micro != 0) {
		n = left(b->max.cost_micro, b->used.cost_micro);
		n = n < UINT64_MAX / 1000000 ? n * 1000000 / micro : most;
		most = n < most ? n : most;
	}
	if (most == UINT64_MAX)
		return 0;
	return most > ANSWER_MIN ? most : ANSWER_MIN;
}

enum budget_item
budget_spent(const struct budget *b, uint64_t now_ms)
{
	static const enum budget_item order[] = {BUDGET_time_ms, BUDGET_turns,
	    BUDGET_tokens, BUDGET_cost_micro, BUDGET_input, BUDGET_output};
	uint64_t max;
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		max = max_of(b, order[i]);
		if (max != 0 && used_of(b, order[i], now_ms) >= max)
			return order[i];
	}
	// Calls that are spent leave a turn, in which none is made.
	return b->last_turn != 0 && b->turns >= b->last_turn ? b->last_cause
							     : BUDGET__COUNT;
}

bool
budget_is_last(const struct budget *b)
{
	return b->last_turn != 0 && b->turns + 1 >= b->last_turn;
}

/* "8 of 10 turns are used" */
static void
put_used(const struct budget *b, enum budget_item i, uint64_t now_ms,
    char text[BUDGET_WARNING_MAX])
{
	enum spec_unit unit =
	    i == BUDGET_cost_micro ? SPEC_UNIT_MONEY : SPEC_UNIT_COUNT;
	uint64_t scale = i == BUDGET_time_ms ? 1000 : 1;
	char used[SCAN_FORMAT_MAX], max[SCAN_FORMAT_MAX];

	scan_format(unit, used_of(b, i, now_ms) / scale, used);
	scan_format(unit, max_of(b, i) / scale, max);
	snprintf(text, BUDGET_WARNING_MAX, "Budget: %s of %s %s are used", used,
	    max, rows[i].what);
}

static void
add(char text[BUDGET_WARNING_MAX], const char *more)
{
	size_t n = strlen(text);

	snprintf(text + n, BUDGET_WARNING_MAX - n, "%s", more);
}

static bool
warn_last(struct budget *b, uint64_t now_ms, char text[BUDGET_WARNING_MAX])
{
	enum budget_item i;
	uint64_t max;

	for (i = 0; i < BUDGET__COUNT; i++) {
		max = max_of(b, i);
		if (max != 0 && after_next(b, i, now_ms) >= max)
			break;
	}
	if (i == BUDGET__COUNT)
		return false;
	b->last_turn = b->turns + 1;
	b->last_cause = i;
	put_used(b, i, now_ms, text);
	add(text, ", and the next turn is the last: nothing that you call in "
		  "it is answered. Say what is done, what is not, and how to "
		  "go on.");
	return true;
}

bool
budget_warning(struct budget *b, uint64_t now_ms, char text[BUDGET_WARNING_MAX])
{
	enum budget_item i;
	uint64_t max;

	if (b->last_turn != 0 || budget_spent(b, now_ms) != BUDGET__COUNT)
		return false;
	if (warn_last(b, now_ms, text))
		return true;
	for (i = 0; i < BUDGET__COUNT; i++) {
		max = max_of(b, i);
		if (max == 0 || (b->warned & 1u << i) != 0 ||
		    used_of(b, i, now_ms) < max - max / 5)
			continue;
		b->warned |= 1u << i;
		put_used(b, i, now_ms, text);
		add(text, ". Finish what matters most.");
		return true;
	}
	return false;
}

uint64_t
budget_deadline(const struct budget *b)
{
	return b->max.time_ms != 0 ? b->start_ms + b->max.time_ms : 0;
}

uint64_t
budget_work_deadline(const struct budget *b)
{
	return b->max.time_ms != 0 ? budget_deadline(b) - reserve(b) : 0;
}
