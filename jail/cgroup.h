/* SPDX-License-Identifier: ISC */
/*
 * Control groups of a box: one for pid 1, one for each command, below one
 * directory of the v2 tree. Where no directory can be made the box does
 * without, and says so.
 */
#ifndef JAIL_CGROUP_H
#define JAIL_CGROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "jail/base/err.h"

#define CGROUP_NAME_MAX 64
#define CGROUP_PREFIX	"stockade-" /* of a box's; then the helper's pid */

#define CGROUP_ASIDE "stockade.aside" /* who was in a delegated base */

/* How a directory of the tree is opened. */
#define CGROUP_DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)

struct cgroup {
	int base; /* directory that holds the box's, or -1: none */
	int box;  /* the box's own directory, or -1 */
	int init; /* where pid 1 lives; -1: in box, or in none of ours */
	char name[CGROUP_NAME_MAX]; /* of the box's directory */
	uid_t uid;		    /* of the box's processes, once admitted */
	unsigned want;	       /* enum cgroup_controller: what limits ask for */
	unsigned has;	       /* enum cgroup_controller: there for commands */
	bool whole_pids;       /* the box as a whole has a limit of them */
	uint64_t pids_refused; /* by it, as last read */
	bool delegated;	       /* base was handed to an ordinary user */
	int freezer;	       /* 1: groups can be frozen, since Linux 5.2 */
};

enum cgroup_controller {
	CGROUP_MEMORY = 1,
	CGROUP_PIDS = 2,
	CGROUP_CPU = 4,
	CGROUP_IO = 8, /* and it can slow down the workspace's disk */
};

/* A disk, by its numbers; major 0: none. */
struct cgroup_device {
	unsigned major, minor;
};

/* 0: none. What no controller is there for is not set. */
struct cgroup_limits {
	uint64_t memory, pids;
	uint64_t cpu;	     /* per cent of one core */
	uint64_t cpu_weight; /* 100: the usual */
	uint64_t io_rate;    /* bytes a second, read and written each */
	struct cgroup_device device;
};

/* What a control group says; 0: not known. */
struct cgroup_usage {
	uint64_t cpu_user_usec, cpu_system_usec;
	uint64_t memory_peak; /* bytes */
	uint64_t oom_killed;  /* processes */
	uint64_t oom;	      /* times its own limit could not be kept */
	uint64_t pids_peak, pids_refused;
	uint64_t whole_refused;	      /* by the limit of the whole box */
	uint64_t io_read, io_written; /* bytes */
};

void cgroup_init(struct cgroup *c);
/* Finds a base and a name; base stays -1 where there is none: no error. */
void cgroup_find(struct cgroup *c, int privileged);
/* No process is in the base any more; those that were are beside the box. */
int cgroup_make_room(const struct cgroup *c) MUST_CHECK;
/*
 * Makes the box's directory, and pid 1's. Without a base does nothing. disk:
 * whose speed is to be limited.
 */
int cgroup_make(struct cgroup *c, const struct cgroup_device *disk,
    struct err *e) MUST_CHECK;
/* Puts the box under the limits of the whole. */
int cgroup_bound(struct cgroup *c, const struct cgroup_limits *whole,
    struct err *e) MUST_CHECK;
/*
 * Lets processes of uid be born in the box's cgroups and those of commands
 * made from now on. They may change nothing else of them. The go-between must
 * be gone: from now on no process may be in the box's own directory.
 */
int cgroup_admit(struct cgroup *c, uid_t uid, struct err *e) MUST_CHECK;

/*
 * Makes the directory of a command. fds: that directory; its cgroup.procs, by
 * which a process moves in by writing "0" to it, by this process's right, and
 * which lists who is in it; its cgroup.kill, where the kernel has one; and its
 * cpu.stat.
 */
int cgroup_command(struct cgroup *c, uint32_t cmd,
    const struct cgroup_limits *l, int fds[4], struct err *e) MUST_CHECK;
/* Of that directory: cgroup.freeze, or cpu.stat again where there is none. */
int cgroup_watch(
    const struct cgroup *c, int dir, int *fd, struct err *e) MUST_CHECK;
/* Kills everything in a command's cgroup and waits until it is empty. */
int cgroup_kill(struct cgroup *c, uint32_t cmd, struct err *e) MUST_CHECK;
/* Kills, and tells the usage. */
int cgroup_finish(struct cgroup *c, uint32_t cmd, struct cgroup_usage *u,
    struct err *e) MUST_CHECK;
/* Removes the directory of a command that is dead already, as a rule. */
int cgroup_remove(struct cgroup *c, uint32_t cmd);
/*
 * Kills everything of the box and removes every directory of it. 0 if
 * nothing is left.
 */
int cgroup_destroy(struct cgroup *c);
#define CGROUP_LOOKS 64
/*
 * Removes boxes beside it whose helper, of our pid namespace, is dead; looks
 * at CGROUP_LOOKS of them at most, from the one of number first on, counted
 * round.
 */
void cgroup_sweep(const struct cgroup *c, unsigned first);
void cgroup_close(struct cgroup *c);

/* The disk that a file lies on, whole. -1: none that can be limited. */
int cgroup_device(int fd, struct cgroup_device *d);

/* Files of a group's directory: text put into one; limits into them all;
 * whether a disk can be slowed down; what was used. */
int cgroup_put(int dir, const char *name, const char *text);
int cgroup_put_limits(unsigned has, int dir, const struct cgroup_limits *l,
    struct err *e) MUST_CHECK;
int cgroup_hand_down(int dir, const char *controller, struct err *e) MUST_CHECK;
int cgroup_probe_io(int dir, const struct cgroup_device *d);
void cgroup_read_usage(unsigned has, int dir, struct cgroup_usage *u);
/* And what the box's own directory says since the last time. */
void cgroup_read_whole(struct cgroup *c, struct cgroup_usage *u);
/* The number behind "key " at a line's start; 0 if it is not there. */
uint64_t cgroup_number(const char *text, const char *key);
/* Whether a row of words has that one. */
bool cgroup_has_word(const char *text, const char *word);
/* The numbers behind every " key=", together. */
uint64_t cgroup_sum(const char *text, const char *key);

#endif
