/* SPDX-License-Identifier: ISC */
/* A tree of files: copied, and taken away. No link in it is followed. */
#ifndef SRC_TRIAL_COPY_H
#define SRC_TRIAL_COPY_H

#include <sys/types.h>
#include "jail/base/err.h"

/*
 * Copies directory from into the new directory to (mode, times and, as root,
 * owner; hard links become files of their own). What is no file, directory
 * or symbolic link is an error. Ends early with ERR_INTERRUPTED if a signal
 * came.
 */
int copy_tree(const char *from, const char *to, struct err *e) MUST_CHECK;
/* Takes name in dir away with all below; 0 if it is not there, or gone. */
int copy_remove(int dir, const char *name);

#endif
