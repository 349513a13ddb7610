/* SPDX-License-Identifier: ISC */
/*
 * The administrator's files: the ceiling for everybody, and what the files
 * of a peer's groups say over it.
 */
#ifndef JAIL_CEILING_H
#define JAIL_CEILING_H

#include <stddef.h>
#include <sys/types.h>
#include "jail/base/err.h"
#include "policy/policy.h"

/*
 * Reads the file; where there is none, everything is allowed. It must be
 * root's, and writable by root alone.
 */
int ceiling_read(
    const char *file, struct policy *ceiling, struct err *e) MUST_CHECK;
struct ceiling_groups {
	const gid_t *gid;
	size_t n;
};

/*
 * Reads over *ceiling the files *.policy of a directory that belong to one
 * of these groups, in the order of their names: what one does not name stays.
 */
int ceiling_read_groups(const char *dir, const struct ceiling_groups *g,
    struct policy *ceiling, struct err *e) MUST_CHECK;

#endif
