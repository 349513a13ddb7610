/* SPDX-License-Identifier: ISC */
/*
 * Pid 1 of a sandbox, from its clone until it stands. It begins before it
 * knows what it shall be, with what all boxes of its shape have.
 */
#ifndef JAIL_RAISE_H
#define JAIL_RAISE_H

#include "jail/box.h"

/* Clones pid 1, with its ids, and has it begin. Its cgroup is there. */
int raise_begin(struct box *b, struct err *e) MUST_CHECK;
/* Tells it what it shall be: the spec, the facts and the peer's directories
 * are known. */
int raise_tell(struct box *b, struct err *e) MUST_CHECK;
/* Waits until it stands, or peer is gone. */
int raise_wait(struct box *b, int peer, struct err *e) MUST_CHECK;
/* Waits for those that helped and are ending; a step of an undo ledger. */
void raise_reap(void *box);

#endif
