/* SPDX-License-Identifier: ISC */
/*
 * The helper's own program, out of a box's reach.
 *
 * What pid 1 starts is, until it has executed, a process of the helper's
 * program, and a command that is called /proc/self/exe, or has that as its
 * interpreter, becomes that program again: a file of the host's, by a mount
 * that nobody made read-only, which may belong to the box's own user. Landlock
 * refuses that. Where there is none the helper runs from a sealed copy.
 */
#ifndef JAIL_IMAGE_H
#define JAIL_IMAGE_H

#include "jail/base/err.h"

/* Returns 0 if nothing can be reached, as it is; does not return if the
 * program begins anew, from the copy. Descriptors without CLOEXEC stay open. */
int image_hide(char *const *argv, struct err *e) MUST_CHECK;

#endif
