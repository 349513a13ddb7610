/* SPDX-License-Identifier: ISC */
/*
 * Where a file of records is continued: its last whole line, and what a writer
 * that was killed, or that had no room, left after it.
 */
#ifndef JAIL_EGRESS_TAIL_H
#define JAIL_EGRESS_TAIL_H

#include <stdbool.h>
#include <stdint.h>
#include "jail/base/err.h"

#define TAIL_HASH 32

struct tail {
	uint64_t seq;		  /* of the next record; 1 in an empty file */
	uint8_t prev[TAIL_HASH];  /* SHA-256 of the last whole line; or zeros */
	bool newline;		  /* that line lacks its newline alone */
	bool torn;		  /* there is a piece of a line after it */
	bool open;		  /* the piece has no newline yet */
	uint8_t piece[TAIL_HASH]; /* SHA-256 of it, once it has one */
};

/* Reads the end of fd by pread(2). */
int tail_read(int fd, struct tail *t, struct err *e) MUST_CHECK;
/* SHA-256 of p[0..n). */
void tail_hash(const void *p, size_t n, uint8_t out[TAIL_HASH]);

#endif
