/* SPDX-License-Identifier: ISC */
/*
 * The process that takes a box's placeholders away again.
 *
 * The builder, inside, makes them; pid 1 ends with its helper, so that who
 * removes them must be neither. The keeper is the box's id without any
 * capability, outside its pid namespace; it waits for pid 1's end, by which
 * every process of the box is dead, and removes by the name in a directory
 * that it was handed, never by a path. A shared lock on the workspace says
 * that a box relies on them: the last one out removes. Who kills keeper and
 * helper leaves them, and the next box in that workspace takes them over.
 */
#ifndef JAIL_KEEPER_H
#define JAIL_KEEPER_H

#include <stdbool.h>
#include <sys/types.h>
#include "jail/base/err.h"
#include "jail/idmap.h"

struct keeper {
	pid_t pid; /* 0: none */
	int mine;  /* its end of the socket, until it is started */
	int inner; /* the builder's */
	int alive; /* ours, where there is no descriptor of a process */
};

void keeper_init(struct keeper *k);
/* Makes the socket, before the clone. */
int keeper_open(struct keeper *k, struct err *e) MUST_CHECK;
/*
 * Forks it to watch pid 1, or ourselves if pidfd is -1; in a helper with
 * privilege it becomes ids.
 */
int keeper_start(struct keeper *k, int pidfd, const struct idmap *ids,
    bool privileged, struct err *e) MUST_CHECK;
/* Waits for its end; a step of an undo ledger, after pid 1's. */
void keeper_undo(void *keeper);

#endif
