/* SPDX-License-Identifier: ISC */
/*
 * What takes a box's placeholders away again.
 *
 * The builder, inside, makes them; pid 1 ends with its helper, so that who
 * removes them must be neither: it is the janitor, as its last act, when every
 * process of the box is dead. It becomes the box's id without any capability
 * for it, and removes by the name in a directory that it was handed, never by
 * a path. A shared lock on the workspace says that a box relies on them: the
 * last one out removes. Who kills janitor and helper leaves them, and the next
 * box in that workspace takes them over.
 */
#ifndef JAIL_KEEPER_H
#define JAIL_KEEPER_H

#include <stdbool.h>

/* Begins with nothing to keep. */
void keeper_init(void);
/*
 * Takes one message of the helper's or of the builder's. 1 if there was one,
 * 0 at their end, -1 if there is none now.
 */
int keeper_hear(int sock);
/* Pid 1, or -1. */
int keeper_pidfd(void);
/* Whether anything may have to be removed. */
bool keeper_has(void);
/* Removes it, as the box's id; of no use for anything else from then on. */
void keeper_clean_up(bool privileged);

#endif
