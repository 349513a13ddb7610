/* SPDX-License-Identifier: ISC */
/*
 * Which processes are a command's: by its cgroup, or by descent.
 */
#ifndef JAIL_INSIDE_TRACK_H
#define JAIL_INSIDE_TRACK_H

#include "jail/inside/fds.h"

struct command;
struct init;

/* The processes of a command, until the next call. */
void track_members(const struct init *init, const struct command *c,
    uint64_t until_us, struct members *m);
/* Whether nobody is left in a command's cgroup. */
bool track_empty(const struct command *c);
/* Kills every process of a command in its cgroup at once; false: it has none,
 * or the kernel cannot. */
bool track_kill_cgroup(const struct command *c);
/* Kills every process of a command but its reaper, once; wakes that one. Who
 * is not found before until_us is left. */
void
track_kill(const struct init *init, const struct command *c, uint64_t until_us);
/* Kills what is left of a command without reaper or cgroup whose main process
 * is reaped. True: nothing is. */
bool track_kill_rest(
    const struct init *init, const struct command *c, uint64_t until_us);

#endif
