/* SPDX-License-Identifier: ISC */
/*
 * What of a writable workspace is read-only all the same, also where it does
 * not exist yet: by mounts, made in the child once the workspace is in place.
 */
#ifndef JAIL_PROTECT_H
#define JAIL_PROTECT_H

#include <stdint.h>
#include "jail/base/err.h"
#include "policy/spec.h"

/* What there is to tell of it: enum wire_told. */

/*
 * Protects what the tables and the spec say below the directory workspace.
 * keeper is a socket to it. Bits of *told say what is less than it could be.
 */
int protect_put(int workspace, const struct spec *spec, int keeper,
    uint32_t *told, struct err *e) MUST_CHECK;

#endif
