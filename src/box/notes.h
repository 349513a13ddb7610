/* SPDX-License-Identifier: ISC */
/* What a user should know of a sandbox that is nothing to fail for. */
#ifndef SRC_BOX_NOTES_H
#define SRC_BOX_NOTES_H

#include "src/box/box.h"

/* Says it on stderr, as the program who ("stockade run"). */
void notes_say(const struct box *b, const char *who);

#endif
