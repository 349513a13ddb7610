/* SPDX-License-Identifier: ISC */
/*
 * Messages as bytes, right ones and any others, and what goes beside them.
 */
#ifndef TESTS_UNIT_RAW_H
#define TESTS_UNIT_RAW_H

#include <stddef.h>
#include <stdint.h>
#include "jail/wire/wire.h"

#define RAW_FDS_MOST 253 /* what the kernel lets one message bring */

/* What must hold of a part of a body; written anew, not check.c's own. */
enum raw_kind {
	ZERO,
	NAME,
	BOOL,
	BY,
	ONE,
	SET,
	TEXT,
	PORT,
};

struct raw_part {
	uint16_t type;
	enum raw_kind kind;
	size_t at, size;
	const char *name;
};

/* Ends with name NULL. */
extern const struct raw_part raw_parts[];

struct raw {
	struct wire_header h;
	char body[sizeof(union wire_body) + 64];
	size_t size; /* of header and body */
	unsigned nfds;
};

/* A message of that row, right in all. */
void raw_right(struct raw *r, const struct wire_info *w);
/* Sends it with r->nfds copies of fd. Returns 0, or -1 with errno. */
int raw_send(int sock, const struct raw *r, int fd);
/* How many descriptors this process has. */
unsigned raw_open_files(void);

#endif
