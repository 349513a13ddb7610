/* SPDX-License-Identifier: ISC */
/*
 * The undo ledger: what a build made, so that a failed build and a normal
 * end run the same steps backwards.
 */
#ifndef JAIL_BASE_UNDO_H
#define JAIL_BASE_UNDO_H

#define UNDO_MAX 16

struct undo_step {
	void (*run)(void *arg);
	void *arg;
};

struct undo {
	unsigned n;
	struct undo_step step[UNDO_MAX];
};

/* Notes a step. Room is a matter of the program text: no room aborts. */
void undo_push(struct undo *u, void (*run)(void *), void *arg);
/* Runs all steps, the last one first, and empties the ledger. */
void undo_run(struct undo *u);

#endif
