// SPDX-License-Identifier: ISC
// Messages of netlink(7), written into a fixed buffer.
#include <arpa/inet.h>
#include <string.h>
#include <linux/netlink.h>
#include "jail/netlink.h"

void
netlink_init(struct netlink *n)
{
	memset(n, 0, sizeof(*n));
}

// Room for len bytes and what aligns the next, zeroed; or NULL.
static uint8_t *
take(struct netlink *n, size_t len)
{
	size_t room = NLMSG_ALIGN(len);
	uint8_t *p = n->data + n->used;

	if (n->overflow || len > NETLINK_MAX || room > NETLINK_MAX - n->used) {
		n->overflow = true;
		return NULL;
	}
	n->used += (uint32_t)room;
	return p; // netlink_init has cleared it
}

void
netlink_begin(struct netlink *n, uint16_t type, uint16_t flags, uint32_t seq)
{
	const struct nlmsghdr h = {
	    .nlmsg_type = type,
	    .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags),
	    .nlmsg_seq = seq,
	};

	n->msg = n->used;
	n->last = seq;
	netlink_family(n, &h, sizeof(h));
}

void
netlink_family(struct netlink *n, const void *header, size_t len)
{
	uint8_t *p = take(n, len);

	if (p != NULL)
		memcpy(p, header, len);
}

void
netlink_end(struct netlink *n)
{
	uint32_t len = n->used - n->msg;

	if (!n->overflow)
		memcpy(n->data + n->msg + offsetof(struct nlmsghdr, nlmsg_len),
		    &len, sizeof(len));
}

void
netlink_put(struct netlink *n, uint16_t type, const void *v, size_t len)
{
	const struct nlattr a = {
	    .nla_len = (uint16_t)(NLA_HDRLEN + len),
	    .nla_type = type,
	};
	uint8_t *p = take(n, NLA_HDRLEN + len);

	if (p == NULL)
		return;
	memcpy(p, &a, sizeof(a));
	memcpy(p + NLA_HDRLEN, v, len);
}

void
netlink_put_u8(struct netlink *n, uint16_t type, uint8_t v)
{
	netlink_put(n, type, &v, sizeof(v));
}

void
netlink_put_u32(struct netlink *n, uint16_t type, uint32_t v)
{
	netlink_put(n, type, &v, sizeof(v));
}

void
netlink_put_be32(struct netlink *n, uint16_t type, uint32_t v)
{
	netlink_put_u32(n, type, htonl(v));
}

void
netlink_put_text(struct netlink *n, uint16_t type, const char *s)
{
	netlink_put(n, type, s, strlen(s) + 1);
}

uint32_t
netlink_nest(struct netlink *n, uint16_t type)
{
	uint32_t at = n->used;

	netlink_put(n, (uint16_t)(type | NLA_F_NESTED), "", 0);
	return at;
}

void
netlink_unnest(struct netlink *n, uint32_t nest)
{
	uint16_t len = (uint16_t)(n->used - nest);

	if (!n->overflow)
		memcpy(n->data + nest + offsetof(struct nlattr, nla_len), &len,
		    sizeof(len));
}
