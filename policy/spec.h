/* SPDX-License-Identifier: ISC */
/*
 * What a sandbox is: plain values, no pointers, nothing done yet.
 *
 * A spec is filled from a policy text and from options, admitted against the
 * administrator's ceiling, and then built. Everyone who handles one sees the
 * same struct; nothing in it refers to memory elsewhere.
 */
#ifndef POLICY_SPEC_H
#define POLICY_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SPEC_PATH_MAX	1024 /* bytes of a path, terminator included */
#define SPEC_MOUNTS_MAX 32
#define SPEC_WORKSPACE	"/workspace"

enum spec_unit {
	SPEC_UNIT_MS,	   /* text: 300ms, 10s, 5m, 1h */
	SPEC_UNIT_BYTES,   /* text: 512, 64K, 1M, 2G (powers of 1024) */
	SPEC_UNIT_COUNT,   /* text: 128 */
	SPEC_UNIT_PERCENT, /* of one core; text: 50%, 250% */
	SPEC_UNIT_RATE,	   /* bytes a second; text: 64K/s, 10M/s */
	SPEC_UNIT_MONEY,   /* millionths of a dollar; text: 2, 0.50, 12.25 */
};

/*
 * Limits of one command, but for tmp and those named session- and net-, which
 * are the sandbox's, all its commands together.
 * name, text name, unit, default, smallest, greatest, what it bounds.
 * 0 means "none" (no limit) wherever a value may stand.
 */
#define LIMIT_TABLE(X)                                                         \
	X(TIME, "time", SPEC_UNIT_MS, 0, 1, 31536000000,                       \
	    "wall time of a command")                                          \
	X(CPU_TIME, "cpu-time", SPEC_UNIT_MS, 0, 10, 31536000000,              \
	    "CPU time of a command and all it starts")                         \
	X(CPU, "cpu", SPEC_UNIT_PERCENT, 0, 1, 409600,                         \
	    "speed of a command, 100% being one core")                         \
	X(CPU_WEIGHT, "cpu-weight", SPEC_UNIT_COUNT, 100, 1, 10000,            \
	    "share of a command where cores are short, 100 being usual")       \
	X(MEMORY, "memory", SPEC_UNIT_BYTES, 4294967296, 1048576,              \
	    1125899906842624, "memory of a command and all it starts")         \
	X(PIDS, "pids", SPEC_UNIT_COUNT, 1024, 1, 4194304,                     \
	    "processes and threads of a command at one time")                  \
	X(FSIZE, "fsize", SPEC_UNIT_BYTES, 0, 1, 1125899906842624,             \
	    "size of a file that a command writes")                            \
	X(NOFILE, "nofile", SPEC_UNIT_COUNT, 4096, 16, 1048576,                \
	    "open files of one process")                                       \
	X(IO_RATE, "io-rate", SPEC_UNIT_RATE, 0, 4096, 1125899906842624,       \
	    "bytes a second from the workspace's disk, and as many to it")     \
	X(DISK, "disk", SPEC_UNIT_BYTES, 0, 4096, 1125899906842624,            \
	    "bytes that a command may add to the workspace")                   \
	X(OUTPUT, "output", SPEC_UNIT_BYTES, 0, 1, 1125899906842624,           \
	    "bytes a command may write to stdout and stderr together")         \
	X(OUTPUT_RATE, "output-rate", SPEC_UNIT_RATE, 0, 1, 1125899906842624,  \
	    "the same, a second: it is slowed down to this")                   \
	X(TMP, "tmp", SPEC_UNIT_BYTES, 67108864, 65536, 1099511627776,         \
	    "size of /tmp, and of /dev/shm")                                   \
	X(SESSION_TIME, "session-time", SPEC_UNIT_MS, 0, 1, 31536000000,       \
	    "wall time of the sandbox")                                        \
	X(SESSION_CPU_TIME, "session-cpu-time", SPEC_UNIT_MS, 0, 10,           \
	    31536000000, "CPU time of all its commands together")              \
	X(SESSION_CPU, "session-cpu", SPEC_UNIT_PERCENT, 0, 1, 409600,         \
	    "speed of all its commands together")                              \
	X(SESSION_MEMORY, "session-memory", SPEC_UNIT_BYTES, 0, 1048576,       \
	    1125899906842624,                                                  \
	    "memory of all its commands together, /tmp and /dev/shm included") \
	X(SESSION_PIDS, "session-pids", SPEC_UNIT_COUNT, 0, 1, 4194304,        \
	    "processes and threads of all its commands at one time")           \
	X(SESSION_DISK, "session-disk", SPEC_UNIT_BYTES, 0, 4096,              \
	    1125899906842624,                                                  \
	    "bytes that all its commands may add to the workspace")            \
	X(SESSION_OUTPUT, "session-output", SPEC_UNIT_BYTES, 0, 1,             \
	    1125899906842624,                                                  \
	    "bytes that all its commands may write to stdout and stderr")      \
	X(BACKGROUND, "background", SPEC_UNIT_COUNT, 16, 1, 255,               \
	    "commands that run at one time, beside one")                       \
	X(NET_CONNECTIONS, "net-connections", SPEC_UNIT_COUNT, 512, 1, 16384,  \
	    "connections through the network's gate at one time")              \
	X(NET_NAMES, "net-names", SPEC_UNIT_COUNT, 4096, 1, 65536,             \
	    "host names that the sandbox may ask for")                         \
	X(NET_UP, "net-up", SPEC_UNIT_BYTES, 0, 1, 1125899906842624,           \
	    "bytes that the sandbox may send")                                 \
	X(NET_DOWN, "net-down", SPEC_UNIT_BYTES, 0, 1, 1125899906842624,       \
	    "bytes that the sandbox may receive")                              \
	X(NET_RATE, "net-rate", SPEC_UNIT_RATE, 0, 1024, 1125899906842624,     \
	    "bytes a second, both ways together: it is slowed down to this")

enum spec_limit {
#define X(id, name, unit, def, min, max, what) LIMIT_##id,
	LIMIT_TABLE(X)
#undef X
	LIMIT__COUNT
};

struct spec_limit_info {
	const char *name;
	enum spec_unit unit;
	uint64_t def, min, max;
	const char *what;
};

/*
 * What is one of a few words: name, what it is about, the words, from the one
 * that allows most to the one that allows least; the first is the default.
 */
#define CHOICE_TABLE(X)                                                        \
	X(SECCOMP, "seccomp", "which system calls a command may make",         \
	    "default", "strict")                                               \
	X(PROC, "proc",                                                        \
	    "what /proc shows: all, no process that one may not "              \
	    "trace, nothing but processes",                                    \
	    "full", "hidepid", "subset")                                       \
	X(EXEC, "workspace", "whether files of the workspace can be executed", \
	    "exec", "noexec")                                                  \
	X(DEGRADED, "degraded",                                                \
	    "whether to run where a layer or the kernel's own "                \
	    "way to hold a limit is lacking",                                  \
	    "allow", "refuse")

#define CHOICE_WORDS_MAX 4

enum spec_choice {
#define X(id, name, what, ...) CHOICE_##id,
	CHOICE_TABLE(X)
#undef X
	CHOICE__COUNT
};

enum {
	SECCOMP_DEFAULT,
	SECCOMP_STRICT,
	SECCOMP__COUNT
};
enum {
	PROC_FULL,
	PROC_HIDEPID,
	PROC_SUBSET,
	PROC__COUNT
};
enum {
	EXEC_YES,
	EXEC_NO,
	EXEC__COUNT
};
enum {
	DEGRADED_ALLOW,
	DEGRADED_REFUSE,
	DEGRADED__COUNT
};

/* What is a list of words. name, what an item is; as in CHOICE_TABLE. */
#define LIST_TABLE(X)                                                \
	X(PROTECT, "protect", "path below the workspace, read-only") \
	X(UNPROTECT, "unprotect",                                    \
	    "path that is protected by default, and shall not be")   \
	X(COMMAND, "command",                                        \
	    "executable of the system that may be run; "             \
	    "none named: all")

#define SPEC_ITEM_MAX  256 /* bytes, terminator included */
#define SPEC_ITEMS_MAX 64

enum spec_list_id {
#define X(id, name, what) LIST_##id,
	LIST_TABLE(X)
#undef X
	LIST__COUNT
};

struct spec_list {
	uint32_t n;
	char item[SPEC_ITEMS_MAX][SPEC_ITEM_MAX];
};

/*
 * The network: rules about destinations, each with a verdict. deny is stronger
 * than ask, ask than allow, wherever they stand; what no rule names is denied,
 * or as a rule for everything says.
 * Without any rule a sandbox has no network at all. See policy/egress.h.
 */
#define SPEC_NET_MAX	  256 /* rules */
#define SPEC_NET_HOST_MAX 256 /* bytes of a name, terminator included */

enum net_verdict {
	NET_DENY,
	NET_ASK,
	NET_ALLOW,
	NET_VERDICT__COUNT
};

enum net_kind {
	NET_NAME,	/* host: that name alone */
	NET_SUBDOMAINS, /* host of "*.HOST": what lies below it, not itself */
	NET_DOMAIN,	/* host of "**.HOST": both */
	NET_CIDR,	/* addr/prefix, IPv4 as mapped to IPv6 */
	NET_LOOPBACK,	/* "host": a service on the host's loopback */
	NET_EVERYTHING, /* "*": what no other rule names; `net open` allows */
	NET_KIND__COUNT
};

enum net_flag {
	NET_RAW = 1,	  /* any protocol, not only TLS and HTTP */
	NET_PRIVATE = 2,  /* its addresses need not be public */
	NET_NO_SNI = 4,	  /* TLS without a server name is let through */
	NET_ECH_DENY = 8, /* TLS with encrypted_client_hello is refused */
	NET_FLAG__ALL = 15,
};

/* Who says it: for people. */
enum net_origin {
	NET_FROM_POLICY,
	NET_FROM_PRESET,
	NET_FROM_OPTION,
	NET_FROM_APPROVAL,
	NET_ORIGIN__COUNT
};

struct spec_net_rule {
	uint16_t verdict, kind, flags, origin; /* the enums above */
	uint16_t port_first, port_last;	       /* 0, 0: no port was said */
	uint16_t prefix;		       /* NET_CIDR: bits, 0 to 128 */
	uint16_t reserved;
	uint32_t line; /* of the text that says it; 0: none */
	uint8_t addr[16];
	char host[SPEC_NET_HOST_MAX]; /* normal, see policy/hostname.h */
	char preset[32];	      /* NET_FROM_PRESET: its name; else "" */
};

struct spec_net {
	uint32_t n;
	struct spec_net_rule rule[SPEC_NET_MAX];
};

struct spec_mount {
	uint32_t writable;	 /* 0 or 1 */
	char src[SPEC_PATH_MAX]; /* absolute, clean, on the host */
	char dst[SPEC_PATH_MAX]; /* absolute, clean, inside */
};

struct spec {
	uint64_t limit[LIMIT__COUNT]; /* unit as in LIMIT_TABLE; 0: none */
	uint32_t choice[CHOICE__COUNT];
	struct spec_list list[LIST__COUNT];
	char root[SPEC_PATH_MAX]; /* directory of the host; "": its system */
	uint32_t nmounts;
	struct spec_mount mount[SPEC_MOUNTS_MAX];
	struct spec_net net;
};

/* The facts of one limit. Never fails for limit < LIMIT__COUNT. */
const struct spec_limit_info *spec_limit_info(enum spec_limit limit);
/* The limit of that name, or -1. */
int spec_limit_find(const char *name);
/* True if the limit can have that value: 0 (none), or within its range. */
bool spec_limit_valid(enum spec_limit limit, uint64_t value);
/*
 * True if the kernel can hold the limit, given what that needs; else it is
 * kept by pid 1 or by who reads the output, wherever a sandbox runs.
 */
bool spec_limit_kernels(enum spec_limit limit);
/* Name of a choice, and its word of that value, or NULL past the last. */
const char *spec_choice_name(enum spec_choice choice);
const char *spec_choice_word(enum spec_choice choice, uint32_t value);
const char *spec_list_name(enum spec_list_id list);
/*
 * Why an item is not one of a list, as a phrase to follow it in a message;
 * or NULL. Paths are relative and clean; a command is a name or a path.
 */
const char *
spec_item_fault(enum spec_list_id list, const char *item, size_t len);
/* All limits at their defaults, no mounts. */
void spec_init(struct spec *spec);
/*
 * No limit set, no mounts; choices and lists likewise. What a ceiling starts
 * from. Room beyond a count is not written to.
 */
void spec_init_empty(struct spec *spec);

#endif
