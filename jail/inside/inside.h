/* SPDX-License-Identifier: ISC */
/*
 * What runs after clone: building the box from within, then pid 1 for as long
 * as it stands. No heap, no stdio, only the symbols that a test lists.
 */
#ifndef JAIL_INSIDE_INSIDE_H
#define JAIL_INSIDE_INSIDE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>
#include "jail/idmap.h"
#include "jail/rootfs.h"
#include "jail/inside/watch.h"
#include "jail/wire/wire.h"
#include "policy/spec.h"

#define INSIDE_COMMANDS_MAX WIRE_COMMANDS_MAX

#define INSIDE_CHAN 4 /* to the agent */
#define INSIDE_PROC 5 /* pid 1's own /proc, which shows every process */

/* Everything the child needs. */
struct inside {
	/* Known before the clone: */
	const struct idmap *ids;
	struct rootfs_shape shape;
	struct spec *spec;   /* shared with the helper; whole when BUILD says */
	bool cgroups_hidden; /* the cgroup namespace is made */
	uint32_t cpus;	     /* that commands may run on */
	int ctl;	     /* to the helper */
	int chan;	     /* to the agent */
	int keeper;
	int gate; /* where listeners are still wanted, or -1 */
	/* Told later: */
	struct rootfs rootfs;
	uint32_t told; /* bits of enum wire_told, by us */
	uint64_t limit[LIMIT__COUNT];
	uint32_t choice[CHOICE__COUNT];
	bool measured; /* by controllers: a cgroup knows more than we */
	uint32_t by[LIMIT__COUNT]; /* enum wire_by: what holds each limit */
};

/* The child's whole life. */
void inside_main(struct inside *in) __attribute__((noreturn));
/* Waits for GO, after which its ids are mapped. Ends with the helper. */
void told_go(const struct inside *in);
/* Waits for what the box shall be, and fills in with it. */
int told_all(struct inside *in, struct err *e) MUST_CHECK;
/* Forgets the memory that it shares with the helper. */
void told_forget(struct inside *in);
/*
 * Builds the box around the caller, up to the filter: what needs to be known
 * of it is its shape; then the rest. build_finish returns the Landlock ABI in
 * use, or -1.
 */
int build_begin(
    struct inside *in, struct rootfs_begun *begun, struct err *e) MUST_CHECK;
int build_finish(const struct inside *in, const struct rootfs_begun *begun,
    struct err *e) MUST_CHECK;

/*
 * Makes the sandbox's network and hands the gate's sockets to ctl. For the
 * builder, which has every right in the sandbox's namespaces. gate: where
 * listeners are still wanted, for gate_finish, which knows the rules; or -1.
 */
int gate_begin(int ctl, int *gate, struct err *e) MUST_CHECK;
int gate_finish(
    int ctl, int gate, const struct spec_net *net, struct err *e) MUST_CHECK;
/* MINT: a socket of the sandbox's. -1: the agent is gone. */
int gate_mint(int chan, const struct wire_msg *m, struct err *e) MUST_CHECK;

enum command_state {
	COMMAND_FREE,
	COMMAND_OVER,	   /* told so; its descriptors are still open */
	COMMAND_ANNOUNCED, /* the helper told us its cgroup, or that none is */
	COMMAND_RUNNING,
	COMMAND_ENDING, /* its main process is dead, what it left is not */
};

struct command {
	enum command_state state;
	uint32_t cmd;
	int cgroup;   /* its directory, or -1 */
	int procs;    /* its cgroup.procs, or -1 */
	int kill;     /* its cgroup.kill, or what cannot be written to */
	pid_t main;   /* leader of its session; 0: dead */
	pid_t reaper; /* ancestor of all of it, or 0 */
	bool rest;    /* without one: all that is below no other's reaper */
	int pipe;     /* from the reaper, or -1 */
	uint64_t start_us, deadline_us; /* monotonic; 0: no deadline */
	uint64_t tell_us;	  /* when STARTED is to be sent; 0: it was */
	uint32_t seq;		  /* that it answers */
	uint64_t kill_us;	  /* since when it is being killed, or 0 */
	uint64_t look_us;	  /* when to look at what it uses next */
	struct wire_used orphans; /* of those of it that we reaped: CPU time */
	bool looked_at, paced;
	struct use use; /* as last seen */
	struct memory_watch memory;
	struct disk_watch disk;
	uint64_t added_before; /* what the session had added by then */
	struct pace pace;
	struct wire_exited end;
};

struct init {
	const struct inside *in;
	int sigfd;
	sigset_t old_mask;
	uint32_t running;
	uint64_t start_us;
	uint64_t cpu_usec, io_written; /* of commands that ended */
	uint64_t total_cpu_usec;       /* with the others, as last seen */
	uint64_t objects;	       /* bytes in the box's own, likewise */
	uint64_t close_us;	       /* of our time, spent on closer looks */
	struct disk_watch disk;	       /* since the box's first command */
	uint64_t added; /* to the disk, since then, as last seen */
	bool disk_known;
	bool idle;		/* for so long that we let go of memory */
	bool untidy;		/* see reap_tidy */
	bool objects_known;	/* the next is true still */
	uint64_t objects_start; /* bytes of the box's own, none running */
	int64_t cpu_left; /* of session-cpu: usec that may be used at once */
	uint64_t paced_us;
	size_t slots; /* of commands, that were ever taken: memory, else */
	struct command commands[INSIDE_COMMANDS_MAX];
};

/* Our own CPU time. */
uint64_t inside_busy_us(void);
/* What a dead process, and those that it waited for, used. */
void inside_used(struct wire_used *u, const struct rusage *ru);
/* Notes that a command reached a limit. */
void command_hit(struct command *c, enum spec_limit limit);
/* Closes what it holds. */
void command_close(struct command *c);
/* The slot of a command, or NULL. */
struct command *init_find(struct init *init, uint32_t cmd);
/* Takes one message of the helper's. -1: it is gone, or broke the rules. */
int
init_helper(struct init *init, struct wire_msg *m, struct err *e) MUST_CHECK;

/* Takes whoever is dead, and ends whose main process that was. -1: the agent
 * is gone. */
int reap(struct init *init, struct err *e) MUST_CHECK;
/* Puts away what commands that are over held and left: before the next one,
 * or while nobody waits. */
void reap_tidy(struct init *init);
/* Hears what reapers have to say. */
void reap_hear(struct init *init);

/* Starts what an EXEC message says; answers it. -1: the agent is gone. */
int exec_start(struct init *init, struct wire_msg *m, struct err *e) MUST_CHECK;
/* Sends each STARTED that is due. -1: the agent is gone. */
int exec_tell(struct init *init, uint64_t now, struct err *e) MUST_CHECK;
/* What a child does before it becomes the command. */
struct exec_child {
	const struct inside *in;
	const sigset_t *mask;
	char *const *argv;
	char *const *envp;
	const char *cwd;
	const char *path; /* PATH of envp, or NULL */
	int stdio[3];
	int tty;       /* the slave, or -1 */
	int procs;     /* cgroup.procs to move to, or -1: born in it */
	uint64_t pids; /* RLIMIT_NPROC, or 0 */
	bool copied;   /* others run: the caller must not sleep in its memory */
};
/* Never returns if all is well; else the errno. May run in the parent's
 * memory: touches nothing of the parent's. */
int exec_become(const struct exec_child *c);

/*
 * Makes a child that becomes the command, born in cgroup (a directory's
 * descriptor, or -1). The caller sleeps until it has. Returns its pid, or -1;
 * *failed is 0 or the errno that kept it (the child is then to be reaped).
 */
pid_t spawn(struct exec_child *c, int cgroup, int *failed) MUST_CHECK;

/*
 * Starts the command in its cgroup, or below a reaper of its own; fills main,
 * reaper and pipe. ERR_EXEC if it could not be executed.
 */
int spawn_command(
    struct command *c, struct exec_child *x, struct err *e) MUST_CHECK;

/* Lineage: a process that all of a command descends from, whatever forks. */
enum reaper_word {
	REAPER_STARTED = 1, /* value: pid of the main process */
	REAPER_FAILED,	    /* value: errno of the exec */
	REAPER_ENDED,	    /* value: wait status; usage filled */
};
struct reaper_report {
	uint32_t word;
	int32_t value;
	struct wire_used used;
};
void reaper_main(struct exec_child *c, int pipe) __attribute__((noreturn));

/* Called by the child, before it executes the command. 0, or an errno. */
int limits_take(const struct exec_child *c);
/* Of pid 1: it holds some descriptors for each of many commands. */
int limits_more_files(struct err *e) MUST_CHECK;
/* Processes that the kernel may let a command have, for RLIMIT_NPROC; 0: it
 * does not count them. */
uint64_t limits_pids(const struct init *init, const struct command *c);
/* Fails if the whole box's time is used up. */
int limits_spent(const struct init *init, struct err *e) MUST_CHECK;

/* Removes every System V object of the box; nobody may be using them. */
void ipc_sweep(void);

/* open(2) that passes through no magic link; for kernels without openat2. */
int walk_open(const char *path, uint64_t flags, mode_t mode) MUST_CHECK;

/* OPEN, MKDIRS, RENAME, UNLINK; answers. -1: the agent is gone. */
int files_serve(int chan, struct wire_msg *m, struct err *e) MUST_CHECK;
/* Sends FAILED with *why in answer to m. */
int inside_refuse(int chan, const struct wire_msg *m, const struct err *why,
    struct err *e) MUST_CHECK;

#endif
