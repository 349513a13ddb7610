/* SPDX-License-Identifier: ISC */
/*
 * Which system calls a process in the box may make: tables, no code.
 *
 * A filter is an allow-list. What it does not name is refused with EPERM, a
 * number newer than the tables with ENOSYS (so that a libc that probes falls
 * back), and an entry by another ABI (i386, x32) kills the process.
 */
#ifndef POLICY_SYSCALLS_H
#define POLICY_SYSCALLS_H

#include <stdint.h>

/* One a word of CHOICE_SECCOMP, in its order. */
enum syscall_profile {
	SYSCALL_DEFAULT,
	SYSCALL_STRICT,
	SYSCALL__PROFILES
};

/* Sets of profiles, one bit each. */
#define SYSCALL_IN_DEFAULT (1u << SYSCALL_DEFAULT)
#define SYSCALL_IN_STRICT  (1u << SYSCALL_STRICT)
#define SYSCALL_IN_ALL	   (SYSCALL_IN_DEFAULT | SYSCALL_IN_STRICT)
/* The helper's own, and of a sandbox while it is built. */
#define SYSCALL_IN_HELPER (1u << SYSCALL__PROFILES)

enum syscall_verdict {
	SYSCALL_ALLOW,
	SYSCALL_REFUSE,	 /* EPERM */
	SYSCALL_NOSYS,	 /* as if the kernel did not have it */
	SYSCALL_INVAL,	 /* as if it did not have this operation */
	SYSCALL_PRETEND, /* answers 0 and does nothing */
	SYSCALL_KEYED,	 /* for pid 1, who has the key; else ENOSYS */
	SYSCALL__VERDICTS
};

/* True if (argument & mask) == value; an argument is taken as 64 bits. */
struct syscall_cond {
	uint8_t used;
	uint8_t arg;
	uint64_t mask, value;
};

/* Of the rows of one name the first whose conditions all hold counts; where
 * none does the call is refused. */
struct syscall_rule {
	const char *name;
	uint8_t verdict; /* enum syscall_verdict */
	struct syscall_cond cond[3];
};

/* What belongs together, and in which profiles it stands. */
struct syscall_group {
	const char *name;
	uint32_t in;
	const char *const *calls;	 /* whatever the arguments; or NULL */
	const struct syscall_rule *rows; /* by arguments; or NULL */
};

/* A number that libseccomp may be too old to know. */
struct syscall_number {
	const char *name;
	int number;
};

/*
 * What is refused, or refused in part, and why: for the manual, and so that
 * no call is refused by having been forgotten. Text in mdoc.
 */
struct syscall_reason {
	const char *group;
	uint32_t in; /* profiles */
	const char *const *calls;
	const char *why;
};

/* Numbers above this one are ENOSYS. */
#define SYSCALL_KNOWN_MAX 467

/* Each ends with a name NULL. */
extern const struct syscall_group syscalls_groups[];
extern const struct syscall_number syscalls_numbers[];
extern const struct syscall_reason syscalls_refused[];
extern const struct syscall_reason syscalls_partly[];
/* What the helper, and a box while it is built, needs beside the default. */
extern const char *const syscalls_helper[];

#endif
