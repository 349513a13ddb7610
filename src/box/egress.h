/* SPDX-License-Identifier: ISC */
/*
 * The network's broker, started for one sandbox: as the user, with nothing
 * but the descriptors that are arranged for it.
 */
#ifndef SRC_BOX_EGRESS_H
#define SRC_BOX_EGRESS_H

#include <sys/types.h>
#include "jail/base/err.h"

struct egress {
	pid_t pid; /* 0: there is none */
	int chan;  /* our end of the broker's fd 4; -1: there is none */
};

/* What egress_end() may be called on. */
#define EGRESS_NONE                   \
	(struct egress)               \
	{                             \
		.pid = 0, .chan = -1, \
	}

/*
 * Starts the broker. records: a file to which it appends what it decides, or
 * -1; stays the caller's. Returns the other end of the broker's fd 3, which
 * is for the helper (EGRESS), and the caller's; or -1.
 */
int egress_start(struct egress *g, int records, struct err *e) MUST_CHECK;
/*
 * Waits for its end, which comes when the helper is gone; if it does not come
 * within three seconds the broker is killed.
 */
void egress_end(struct egress *g);

#endif
