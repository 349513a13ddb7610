/* SPDX-License-Identifier: ISC */
/*
 * What a run may spend, and what it has spent.
 */
#ifndef SRC_AGENT_BUDGET_H
#define SRC_AGENT_BUDGET_H

#include <stdbool.h>
#include <stdint.h>
#include "policy/policy.h"
#include "src/agent/exit.h"
#include "src/model/usage.h"

struct budget {
	struct policy_budget max; /* 0: none */
	uint64_t turns, tokens;
	struct model_usage used; /* of all requests, failed ones too */
	uint64_t start_ms;	 /* CLOCK_MONOTONIC */
	unsigned warned;	 /* of which the model has heard: a bit each */
};

#define BUDGET_WARNING_MAX 200

void budget_begin(
    struct budget *b, const struct policy_budget *max, uint64_t now_ms);
/* A turn was taken; and what its requests used, or those of none. */
void budget_turn(struct budget *b);
void budget_spend(struct budget *b, const struct model_usage *u);
/* AGENT_EXIT_DONE while another turn may be taken, else what ran out. */
enum agent_exit budget_check(const struct budget *b, uint64_t now_ms);
/*
 * What the model is to be told of before its next turn: a budget of which four
 * fifths are used, or that the turn is the last; each of them once. False:
 * nothing.
 */
bool budget_warning(
    struct budget *b, uint64_t now_ms, char text[BUDGET_WARNING_MAX]);
/* When the time is up (CLOCK_MONOTONIC); 0: never. */
uint64_t budget_deadline(const struct budget *b);

#endif
