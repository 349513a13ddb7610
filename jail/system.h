/* SPDX-License-Identifier: ISC */
/*
 * A system other than the host's: a root file system that a policy names, of
 * which the box sees the programs and the settings.
 */
#ifndef JAIL_SYSTEM_H
#define JAIL_SYSTEM_H

#include "jail/base/err.h"

/*
 * Shows parts of tree below root, which lies on /usr of the old root and has
 * its own /etc: what is there already stays. Names in the tree are not
 * followed: a link is a link inside, too.
 */
int system_put(int tree, int root, struct err *e) MUST_CHECK;

#endif
