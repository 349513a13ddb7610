/* SPDX-License-Identifier: ISC */
/*
 * Where what we keep between runs lies: below the user's state directory, of
 * the user that we are by now.
 */
#ifndef SRC_BOX_STATE_H
#define SRC_BOX_STATE_H

#include <stddef.h>
#include "jail/base/err.h"

#define STATE_PATH_MAX 4096
#define STATE_NAME_MAX 64

/*
 * $XDG_STATE_HOME/stockade/NAME, or the same below ~/.local/state; there is
 * room for a file's name after it. ERR_SESSION: no such place.
 */
int state_dir(
    const char *name, char path[STATE_PATH_MAX], struct err *e) MUST_CHECK;
/* Makes it, mode 0700, and what is above it. */
int state_make_dir(const char *path, struct err *e) MUST_CHECK;
/* A name for a run, of time and chance: names sort as the runs began. */
int state_run_name(char name[STATE_NAME_MAX], struct err *e) MUST_CHECK;

#endif
