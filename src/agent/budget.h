/* SPDX-License-Identifier: ISC */
/*
 * What a run may spend, and what it has spent.
 */
#ifndef SRC_AGENT_BUDGET_H
#define SRC_AGENT_BUDGET_H

#include <stdint.h>
#include "policy/policy.h"
#include "src/agent/exit.h"

struct budget {
	struct policy_budget max; /* 0: none */
	uint64_t turns, tokens;
	uint64_t start_ms; /* CLOCK_MONOTONIC */
};

uint64_t clock_now_ms(void);
void budget_begin(
    struct budget *b, const struct policy_budget *max, uint64_t now_ms);
void budget_spend(struct budget *b, uint64_t tokens);
/* AGENT_EXIT_DONE while another turn may be taken, else what ran out. */
enum agent_exit budget_check(const struct budget *b, uint64_t now_ms);
/* When the time is up (CLOCK_MONOTONIC); 0: never. */
uint64_t budget_deadline(const struct budget *b);

#endif
