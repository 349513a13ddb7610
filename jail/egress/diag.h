/* SPDX-License-Identifier: ISC */
/* Whose a connection of the sandbox is: asked of its own kernel tables. */
#ifndef JAIL_EGRESS_DIAG_H
#define JAIL_EGRESS_DIAG_H

#include <stddef.h>
#include <stdint.h>

/* IPv4, in network order, as the sandbox sees them. */
struct diag_ends {
	uint8_t src[4], dst[4];
	uint16_t src_port, dst_port; /* host order */
};

/*
 * The uid and inode of the socket inside, by one exact question to fd, a
 * NETLINK_SOCK_DIAG socket of that namespace. ~0 and 0: not known.
 */
void
diag_look(int fd, const struct diag_ends *d, uint32_t *uid, uint32_t *inode);

#endif
