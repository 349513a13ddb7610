/* SPDX-License-Identifier: ISC */
/* States x messages: one connection of a peer, from HELLO to its end. */
#ifndef JAIL_SERVE_H
#define JAIL_SERVE_H

#include "jail/base/err.h"
#include "jail/subgid.h"
#include "policy/policy.h"

/*
 * Serves the peer on fd until it goes away or breaks the protocol; then
 * everything is undone. sub: of a helper without privilege; NULL: we have
 * some. Returns 0, or -1 with the fault.
 */
int serve(int fd, const struct subgid *sub, const struct policy *ceiling,
    struct err *e) MUST_CHECK;

#endif
