/* SPDX-License-Identifier: ISC */
/*
 * What a run may spend, and what it has spent.
 */
#ifndef SRC_AGENT_BUDGET_H
#define SRC_AGENT_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "policy/policy.h"
#include "src/agent/exit.h"
#include "src/model/usage.h"

enum budget_item {
#define X(field, name, unit, def, min, max, what) BUDGET_##field,
	BUDGET_TABLE(X)
#undef X
	BUDGET__COUNT, /* none of them */
};

struct budget {
	struct policy_budget max; /* 0: none */
	uint64_t turns, calls, tokens;
	struct model_usage used; /* of all requests, failed ones too */
	uint64_t start_ms;	 /* CLOCK_MONOTONIC */
	/* What the next turn is likely to take, by the last one. */
	uint64_t next_input, next_output, next_cost, next_ms;
	unsigned warned;	     /* of which the model heard: a bit each */
	uint64_t last_turn;	     /* that it was told is the last; or 0 */
	enum budget_item last_cause; /* why */
};

#define BUDGET_WARNING_MAX 250

void budget_begin(
    struct budget *b, const struct policy_budget *max, uint64_t now_ms);
/*
 * Another task of the same session: turns, calls and time are given anew, what
 * is paid for (tokens, money) goes on.
 */
void budget_again(
    struct budget *b, const struct policy_budget *max, uint64_t now_ms);
/* A turn was taken; what it used and how long it took, to judge the next. */
void budget_turn(struct budget *b, const struct model_usage *u, uint64_t ms);
/* What requests used, whether a turn came of them or not. */
void budget_spend(struct budget *b, const struct model_usage *u);
/* The next request has so many bytes more than the last and its answer. */
void budget_foresee(struct budget *b, size_t bytes);
/* A call of a tool. False: none is left, and it must not be made. */
bool budget_call(struct budget *b);
/*
 * How many tokens the next answer may have, so that no budget is passed by
 * what is written; 0: as many as it likes. micro is what a million of them
 * cost (millionths of a dollar; 0: not known). A few are always left: an
 * answer that cannot even begin is of no use.
 */
uint64_t budget_writable(const struct budget *b, uint64_t micro);
/* What ran out, so that no turn may be taken; BUDGET__COUNT: nothing. */
enum budget_item budget_spent(const struct budget *b, uint64_t now_ms);
/*
 * What the model is to be told of before its next turn: a budget of which four
 * fifths are used, or that the turn is the last, as another would not fit into
 * what is left; each of them once. False: nothing.
 */
bool budget_warning(
    struct budget *b, uint64_t now_ms, char text[BUDGET_WARNING_MAX]);
/* The turn at hand, or the one that was just taken, is the last. */
bool budget_is_last(const struct budget *b);
/* When the time is up (CLOCK_MONOTONIC); 0: never. */
uint64_t budget_deadline(const struct budget *b);
/* When it is up for commands: what is left is for a word at the end. */
uint64_t budget_work_deadline(const struct budget *b);
/* Its name in a policy, the status that it ends a run with, a sentence. */
const char *budget_name(enum budget_item i);
enum agent_exit budget_exit(enum budget_item i);
const char *budget_sentence(enum budget_item i);

#endif
