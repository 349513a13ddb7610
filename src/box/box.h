/* SPDX-License-Identifier: ISC */
/*
 * A standing sandbox, seen by its unprivileged owner: the client of the wire.
 *
 * Nothing here resolves a path of the workspace: box_open() and friends ask
 * pid 1 of the sandbox, which resolves it inside.
 */
#ifndef SRC_BOX_BOX_H
#define SRC_BOX_BOX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>
#include <sys/ioctl.h>
#include "jail/base/err.h"
#include "policy/spec.h"

struct box;

enum box_by {
	BOX_BY_NONE,	 /* nothing enforces it (no limit was asked for) */
	BOX_BY_CGROUP,	 /* the kernel's control group */
	BOX_BY_RLIMIT,	 /* a resource limit of each process, or of the uid */
	BOX_BY_WATCHDOG, /* we look, at intervals, and kill */
	BOX_BY_KERNEL,	 /* the kernel, by other means: size of a tmpfs */
	BOX_BY_MISSING,	 /* asked for, but nothing here can enforce it */
	BOX_BY_BROKER,	 /* the broker at the network's edge */
};

/* Which of the ways holds a limit in this sandbox. */
enum box_by box_enforced(const struct box *b, enum spec_limit limit);
/* What the limit is; 0: none. */
uint64_t box_limit(const struct box *b, enum spec_limit limit);
/* Counts n bytes of output; all that were counted in this sandbox. */
uint64_t box_count_output(struct box *b, uint64_t n);
/* "cgroup", "rlimit", "watchdog", "kernel", "missing", "broker", "none". */
const char *box_by_name(enum box_by by);

/* What else is known of a sandbox. */
struct box_facts {
	unsigned landlock_abi; /* 0: Landlock is not in use */
	bool idmapped;	       /* host ids of its own, by id-mapped mounts */
	bool cgroup;	       /* every command in a control group */
	bool subordinate;      /* subordinate ids are mapped, too */
	bool groups;	       /* our supplementary groups are still on */
	bool bounded;	       /* not every git directory was sought */
	bool left;	       /* placeholders stay in the workspace */
};
void box_facts(const struct box *b, struct box_facts *f);

struct box_command {
	char *const *argv;   /* NULL-terminated; argv[0] sought in PATH */
	char *const *envp;   /* NULL-terminated "K=V"; whole environment */
	const char *cwd;     /* absolute inside; NULL: /workspace */
	uint64_t time_ms;    /* wall time; 0: the spec's limit */
	bool tty;	     /* own pty; stdio is then not used */
	struct winsize size; /* of the pty */
	int stdio[3];	     /* passed as they are; stay the caller's */
};

struct box_usage {
	uint64_t wall_ms; /* from exec to exit of the main process */
	uint64_t cpu_user_ms, cpu_system_ms; /* all processes */
	uint64_t memory_peak; /* bytes; of the cgroup, or as it was seen */
	uint64_t io_read, io_written; /* bytes, of disks */
	uint64_t pids_peak;	      /* processes and threads, as seen */
};

/* How a command ended. exit_code is -1 if a signal ended it. */
struct box_result {
	int exit_code;
	int signal; /* 0 if it exited */
	bool timed_out;
	bool oom_killed; /* for memory, by kernel or watchdog */
	uint64_t hits;	 /* limits reached: 1 << enum spec_limit each */
	uint32_t first;	 /* the first of them: enum spec_limit + 1; 0: none */
	struct box_usage usage;
};
/* Whether the command reached that limit. */
bool box_hit(const struct box_result *r, enum spec_limit limit);
/* Notes one that the caller enforces himself, and after which he killed. */
void box_note_hit(struct box_result *r, enum spec_limit limit);

/*
 * Builds a sandbox. helper is the wire socket that way_in() gave, workspace
 * an O_PATH directory; both stay the caller's until box_end(). Mounts of the
 * spec are opened here, as the caller. On failure *e says which layer.
 */
int box_start(struct box **b, int helper, int workspace,
    const struct spec *spec, struct err *e) MUST_CHECK;
/* What is known of a sandbox's network before it is built. */
struct box_net {
	int records;	 /* a file that its broker appends to, or -1 */
	const char *run; /* what records call the sandbox; or NULL */
};
/* The same as box_start(), net being NULL or for a spec with rules. */
int box_start_net(struct box **b, int helper, int workspace,
    const struct spec *spec, const struct box_net *net,
    struct err *e) MUST_CHECK;
/* What its broker tells; NULL: it has no network. See edge.h. */
struct edge;
struct edge *box_edge(const struct box *b);
/* "tproxy": every port is seen; "ports": some are; NULL: no network. */
const char *box_gate(const struct box *b);
/*
 * Rules in the place of the old ones, all at once. *generation: theirs.
 * ERR_REFUSED: the ceiling does not allow them; the old ones stand.
 */
int box_net_swap(struct box *b, const struct spec_net *net,
    uint32_t *generation, struct err *e) MUST_CHECK;
/* A TCP socket of the sandbox's own network, not connected. */
int box_mint(struct box *b, struct err *e) MUST_CHECK;
/*
 * A descriptor that polls readable when box_attend() has something to do:
 * its broker tells or asks something, or somebody comes to a published port.
 * -1: nothing ever will.
 */
int box_netfd(const struct box *b);
/* Does it; waits for nobody but for who answers questions. */
int box_attend(struct box *b, struct err *e) MUST_CHECK;
/*
 * What listens inside on its loopback's port inside is reached on the host's
 * at port host; 0: any, *bound says which.
 */
int box_publish(struct box *b, uint16_t inside, uint16_t host, uint16_t *bound,
    struct err *e) MUST_CHECK;
/*
 * A connection for a further sandbox, from the helper of one that stands:
 * what box_start() takes for helper. The caller's; closed after box_end(),
 * and before the first sandbox ends, which ends all that came from it.
 */
int box_further(struct box *b, struct err *e) MUST_CHECK;
/* Ends every process of it and waits until nothing is left. NULL is fine. */
void box_end(struct box *b);

/*
 * Starts a command. *cmd names it from then on. With tty, *pty is the
 * master side, the caller's. A command that cannot be executed is an error
 * ERR_EXEC whose sys_errno tells 127 (ENOENT) from 126.
 */
int box_exec(struct box *b, const struct box_command *c, uint32_t *cmd,
    int *pty, struct err *e) MUST_CHECK;
/*
 * A descriptor that polls readable when box_reap() has something to read.
 * Call box_reap() until it returns 0 before polling: an end may have come
 * while another answer was awaited.
 */
int box_pollfd(const struct box *b);
/*
 * Reads one event without blocking. Returns 1 if command *cmd ended: *r is
 * filled, and everything it left behind is dead; 0 if nothing ended yet;
 * -1 if the sandbox is gone.
 */
int box_reap(struct box *b, uint32_t *cmd, struct box_result *r,
    struct err *e) MUST_CHECK;
/*
 * The same of that command alone; the ends of others are kept for whoever
 * asks for them.
 */
int box_reap_of(struct box *b, uint32_t cmd, struct box_result *r,
    struct err *e) MUST_CHECK;
/* Sends a signal to the command's process group. */
int
box_signal(struct box *b, uint32_t cmd, int signo, struct err *e) MUST_CHECK;
/* Kills the command and all it started. It still has to be reaped. */
int box_kill(struct box *b, uint32_t cmd, struct err *e) MUST_CHECK;

/*
 * Opens a path inside (absolute, or relative to /workspace) and hands back a
 * descriptor of a regular file or directory; anything else is ERR_FILE with
 * sys_errno telling why, or 0 if it is neither. flags: O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL,
 * O_TRUNC, O_APPEND, O_DIRECTORY, O_NOFOLLOW.
 */
int box_open(struct box *b, const char *path, int flags, mode_t mode,
    struct err *e) MUST_CHECK;
/* mkdir -p of a path inside. */
int box_mkdirs(struct box *b, const char *path, struct err *e) MUST_CHECK;
/* rename(2) of two paths inside. */
int box_rename(
    struct box *b, const char *from, const char *to, struct err *e) MUST_CHECK;
/* unlink(2) of a path inside. */
int box_unlink(struct box *b, const char *path, struct err *e) MUST_CHECK;

/* The environment of a command, from nothing: PATH, HOME, TERM, LANG... */
extern char *const box_default_env[];

#endif
