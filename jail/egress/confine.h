/* SPDX-License-Identifier: ISC */
/*
 * What the broker's processes give up: the worker nearly all, those that
 * resolve names the rights to write and to execute.
 */
#ifndef JAIL_EGRESS_CONFINE_H
#define JAIL_EGRESS_CONFINE_H

#include "jail/base/err.h"

/*
 * The worker: no file is opened, nothing executed, no socket made but TCP's;
 * nobody outside is signalled. What it holds, it keeps.
 */
int confine_worker(struct err *e) MUST_CHECK;
/*
 * Files can be read. The host's resolver may use what sockets it likes, but
 * starts no program, and makes no namespace.
 */
int confine_lookup(struct err *e) MUST_CHECK;

#endif
