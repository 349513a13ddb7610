/* SPDX-License-Identifier: ISC */
/*
 * What processes hold by descriptors alone: memfds, and files without a name.
 */
#ifndef JAIL_INSIDE_FDS_H
#define JAIL_INSIDE_FDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Processes of a command, and when to stop looking at them. */
struct members {
	const pid_t *pid;
	size_t n;
	uint64_t until_us;
};

struct fds_bytes {
	uint64_t memfds;
	uint64_t unnamed; /* deleted files on the device asked for */
};

/* Each object counts once, however many hold it. */
void fds_count(const struct members *m, dev_t device, struct fds_bytes *b);
/* Whether the last count met a memfd of that inode. */
bool fds_met(uint64_t inode);

#endif
