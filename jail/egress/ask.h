/* SPDX-License-Identifier: ISC */
/*
 * Questions to a person: one a destination, a bounded number open, each with
 * a deadline; and what they answered for the rest of the session.
 */
#ifndef JAIL_EGRESS_ASK_H
#define JAIL_EGRESS_ASK_H

#include <stdbool.h>
#include <stdint.h>
#include "jail/wire/wire.h"
#include "policy/egress.h"

#define ASK_OPEN_MAX 32
#define ASK_WAIT_MS  60000

enum ask_state {
	ASK_WAIT,    /* asked; *id tells which question */
	ASK_ALLOWED, /* answered before, for the session */
	ASK_REFUSED, /* *reason says why */
};

struct ask;

struct ask *ask_new(void);
void ask_free(struct ask *a);
/* Whether there is somebody; without, every question is refused at once. */
void ask_attach(struct ask *a, bool asking);
/*
 * A connection needs an answer. *is_new: the question must be sent, filled
 * from q by the caller; a second connection to the same destination waits for
 * the same question.
 */
enum ask_state ask_begin(struct ask *a, const struct egress_question *q,
    uint64_t now_ms, uint32_t *id, bool *is_new, enum reason *reason);
/* A person's answer; false: no such question is open (any more). */
bool ask_answer(struct ask *a, uint32_t id, enum wire_verdict verdict);
/* What became of question id: ASK_WAIT while it is open. */
enum ask_state
ask_look(struct ask *a, uint32_t id, uint64_t now_ms, enum reason *reason);
/*
 * ms until the next question is too old; -1: none is open. 0, once: some are
 * now, and who waited for them must look.
 */
int ask_patience(struct ask *a, uint64_t now_ms);

#endif
