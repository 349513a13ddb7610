/* SPDX-License-Identifier: ISC */
/* What is weaker in a sandbox that stands than it could be. */
#ifndef JAIL_DEGRADED_H
#define JAIL_DEGRADED_H

#include <stdbool.h>
#include "jail/base/err.h"
#include "jail/wire/wire.h"

/*
 * ERR_DEGRADED with the names of all that is (those of stockade-doctor(1)) if
 * there is something; privileged: an own user id is to be had. A limit that
 * is not set lacks nothing.
 */
int degraded_refuse(const struct wire_standing *facts, bool privileged,
    struct err *e) MUST_CHECK;

#endif
