/* SPDX-License-Identifier: ISC */
/* What runs in the processes that resolve names. */
#ifndef JAIL_EGRESS_LOOKUP_H
#define JAIL_EGRESS_LOOKUP_H

#include "jail/egress/resolve.h"

/* A question, and an answer, as they cross a seqpacket. */
struct lookup_question {
	uint64_t id; /* not 0 */
	char name[SPEC_NET_HOST_MAX];
};

#define LOOKUP_SECONDS 12 /* then it is killed, and another one begins */

/*
 * Keeps a process at each of fds, which answers questions; a new one in the
 * place of one that ended, or took too long. lifeline: of whose end it ends,
 * too. It never returns.
 */
_Noreturn void lookup_keep(const int fds[RESOLVE_SLOTS], int lifeline);
/* Asks the host's resolver: getaddrinfo, and no list of domains. */
void lookup_name(const char *name, struct resolved *r);

#endif
