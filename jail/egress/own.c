// SPDX-License-Identifier: ISC
// The host's own addresses: one dump, and another at each change.
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/egress/own.h"
#include "policy/address.h"

enum {
	MESSAGE = 16384
};

static int
dump(struct own *o)
{
	struct {
		struct nlmsghdr h;
		struct ifaddrmsg a;
	} ask = {
	    .h =
		{
		    .nlmsg_len = sizeof(ask),
		    .nlmsg_type = RTM_GETADDR,
		    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		},
	};

	o->dumping = true;
	o->whole = false;
	o->n = 0;
	return send(o->source.fd, &ask, sizeof(ask), MSG_DONTWAIT) < 0 ? -1 : 0;
}

static void
add(struct own *o, int family, const void *p, size_t len)
{
	uint8_t *a;

	if (o->n >= OWN_MAX)
		return;
	a = o->addr[o->n];
	if (family == AF_INET && len == 4)
		address_from_v4(a, p);
	else if (family == AF_INET6 && len == 16)
		memcpy(a, p, 16);
	else
		return;
	o->n++;
}

// IFA_LOCAL is ours, IFA_ADDRESS the other end's where the two differ.
static void
read_address(struct own *o, const struct nlmsghdr *h)
{
	const struct ifaddrmsg *a = NLMSG_DATA(h);
	const struct rtattr *r = IFA_RTA(a), *found = NULL;
	int len = (int)IFA_PAYLOAD(h);

	if (h->nlmsg_len < NLMSG_LENGTH(sizeof(*a)))
		return;
	for (; RTA_OK(r, len); r = RTA_NEXT(r, len))
		if (r->rta_type == IFA_LOCAL ||
		    (r->rta_type == IFA_ADDRESS && found == NULL))
			found = r;
	if (found != NULL)
		add(o, a->ifa_family, RTA_DATA(found), RTA_PAYLOAD(found));
}

void
own_read(struct own *o, const void *msgs, size_t len)
{
	const struct nlmsghdr *h = msgs;
	int left = (int)len; // signed: what NLMSG_NEXT takes may be more

	for (; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
		if (h->nlmsg_type == RTM_NEWADDR && o->dumping)
			read_address(o, h);
		else if (h->nlmsg_type == RTM_NEWADDR ||
			 h->nlmsg_type == RTM_DELADDR)
			o->whole = false;
		if (h->nlmsg_type == NLMSG_DONE) {
			o->dumping = false;
			o->whole = o->n < OWN_MAX;
		}
	}
}

// All that has come; and all that is to be asked for. The kernel answers at
// once, so that this ends with a whole list.
static void
drain(struct own *o)
{
	char buf[MESSAGE] __attribute__((aligned(8)));
	ssize_t n;

	for (;;) {
		n = recv(o->source.fd, buf, sizeof(buf), MSG_DONTWAIT);
		if (n > 0) {
			own_read(o, buf, (size_t)n);
			continue;
		}
		// Messages were lost: who knows which.
		if (n < 0 && errno == ENOBUFS)
			o->whole = o->dumping = false;
		if (o->whole || o->dumping || o->n == OWN_MAX || dump(o) != 0)
			return;
	}
}

static void
own_ready(struct source *s, uint32_t events)
{
	(void)events;
	drain(loop_owner(s, struct own, source));
}

bool
own_is(const struct own *o, const uint8_t a[ADDRESS_BYTES])
{
	unsigned i;

	for (i = 0; i < o->n; i++)
		if (memcmp(o->addr[i], a, ADDRESS_BYTES) == 0)
			return true;
	return !o->whole;
}

int
own_open(struct own *o, struct loop *l, struct err *e)
{
	struct sockaddr_nl sa = {
	    .nl_family = AF_NETLINK,
	    .nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
	};

	o->source.fd = socket(
	    AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	o->source.ready = own_ready;
	if (o->source.fd < 0 ||
	    bind(o->source.fd, (struct sockaddr *)&sa, sizeof(sa)) != 0 ||
	    dump(o) != 0 || loop_add(l, &o->source, EPOLLIN) != 0)
		return err_set(e, ERR_NET, errno, "the host's own addresses");
	drain(o);
	return 0;
}
