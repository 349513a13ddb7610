/* SPDX-License-Identifier: ISC */
/*
 * The service way in: a helper that strangers connect to. Who they are, how
 * many sandboxes one of them may have, and a process for each.
 */
#ifndef JAIL_SERVICE_H
#define JAIL_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>
#include "jail/base/err.h"
#include "jail/ceiling.h"

/* Who is at the other end, as the kernel noted when it connected. */
struct service_peer {
	struct ucred cred;
	struct ceiling_groups groups; /* the primary one among them */
};

/* True if the socket waits for connections. */
bool service_listening(int fd);
/*
 * Accepts on fd for ever. Returns 0 in a process that is made for each
 * connection, which is then what fd is; -1 if the listening cannot go on.
 */
int service_accept(int fd, struct err *e) MUST_CHECK;
/*
 * Who connected; and this process takes over that one's supplementary groups,
 * so that the sandbox has no group right that the peer lacks, and lacks none
 * that is held against it.
 */
int
service_identify(int fd, struct service_peer *peer, struct err *e) MUST_CHECK;
/*
 * Takes one of the places that a user has, for as long as this process lives.
 * ERR_REFUSED if all are taken. file holds nothing: its bytes are locked.
 */
int service_place(
    const char *file, uid_t uid, unsigned places, struct err *e) MUST_CHECK;

#endif
