// SPDX-License-Identifier: ISC
// Whose a connection is: sock_diag, for the text of a question only.
#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include "jail/egress/diag.h"

static int
ask(int fd, const struct diag_ends *d, uint32_t seq)
{
	struct {
		struct nlmsghdr h;
		struct inet_diag_req_v2 r;
	} m = {
	    .h =
		{
		    .nlmsg_len = sizeof(m),
		    .nlmsg_type = SOCK_DIAG_BY_FAMILY,
		    .nlmsg_flags = NLM_F_REQUEST,
		    .nlmsg_seq = seq,
		},
	    .r =
		{
		    .sdiag_family = AF_INET,
		    .sdiag_protocol = IPPROTO_TCP,
		    .id =
			{
			    .idiag_sport = htons(d->src_port),
			    .idiag_dport = htons(d->dst_port),
			    .idiag_cookie = {INET_DIAG_NOCOOKIE,
				INET_DIAG_NOCOOKIE},
			},
		},
	};

	memcpy(m.r.id.idiag_src, d->src, 4);
	memcpy(m.r.id.idiag_dst, d->dst, 4);
	return send(fd, &m, sizeof(m), MSG_DONTWAIT) < 0 ? -1 : 0;
}

void
diag_look(int fd, const struct diag_ends *d, uint32_t *uid, uint32_t *inode)
{
	static uint32_t seq;
	union {
		struct nlmsghdr h;
		char bytes[512];
	} m;
	const struct inet_diag_msg *r = NLMSG_DATA(&m.h);
	ssize_t n;

	*uid = UINT32_MAX;
	*inode = 0;
	if (fd < 0 || ask(fd, d, ++seq) != 0)
		return;
	// The kernel answers before send(2) returns. What is older is of a
	// question that was given up.
	while ((n = recv(fd, &m, sizeof(m), MSG_DONTWAIT)) > 0) {
		if ((size_t)n < NLMSG_LENGTH(sizeof(*r)) ||
		    m.h.nlmsg_seq != seq ||
		    m.h.nlmsg_type != SOCK_DIAG_BY_FAMILY)
			continue;
		*uid = r->idiag_uid;
		*inode = r->idiag_inode;
		return;
	}
}
