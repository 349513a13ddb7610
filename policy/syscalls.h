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

enum syscall_verdict {
	SYSCALL_ALLOW,
	SYSCALL_NOSYS, /* as if the kernel did not have it */
};

/* True if (argument & mask) == value; an argument is taken as 64 bits. */
struct syscall_cond {
	uint8_t used;
	uint8_t arg;
	uint64_t mask, value;
};

/* Rows of the same name are alternatives. */
struct syscall_rule {
	const char *name;
	uint8_t verdict; /* enum syscall_verdict */
	int16_t number;	 /* where libseccomp may not know it; else 0 */
	struct syscall_cond cond[3];
};

/* Refused although the rules allow the call: low 32 bits of an argument. */
struct syscall_refusal {
	const char *name;
	uint8_t arg;
	uint32_t value;
};

/* Numbers above this one are ENOSYS. */
#define SYSCALL_KNOWN_MAX 467

/* Of processes in the box. Each ends with name NULL. */
extern const struct syscall_rule syscalls_default[];
extern const struct syscall_refusal syscalls_refused[];
/* What the helper, and a box while it is built, needs beside them. */
extern const char *const syscalls_helper[];

#endif
