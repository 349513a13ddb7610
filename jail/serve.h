/* SPDX-License-Identifier: ISC */
/* States x messages: one connection of a peer, from HELLO to its end. */
#ifndef JAIL_SERVE_H
#define JAIL_SERVE_H

#include <stdbool.h>
#include "jail/base/err.h"
#include "policy/policy.h"

/*
 * Serves the peer on fd until it goes away or breaks the protocol; then
 * everything is undone. Returns 0, or -1 with the fault.
 */
int serve(int fd, bool privileged, const struct policy *ceiling,
    struct err *e) MUST_CHECK;

#endif
