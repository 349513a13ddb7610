/* SPDX-License-Identifier: ISC */
/*
 * How a run of the agent ends: one table of exit status, name and sentence.
 */
#ifndef SRC_AGENT_EXIT_H
#define SRC_AGENT_EXIT_H

#include <stdint.h>

/* id, exit status, reason as events and summary name it, what it means */
#define EXIT_TABLE(X)                                                          \
	X(DONE, 0, "green", "the tests pass")                                  \
	X(RED, 1, "red", "the tests do not pass")                              \
	X(USAGE, 2, "usage", "the request makes no sense as it stands")        \
	X(POLICY, 3, "policy", "a policy text is wrong")                       \
	X(SANDBOX, 4, "sandbox", "the sandbox failed")                         \
	X(MODEL, 5, "model", "the model, its server or its transcript failed") \
	X(TURNS, 6, "budget-turns", "the budget of turns or calls is spent")   \
	X(COST, 7, "budget-cost", "the budget of tokens or money is spent")    \
	X(TIME, 8, "budget-time", "the time budget is spent")                  \
	X(LOOP, 9, "loop", "the model went in circles")                        \
	X(DENIED, 10, "denied", "something the run needed was denied")         \
	X(INTERNAL, 11, "internal", "stockade itself failed")                  \
	X(INTERRUPTED, 130, "interrupted", "stopped by a signal")

enum agent_exit {
#define X(id, status, name, what) AGENT_EXIT_##id = status,
	EXIT_TABLE(X)
#undef X
};

/* "green", "budget-turns"...; and the sentence. */
const char *exit_name(enum agent_exit status);
const char *exit_sentence(enum agent_exit status);
/* The status that an error code ends a run with. */
enum agent_exit exit_of_error(uint32_t code);

#endif
