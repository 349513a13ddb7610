/* SPDX-License-Identifier: ISC */
/* Bodies of the messages about commands. */
#ifndef JAIL_WIRE_COMMAND_H
#define JAIL_WIRE_COMMAND_H

#include <stdint.h>

#define WIRE_TEXT_MAX 4064 /* bytes of strings that need no memfd */

/*
 * COMMAND, KILL, DONE, LINEAGE, and CGROUP, which brings the cgroup's
 * directory, its cgroup.procs, its cgroup.kill and its cpu.stat;
 * CGROUP_WATCHED its cgroup.freeze as well.
 */
struct wire_command {
	uint32_t cmd; /* a number never used before in this sandbox */
	uint32_t reserved;
};

/* FINISH, RELEASE. */
struct wire_over {
	uint32_t cmd;
	uint32_t next; /* as by COMMAND, without its answer; 0: none */
};

/* What a command used, as far as the sender knows; 0 where it does not. */
struct wire_used {
	uint64_t cpu_user_usec, cpu_system_usec;
	uint64_t memory_peak;	      /* bytes */
	uint64_t io_read, io_written; /* bytes, of disks */
	uint32_t pids_peak;
	uint32_t reserved;
};

/* What the cgroup of a finished command says. */
struct wire_usage {
	uint32_t cmd;
	uint32_t oom_killed; /* processes killed for memory by the kernel */
	uint64_t hits;	     /* limits reached: 1 << enum spec_limit each */
	struct wire_used used;
};

/*
 * The strings of a command lie in a sealed memfd: cwd, argv, environment,
 * each ended by NUL, in this order.
 */
struct wire_exec {
	uint32_t cmd;
	uint32_t argc;
	uint32_t envc;
	uint32_t size;	     /* of the memfd, bytes */
	uint64_t time_ms;    /* wall time; 0: none */
	uint16_t rows, cols; /* EXEC_TTY; else 0 */
	uint32_t reserved;
};

/* The same strings, where they fit; zero behind them. */
struct wire_exec_text {
	struct wire_exec exec;
	char text[WIRE_TEXT_MAX];
};

struct wire_signal {
	uint32_t cmd;
	uint32_t signo; /* 1 to 31 */
};

struct wire_started {
	uint32_t cmd;
	uint32_t reserved;
};

struct wire_exited {
	uint32_t cmd;
	int32_t exit_code; /* -1: ended by a signal */
	uint32_t signal;
	uint32_t first; /* limit reached: enum spec_limit + 1; 0: none */
	uint64_t hits;	/* all that were: 1 << enum spec_limit each */
	uint64_t wall_usec;
	struct wire_used used; /* main process and those it waited for */
	uint32_t whole;	       /* 1: nothing is left, and this is all of it */
	uint32_t reserved;
};

#endif
