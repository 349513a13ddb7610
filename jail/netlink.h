/* SPDX-License-Identifier: ISC */
/*
 * Messages of netlink(7), written into a fixed buffer: headers, attributes,
 * nests. Pure: no socket, no heap.
 *
 * What does not fit is left out and noted, so that only the end has to be
 * looked at.
 */
#ifndef JAIL_NETLINK_H
#define JAIL_NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NETLINK_MAX 1024 /* bytes of all messages in one buffer */

struct netlink {
	uint32_t used;
	uint32_t msg;  /* where the message being written begins */
	uint32_t last; /* seq of the last one begun */
	bool overflow; /* something did not fit: of no use */
	_Alignas(8) uint8_t data[NETLINK_MAX];
};

void netlink_init(struct netlink *n);
/* A message: its header, then what its family wants before attributes. */
void
netlink_begin(struct netlink *n, uint16_t type, uint16_t flags, uint32_t seq);
void netlink_family(struct netlink *n, const void *header, size_t len);
void netlink_end(struct netlink *n);
/* Attributes of the message begun. The buffer's numbers are the machine's, but
 * for be32, which netfilter wants. Text is told with its NUL. */
void netlink_put(struct netlink *n, uint16_t type, const void *v, size_t len);
void netlink_put_u8(struct netlink *n, uint16_t type, uint8_t v);
void netlink_put_u32(struct netlink *n, uint16_t type, uint32_t v);
void netlink_put_be32(struct netlink *n, uint16_t type, uint32_t v);
void netlink_put_text(struct netlink *n, uint16_t type, const char *s);
/* An attribute of attributes: what comes until netlink_unnest is in it. */
uint32_t netlink_nest(struct netlink *n, uint16_t type);
void netlink_unnest(struct netlink *n, uint32_t nest);

#endif
