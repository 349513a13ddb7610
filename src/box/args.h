/* SPDX-License-Identifier: ISC */
/* A command's strings in a sealed memfd, as EXEC wants them. */
#ifndef SRC_BOX_ARGS_H
#define SRC_BOX_ARGS_H

#include "jail/wire/wire.h"
#include "src/box/box.h"

/*
 * cwd, argv and environment of c. Returns the descriptor, the caller's, and
 * fills argc, envc and size of *x. ERR_LIMIT if they are too large.
 */
int args_pack(
    const struct box_command *c, struct wire_exec *x, struct err *e) MUST_CHECK;

#endif
