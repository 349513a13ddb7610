/* SPDX-License-Identifier: ISC */
/*
 * What pid 1 keeps of each command to hold the limits that no controller
 * holds: what it was last seen to use, and when to look again.
 */
#ifndef JAIL_INSIDE_WATCH_H
#define JAIL_INSIDE_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include "jail/inside/fds.h"
#include "jail/inside/procfs.h"
#include "policy/spec.h"

/* A costly look is worth so much of pid 1's own time: one part in this. */
#define WATCH_SHARE 240

struct command;
struct init;

struct use {
	uint64_t memory, memory_peak; /* bytes */
	uint64_t added;		      /* bytes, to the workspace */
	uint64_t own;		      /* of memory, what ends with it */
	uint64_t cpu_usec;
	uint64_t io_read, io_written; /* bytes, of disks */
	uint32_t pids, pids_peak;
};

struct memory_watch {
	uint64_t start;	  /* bytes of the box's own objects at its start */
	uint64_t objects; /* by which they grew since */
	uint64_t memfds;  /* as last counted */
	uint64_t twice;	  /* of the quick sum, counted twice at last */
	uint64_t fds_us, exact_us; /* when to count them again */
	uint64_t dear_us; /* of our time, spent on these in the last look */
};

/* Bytes in the box's tmpfs, segments, queues and semaphores. */
uint64_t memory_objects(void);
/*
 * Bytes that a command uses; s is the quick sum of its processes. More
 * than limit only if a costly look says so, too.
 */
uint64_t memory_of(struct memory_watch *w, const struct members *m,
    const struct procfs_sums *s, uint64_t limit);

struct disk_watch {
	uint64_t start;	      /* bytes of the workspace's files */
	uint64_t free_start;  /* bytes free on its file system */
	bool whole;	      /* start is a count of all of them */
	uint64_t walk_us;     /* when it is worth walking again */
	uint64_t sure, guess; /* bytes added at the last walk, and guessed */
};

/* Counts the workspace as it is: what is added counts from here. */
void disk_start(struct disk_watch *w);
/*
 * Bytes added since; written is what its processes wrote. More than limit
 * only if a walk of the workspace says so, too, where one is possible.
 */
uint64_t disk_added(struct disk_watch *w, const struct members *m,
    uint64_t written, uint64_t limit);

struct pace {
	int stat, freeze;  /* cpu.stat, cgroup.freeze; or -1 */
	uint64_t seen_us;  /* when it was last looked at */
	uint64_t cpu_usec; /* what it had used then */
	uint64_t io;	   /* bytes, the more of read and written */
	int64_t cpu_left;  /* usec that it may use at once */
	int64_t io_left;   /* bytes */
	uint64_t next_us;  /* when to look again; thaws then */
	bool frozen;
};

/* CPU time that the command's cgroup says it used, in usec; 0 without. */
void pace_used(const struct pace *p, uint64_t *user, uint64_t *system);
uint64_t pace_cpu(const struct pace *p);
/* Lets a command go on, or stand still, as its limits of speed say. */
void pace_look(struct init *init, struct command *c, uint64_t now);

/* Whether it is for pid 1 to hold that limit. */
bool watch_watched(const struct init *init, enum spec_limit limit);
/* Kills a command, from now on until nothing of it is left. */
void watch_kill(const struct init *init, struct command *c, uint64_t now);
/*
 * Looks at what a command uses, kills it or another if that is too much.
 * Returns when to look again.
 */
uint64_t judge_look(struct init *init, struct command *c, uint64_t now);
/* Whether there is a limit to look for. */
bool judge_needed(const struct init *init);
/* What the session added to the disk: as last seen, and anew if too much. */
uint64_t judge_added(struct init *init);

/* Before a command starts: how things stand. */
void watch_start(struct init *init, struct command *c);
/* It has: when to look at it first. */
void watch_begin(struct init *init, struct command *c);
/* What a command that ended leaves to the box's sums; fills its usage. */
void watch_end(struct init *init, struct command *c);
/* Looks at every command: past its time, over its limits, not yet dead. */
void watch_all(struct init *init);
/* Milliseconds until the next look; -1: none is needed. */
int watch_wait(const struct init *init);
/* The limit of the whole box's time that is used up, or LIMIT__COUNT. */
enum spec_limit watch_spent(const struct init *init);

#endif
