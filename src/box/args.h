/* SPDX-License-Identifier: ISC */
/* A command's strings as EXEC_TEXT or EXEC want them. */
#ifndef SRC_BOX_ARGS_H
#define SRC_BOX_ARGS_H

#include "jail/wire/wire.h"
#include "src/box/box.h"

/* Fills argc, envc and size and the text, of which the rest must be zero.
 * False: there are too many. */
bool args_fit(const struct box_command *c, struct wire_exec_text *t);
/*
 * cwd, argv and environment of c. Returns the descriptor, the caller's, and
 * fills argc, envc and size of *x. ERR_LIMIT if they are too large.
 */
int args_pack(
    const struct box_command *c, struct wire_exec *x, struct err *e) MUST_CHECK;

#endif
