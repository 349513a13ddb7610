/* SPDX-License-Identifier: ISC */
/*
 * Subordinate ids, by which a helper without privilege may drop the caller's
 * other groups.
 *
 * The kernel lets nobody drop groups who maps his own ids alone: a group may
 * be what keeps him out of a file. Who has subordinate group ids in
 * /etc/subgid may, by newgidmap(1), which is setuid root: so a process is set
 * aside for it before we give up the right to gain any. Not needed, and not
 * done, where the caller has no other groups.
 */
#ifndef JAIL_SUBGID_H
#define JAIL_SUBGID_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "jail/base/err.h"

struct subgid {
	int fd; /* to the process set aside, or -1: there is none */
	pid_t pid;
	gid_t own;
	uint32_t first; /* of the subordinate ones */
	bool others;	/* the caller has groups beside his own */
};

/* Before no_new_privs is set. What is missing shows in fd; no error. */
void subgid_start(struct subgid *s);
/* Maps own and first of a fresh child: its groups can be dropped then. */
int subgid_write(const struct subgid *s, pid_t child, struct err *e) MUST_CHECK;
void subgid_stop(struct subgid *s);

/*
 * The first subordinate id of a user in the text of /etc/subgid, by name or
 * by number; 0: none. Name of a uid in the text of /etc/passwd, or NULL.
 */
uint32_t subgid_find(const char *text, const char *name, uid_t uid);
const char *subgid_name(const char *passwd, uid_t uid, char *buf, size_t size);

#endif
