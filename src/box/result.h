/* SPDX-License-Identifier: ISC */
/*
 * How a command ended, put together from what pid 1 and the helper say.
 */
#ifndef SRC_BOX_RESULT_H
#define SRC_BOX_RESULT_H

#include "jail/wire/wire.h"
#include "src/box/box.h"

/* Fills *r from the two messages that end a command. */
void result_fill(struct box_result *r, const struct wire_exited *x,
    const struct wire_usage *u);

#endif
