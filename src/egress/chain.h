/* SPDX-License-Identifier: ISC */
/*
 * Whether a file of the broker's records, or of the audit log, is as it was
 * written: each line holds the SHA-256 of the one before it.
 */
#ifndef SRC_EGRESS_CHAIN_H
#define SRC_EGRESS_CHAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define CHAIN_HASH 32

struct chain {
	uint64_t lines, records;
	uint64_t pieces; /* lines that a killed broker or full disk tore */
	uint64_t lost;	 /* records that could not be written, as told */
	bool torn_end;	 /* the last line is such a piece */
	uint64_t fault;	 /* line of the first fault, from 1; 0: none */
	char why[160];	 /* what is wrong with it */
	char last[2 * CHAIN_HASH + 1]; /* hash of the last record's line */
};

/* Reads f to its end. 0: the chain holds; -1: see fault and why. */
int chain_verify(FILE *f, struct chain *c);

#endif
