/* SPDX-License-Identifier: ISC */
/*
 * Numbers about processes, read from pid 1's own /proc: it has no privilege
 * to lose over parsing it. What cannot be read counts as nothing.
 */
#ifndef JAIL_INSIDE_PROCFS_H
#define JAIL_INSIDE_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What processes use, together. Bytes, but for the last two. */
struct procfs_sums {
	uint64_t anon;	 /* resident, nothing on a disk stands for it */
	uint64_t shmem;	 /* resident, of tmpfs, memfds and segments */
	uint64_t tables; /* page tables */
	uint64_t io_read, io_written; /* of disks, the dead waited for too */
	uint64_t cpu_usec;	      /* the dead that they waited for too */
	uint32_t threads;
};

/* Reads /proc/PID/name as fd_read_text() does. */
ssize_t procfs_read(pid_t pid, const char *name, char *buf, size_t size);
/* Digits, and where they end (end may be NULL); 0 if there are none. */
uint64_t procfs_digits(const char *s, const char **end);
/* 0 if it is gone. */
pid_t procfs_parent(pid_t pid);
/* These add what they find. */
void procfs_add_memory(pid_t pid, struct procfs_sums *s); /* and threads */
void procfs_add_cpu(pid_t pid, struct procfs_sums *s);
void procfs_add_io(pid_t pid, struct procfs_sums *s);
/*
 * anon and shmem again, pages of several processes by their part: costly. Of
 * a process that made itself unreadable, all of them: or it could hide so.
 */
void procfs_add_parts(pid_t pid, struct procfs_sums *s);
/*
 * Of shmem, the part that lies in objects which are counted as such: files
 * of the box's tmpfs, segments, and memfds for which memfd(inode) is true.
 * Costlier still.
 */
uint64_t procfs_mapped(pid_t pid, bool (*memfd)(uint64_t inode));

#endif
