/* SPDX-License-Identifier: ISC */
/* What helper and pid 1 of a sandbox tell each other while it is built. */
#ifndef JAIL_WIRE_BUILD_H
#define JAIL_WIRE_BUILD_H

#include <stdint.h>
#include "policy/spec.h"

/* What pid 1 shall be; the spec lies in memory that it shares. */
struct wire_build {
	uint32_t enforced[LIMIT__COUNT]; /* enum wire_by */
	uint32_t sources;		 /* SOURCE messages that follow */
	uint32_t measured; /* 1: a command's cgroup has controllers */
};

/* Which directory of the peer's a SOURCE brings. */
enum wire_source_of {
	WIRE_SOURCE_WORKSPACE,
	WIRE_SOURCE_ROOT,
	WIRE_SOURCE_MOUNT, /* the first of those; more behind it */
};

struct wire_source {
	uint32_t which; /* enum wire_source_of */
	uint32_t tree;	/* 1: ready to be mounted; 0: as the peer opened it */
};

/* pid 1 has built what is on its side, and stands. */
struct wire_ready {
	uint32_t landlock_abi;
	uint32_t told; /* bits of enum wire_told */
	uint64_t reserved;
};

#endif
