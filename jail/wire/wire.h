/* SPDX-License-Identifier: ISC */
/*
 * The protocol: the only door between the unprivileged half, the helper and
 * pid 1 of a sandbox. SOCK_SEQPACKET, one message a packet: a header and one
 * fixed-size struct, descriptors beside it. Described in stockade-wire(7).
 */
#ifndef JAIL_WIRE_WIRE_H
#define JAIL_WIRE_WIRE_H

#include <stdint.h>
#include <sys/socket.h>
#include "jail/base/err.h"
#include "jail/wire/build.h"
#include "jail/wire/command.h"
#include "jail/wire/net.h"
#include "policy/spec.h"

#define WIRE_VERSION	  1
#define WIRE_FDS_MAX	  5
#define WIRE_COMMANDS_MAX 256 /* of one sandbox, at one time */
#define WIRE_PATH_MAX	  4096
#define WIRE_ARGS_MAX	  (16 * 1024 * 1024) /* bytes of one command's strings */
#define WIRE_ARGC_MAX	  131072 /* of argv and environment together */

/* Who sends a message to whom: one bit a direction. */
enum wire_way {
	WIRE_A2H = 1, /* the agent's half to the helper */
	WIRE_H2A = 2,
	WIRE_A2I = 4, /* the agent's half to pid 1 of the sandbox */
	WIRE_I2A = 8,
	WIRE_H2I = 16, /* the helper to pid 1 */
	WIRE_I2H = 32,
	WIRE_H2E = 64, /* the helper to the egress broker */
	WIRE_E2H = 128,
	WIRE_A2E = 256, /* the agent's half to the egress broker */
	WIRE_E2A = 512,
};

/* When the helper accepts a message: one bit a state. */
enum wire_state {
	WIRE_ST_NEW = 1,      /* nothing said yet */
	WIRE_ST_GREETED = 2,  /* HELLO was right */
	WIRE_ST_SPEC = 4,     /* BEGIN was said, the spec is being told */
	WIRE_ST_STANDING = 8, /* the sandbox stands */
};

struct wire_hello {
	uint32_t version;
	uint32_t reserved;
};

struct wire_begin {
	uint64_t reserved;
};

struct wire_mount {
	uint32_t writable; /* 0 or 1 */
	uint32_t reserved;
	char src[SPEC_PATH_MAX]; /* checked against the descriptor */
	char dst[SPEC_PATH_MAX];
};

struct wire_limit {
	uint32_t limit; /* enum spec_limit */
	uint32_t reserved;
	uint64_t value;
};

struct wire_choice {
	uint32_t choice; /* enum spec_choice */
	uint32_t value;
};

struct wire_item {
	uint32_t list; /* enum spec_list_id */
	uint32_t reserved;
	char text[SPEC_ITEM_MAX];
};

struct wire_root {
	char src[SPEC_PATH_MAX]; /* checked against the descriptor */
};

struct wire_commit {
	uint64_t reserved;
};

/* FURTHER, CONNECTION. */
struct wire_further {
	uint64_t reserved;
};

struct wire_welcome {
	uint32_t version;
	uint32_t reserved;
};

struct wire_standing {
	uint32_t enforced[LIMIT__COUNT]; /* enum wire_by */
	uint32_t landlock_abi;		 /* 0: none */
	uint32_t idmapped; /* 1: own uid on the host, by an id-mapped mount */
	uint32_t cgroup;   /* 1: every command in a control group */
	uint32_t subordinate; /* 1: subordinate ids are mapped, too */
	uint32_t groups;      /* 1: the caller's other groups are still on */
	uint32_t told;	      /* bits of enum wire_told */
	uint32_t gate;	      /* enum wire_gate_mode */
};

/* What is less than it could be, and nothing to fail for. */
enum wire_told {
	WIRE_TOLD_BOUNDED = 1, /* not all git directories were sought */
	WIRE_TOLD_LEFT = 2,    /* placeholders stay in the workspace */
	WIRE_TOLD__ALL = 3,
};

enum wire_by {
	WIRE_BY_NONE,
	WIRE_BY_CGROUP,
	WIRE_BY_RLIMIT,
	WIRE_BY_WATCHDOG,
	WIRE_BY_KERNEL,
	WIRE_BY_MISSING, /* asked for, but nothing here can */
	WIRE_BY_BROKER,	 /* the broker at the network's edge */
	WIRE_BY__COUNT
};

struct wire_refused {
	char item[64];
	char reason[200];
};

struct wire_failed {
	struct err err;
};

struct wire_open {
	uint32_t flags; /* open(2)'s, of WIRE_OPEN_FLAGS */
	uint32_t mode;	/* 0 to 0777 */
	char path[WIRE_PATH_MAX];
};

/* MKDIRS, UNLINK. */
struct wire_path {
	char path[WIRE_PATH_MAX];
};

struct wire_rename {
	char from[WIRE_PATH_MAX];
	char to[WIRE_PATH_MAX];
};

struct wire_ok {
	uint64_t reserved;
};

/*
 * id, value, struct, member, descriptors, way, states, once, answer
 *
 * descriptors is exact. states matter to the helper only. once: at most one
 * in a connection. answer is what comes back if all is well; FAILED or
 * REFUSED may come instead.
 */
#define WIRE_TABLE(X)                                                          \
	X(HELLO, 1, wire_hello, hello, 0, WIRE_A2H, WIRE_ST_NEW, 1, WELCOME)   \
	X(BEGIN, 2, wire_begin, begin, 1, WIRE_A2H, WIRE_ST_GREETED, 1, NONE)  \
	X(MOUNT, 3, wire_mount, mount, 1, WIRE_A2H, WIRE_ST_SPEC, 0, NONE)     \
	X(LIMIT, 4, wire_limit, limit, 0, WIRE_A2H, WIRE_ST_SPEC, 0, NONE)     \
	X(COMMIT, 5, wire_commit, commit, 0, WIRE_A2H, WIRE_ST_SPEC, 1,        \
	    STANDING)                                                          \
	X(COMMAND, 6, wire_command, command, 0, WIRE_A2H, WIRE_ST_STANDING, 0, \
	    DONE)                                                              \
	X(KILL, 7, wire_command, command, 0, WIRE_A2H, WIRE_ST_STANDING, 0,    \
	    DONE)                                                              \
	X(FINISH, 8, wire_over, over, 0, WIRE_A2H, WIRE_ST_STANDING, 0, USAGE) \
	X(CHOICE, 9, wire_choice, choice, 0, WIRE_A2H, WIRE_ST_SPEC, 0, NONE)  \
	X(ITEM, 10, wire_item, item, 0, WIRE_A2H, WIRE_ST_SPEC, 0, NONE)       \
	X(ROOT, 11, wire_root, root, 1, WIRE_A2H, WIRE_ST_SPEC, 1, NONE)       \
	X(FURTHER, 12, wire_further, further, 0, WIRE_A2H,                     \
	    WIRE_ST_GREETED | WIRE_ST_SPEC | WIRE_ST_STANDING, 0, CONNECTION)  \
	X(EGRESS, 13, wire_broker, broker, 1, WIRE_A2H, WIRE_ST_SPEC, 1, NONE) \
	X(NET, 14, wire_net, net, 0, WIRE_A2H,                                 \
	    WIRE_ST_SPEC | WIRE_ST_STANDING, 0, NONE)                          \
	X(NET_SWAP, 15, wire_swap, swap, 0, WIRE_A2H, WIRE_ST_STANDING, 0,     \
	    SWAPPED)                                                           \
	X(RELEASE, 16, wire_over, over, 0, WIRE_A2H, WIRE_ST_STANDING, 0,      \
	    NONE)                                                              \
	X(WELCOME, 32, wire_welcome, welcome, 0, WIRE_H2A, 0, 0, NONE)         \
	X(STANDING, 33, wire_standing, standing, 1, WIRE_H2A, 0, 0, NONE)      \
	X(REFUSED, 34, wire_refused, refused, 0, WIRE_H2A, 0, 0, NONE)         \
	X(FAILED, 35, wire_failed, failed, 0, WIRE_H2A | WIRE_I2A | WIRE_I2H,  \
	    0, 0, NONE)                                                        \
	X(DONE, 36, wire_command, command, 0, WIRE_H2A, 0, 0, NONE)            \
	X(USAGE, 37, wire_usage, usage, 0, WIRE_H2A, 0, 0, NONE)               \
	X(CONNECTION, 38, wire_further, further, 1, WIRE_H2A, 0, 0, NONE)      \
	X(SWAPPED, 39, wire_swap, swap, 0, WIRE_H2A, 0, 0, NONE)               \
	X(EXEC, 64, wire_exec, exec, 4, WIRE_A2I, 0, 0, STARTED)               \
	X(EXEC_TTY, 65, wire_exec, exec, 1, WIRE_A2I, 0, 0, STARTED_TTY)       \
	X(SIGNAL, 66, wire_signal, signal, 0, WIRE_A2I, 0, 0, OK)              \
	X(OPEN, 67, wire_open, open, 0, WIRE_A2I, 0, 0, OPENED)                \
	X(MKDIRS, 68, wire_path, path, 0, WIRE_A2I, 0, 0, OK)                  \
	X(RENAME, 69, wire_rename, rename, 0, WIRE_A2I, 0, 0, OK)              \
	X(UNLINK, 70, wire_path, path, 0, WIRE_A2I, 0, 0, OK)                  \
	X(MINT, 71, wire_ok, ok, 0, WIRE_A2I, 0, 0, MINTED)                    \
	X(EXEC_TEXT, 72, wire_exec_text, exec_text, 3, WIRE_A2I, 0, 0,         \
	    STARTED)                                                           \
	X(STARTED, 96, wire_started, started, 0, WIRE_I2A, 0, 0, NONE)         \
	X(STARTED_TTY, 97, wire_started, started, 1, WIRE_I2A, 0, 0, NONE)     \
	X(OPENED, 98, wire_ok, ok, 1, WIRE_I2A, 0, 0, NONE)                    \
	X(OK, 99, wire_ok, ok, 0, WIRE_I2A, 0, 0, NONE)                        \
	X(EXITED, 100, wire_exited, exited, 0, WIRE_I2A, 0, 0, NONE)           \
	X(MINTED, 101, wire_ok, ok, 1, WIRE_I2A, 0, 0, NONE)                   \
	X(GO, 128, wire_ok, ok, 0, WIRE_H2I, 0, 0, NONE)                       \
	X(BUILD, 132, wire_build, build, 0, WIRE_H2I, 0, 0, READY)             \
	X(SOURCE, 133, wire_source, source, 1, WIRE_H2I, 0, 0, NONE)           \
	X(CGROUP, 129, wire_command, command, 4, WIRE_H2I, 0, 0, NONE)         \
	X(CGROUP_WATCHED, 131, wire_command, command, 5, WIRE_H2I, 0, 0, NONE) \
	X(LINEAGE, 130, wire_command, command, 0, WIRE_H2I, 0, 0, NONE)        \
	X(READY, 160, wire_ready, ready, 0, WIRE_I2H, 0, 0, NONE)              \
	X(GATE_SOCKET, 161, wire_gate_socket, gate, 1, WIRE_I2H | WIRE_H2E, 0, \
	    0, NONE)                                                           \
	X(GATE_POLICY, 192, wire_gate_policy, gate_policy, 1, WIRE_H2E, 0, 0,  \
	    NONE)                                                              \
	X(BROKER, 200, wire_broker, broker, 0, WIRE_E2H, 0, 0, NONE)           \
	X(ATTACH, 208, wire_attach, attach, 0, WIRE_A2E, 0, 0, NONE)           \
	X(VERDICT, 209, wire_verdict_of, verdict, 0, WIRE_A2E, 0, 0, NONE)     \
	X(SYNC, 210, wire_broker, broker, 0, WIRE_A2E, 0, 0, TOTALS)           \
	X(RELAY, 211, wire_relay, relay, 2, WIRE_A2E, 0, 0, NONE)              \
	X(ASK, 224, wire_ask, ask, 0, WIRE_E2A, 0, 0, NONE)                    \
	X(VIOLATION, 225, wire_violation, violation, 0, WIRE_E2A, 0, 0, NONE)  \
	X(TOTALS, 226, wire_totals, totals, 0, WIRE_E2A, 0, 0, NONE)

enum wire_type {
	WIRE_NONE = 0,
#define X(id, value, body, member, nfds, way, states, once, answer) \
	WIRE_##id = value,
	WIRE_TABLE(X)
#undef X
};

struct wire_header {
	uint16_t version; /* WIRE_VERSION */
	uint16_t type;	  /* enum wire_type */
	uint16_t nfds;
	uint16_t reserved;
	uint32_t len; /* of the body */
	uint32_t seq; /* of the request; an answer repeats it */
};

union wire_body {
	struct wire_hello hello;
	struct wire_begin begin;
	struct wire_mount mount;
	struct wire_limit limit;
	struct wire_choice choice;
	struct wire_item item;
	struct wire_root root;
	struct wire_commit commit;
	struct wire_further further;
	struct wire_command command;
	struct wire_over over;
	struct wire_welcome welcome;
	struct wire_standing standing;
	struct wire_refused refused;
	struct wire_failed failed;
	struct wire_usage usage;
	struct wire_exec exec;
	struct wire_exec_text exec_text;
	struct wire_signal signal;
	struct wire_open open;
	struct wire_path path;
	struct wire_rename rename;
	struct wire_started started;
	struct wire_ok ok;
	struct wire_exited exited;
	struct wire_build build;
	struct wire_source source;
	struct wire_ready ready;
	struct wire_net net;
	struct wire_swap swap;
	struct wire_gate_socket gate;
	struct wire_gate_policy gate_policy;
	struct wire_broker broker;
	struct wire_attach attach;
	struct wire_ask ask;
	struct wire_verdict_of verdict;
	struct wire_violation violation;
	struct wire_totals totals;
	struct wire_relay relay;
};

struct wire_msg {
	struct wire_header h;
	union wire_body u;
	int fds[WIRE_FDS_MAX]; /* -1 where none; the receiver's */
	struct ucred cred;     /* of the sender, if the socket passes it */
};

struct wire_info {
	uint16_t type;
	const char *name;
	uint32_t len;
	uint16_t nfds;
	uint16_t way;
	uint16_t states;
	uint16_t once;
	uint16_t answer;
};

/* The row of a type, or NULL. */
const struct wire_info *wire_info(uint16_t type);
/* Row i of the table, or NULL past its end. */
const struct wire_info *wire_info_at(unsigned i);
/* A number that changes with anything the table says. */
uint64_t wire_table_hash(void);

/*
 * Receives one message that may come in by one of ways. Returns 1 with *m
 * filled (its descriptors are the caller's); 0 if the peer is gone; -1 on a
 * fault, after which the connection must end: every descriptor that came is
 * closed, the code is ERR_PROTOCOL. flags: 0 or MSG_DONTWAIT (then -1 with
 * sys_errno EAGAIN says that there is none).
 */
int wire_recv(int fd, unsigned ways, int flags, struct wire_msg *m,
    struct err *e) MUST_CHECK;
/* Checks a body and header of total bytes as wire_recv does. For the fuzzer. */
int wire_check(const struct wire_msg *m, size_t total, unsigned nfds,
    unsigned ways, struct err *e) MUST_CHECK;
/*
 * Sends one message; body must be the type's struct. Descriptors stay the
 * caller's. Never raises SIGPIPE; ERR_GONE if the peer is gone. flags: 0 or
 * MSG_DONTWAIT.
 */
int wire_send(int fd, int flags, enum wire_type type, uint32_t seq,
    const void *body, const int *fds, struct err *e) MUST_CHECK;
/* Closes what descriptors a message brought and nobody took. */
void wire_msg_close(struct wire_msg *m);

#endif
