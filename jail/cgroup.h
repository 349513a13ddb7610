/* SPDX-License-Identifier: ISC */
/*
 * Control groups of a box: one for pid 1, one for each command, below one
 * directory of the v2 tree. Where no directory can be made the box does
 * without, and says so.
 */
#ifndef JAIL_CGROUP_H
#define JAIL_CGROUP_H

#include <stdint.h>
#include <sys/types.h>
#include "jail/base/err.h"

#define CGROUP_NAME_MAX 64
#define CGROUP_PREFIX	"stockade-" /* of a box's; then the helper's pid */

/* How a directory of the tree is opened. */
#define CGROUP_DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)

struct cgroup {
	int base; /* directory that holds the box's, or -1: none */
	int box;  /* the box's own directory, or -1 */
	int init; /* where pid 1 lives, or -1 */
	char name[CGROUP_NAME_MAX]; /* of the box's directory */
	uid_t uid;		    /* of the box's processes, once admitted */
	int memory; /* 1: the controller is there for commands */
	int pids;
};

struct cgroup_usage {
	uint64_t cpu_usec;
	uint64_t memory_peak; /* bytes; 0: not known */
	uint64_t oom_killed;  /* processes */
};

void cgroup_init(struct cgroup *c);
/* Finds a base and a name; base stays -1 where there is none: no error. */
void cgroup_find(struct cgroup *c, int privileged);
/* Makes the box's directory and pid 1's. Without a base does nothing. */
int cgroup_make(struct cgroup *c, struct err *e) MUST_CHECK;
/*
 * Lets processes of uid be born in the box's cgroups and those of commands
 * made from now on. They may change nothing else of them. The go-between must
 * be gone: from now on no process may be in the box's own directory.
 */
int cgroup_admit(struct cgroup *c, uid_t uid, struct err *e) MUST_CHECK;

struct cgroup_limits {
	uint64_t memory, pids; /* 0: none */
};

/*
 * Makes the directory of a command. fds: that directory; its cgroup.procs, by
 * which a process moves in by writing "0" to it, by this process's right; and
 * its cgroup.kill, where the kernel has one.
 */
int cgroup_command(struct cgroup *c, uint32_t cmd,
    const struct cgroup_limits *l, int fds[3], struct err *e) MUST_CHECK;
/* Kills everything in a command's cgroup and waits until it is empty. */
int cgroup_kill(struct cgroup *c, uint32_t cmd, struct err *e) MUST_CHECK;
/* Kills, tells the usage and removes. */
int cgroup_finish(struct cgroup *c, uint32_t cmd, struct cgroup_usage *u,
    struct err *e) MUST_CHECK;
/*
 * Kills everything of the box and removes every directory of it. 0 if
 * nothing is left.
 */
int cgroup_destroy(struct cgroup *c);
/* Removes boxes beside it whose helper, of our pid namespace, is dead. */
void cgroup_sweep(const struct cgroup *c);
void cgroup_close(struct cgroup *c);

#endif
