/* SPDX-License-Identifier: ISC */
/* States x messages: one connection of a peer, from HELLO to its end. */
#ifndef JAIL_SERVE_H
#define JAIL_SERVE_H

#include <stdbool.h>
#include <sys/socket.h>
#include "jail/base/err.h"
#include "jail/subgid.h"
#include "policy/policy.h"

struct serve_as {
	struct subgid *sub; /* of a helper without privilege, or NULL */
	const struct policy *ceiling;
	/* The service: who connected; else NULL, and HELLO tells. */
	const struct ucred *known;
	bool others; /* and has groups beside its own */
	/* If not NULL: all that the peer gets to hear. */
	const struct err *turn_away;
};

/*
 * Serves the peer on fd until it goes away or breaks the protocol; then
 * everything is undone. Returns 0, or -1 with the fault.
 */
int serve(int fd, const struct serve_as *as, struct err *e) MUST_CHECK;

#endif
