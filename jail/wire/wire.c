// SPDX-License-Identifier: ISC
// Transport: one packet in, one packet out, and no descriptor astray.
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/wire/wire.h"

#ifndef SCM_PIDFD
#	define SCM_PIDFD 4 // Linux 6.5
#endif

// Room for one descriptor more than any message may bring: with too little
// room the kernel delivers some and only then says MSG_CTRUNC.
union control {
	char buf[CMSG_SPACE(sizeof(int) * (WIRE_FDS_MAX + 1)) +
		 CMSG_SPACE(sizeof(struct ucred))];
	struct cmsghdr align;
};

struct arrived {
	int fds[WIRE_FDS_MAX + 1];
	unsigned nfds;
	struct ucred cred;
	unsigned foreign; // control messages that have no business here
};

static void
arrived_close(struct arrived *a)
{
	unsigned i;

	for (i = 0; i < a->nfds; i++)
		close(a->fds[i]);
	a->nfds = 0;
}

static void
take_rights(struct arrived *a, const struct cmsghdr *c)
{
	size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	size_t i;
	int fd;

	for (i = 0; i < n; i++) {
		memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
		if (a->nfds < WIRE_FDS_MAX + 1)
			a->fds[a->nfds++] = fd;
		else
			close(fd);
	}
}

// Whoever made the pair could ask for more on our end of it; and one of
// these is a descriptor as well.
static void
take_foreign(struct arrived *a, const struct cmsghdr *c)
{
	a->foreign++;
	if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_PIDFD)
		take_rights(a, c);
}

static void
take_control(struct arrived *a, struct msghdr *mh)
{
	struct cmsghdr *c;

	memset(a, 0, sizeof(*a));
	for (c = CMSG_FIRSTHDR(mh); c != NULL; c = CMSG_NXTHDR(mh, c)) {
		if (c->cmsg_level != SOL_SOCKET)
			take_foreign(a, c);
		else if (c->cmsg_type == SCM_RIGHTS)
			take_rights(a, c);
		else if (c->cmsg_type == SCM_CREDENTIALS &&
			 c->cmsg_len == CMSG_LEN(sizeof(a->cred)))
			memcpy(&a->cred, CMSG_DATA(c), sizeof(a->cred));
		else
			take_foreign(a, c);
	}
}

// One packet, whatever it is: its bytes in *m, its descriptors in *a. Returns
// its length, 0 if the peer is gone, -1 with errno.
static ssize_t
receive(int fd, int flags, struct wire_msg *m, struct arrived *a)
{
	struct iovec iov[2] = {
	    {.iov_base = &m->h, .iov_len = sizeof(m->h)},
	    {.iov_base = &m->u, .iov_len = sizeof(m->u)},
	};
	union control control;
	struct msghdr mh = {
	    .msg_iov = iov,
	    .msg_iovlen = 2,
	    .msg_control = control.buf,
	    .msg_controllen = sizeof(control.buf),
	};
	bool reset = false;
	ssize_t n;

	// A peer that ends without having read all: told once, and before what
	// it said last.
	do {
		n = recvmsg(fd, &mh, flags | MSG_CMSG_CLOEXEC);
		if (n < 0 && errno == ECONNRESET && !reset) {
			reset = true;
			errno = EINTR;
		}
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == ECONNRESET ? 0 : -1;
	take_control(a, &mh);
	if ((mh.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
		a->foreign++;
	return n;
}

int
wire_recv(int fd, unsigned ways, int flags, struct wire_msg *m, struct err *e)
{
	struct arrived a = {0};
	ssize_t n;
	unsigned i;

	memset(&m->h, 0, sizeof(m->h));
	for (i = 0; i < WIRE_FDS_MAX; i++)
		m->fds[i] = -1;
	n = receive(fd, flags, m, &a);
	if (n < 0)
		return err_set(e, ERR_PROTOCOL, errno, "receive a message");
	if (n == 0 && a.nfds == 0)
		return 0;
	if (a.foreign != 0 || wire_check(m, (size_t)n, a.nfds, ways, e) != 0) {
		arrived_close(&a);
		return a.foreign == 0 ? -1
				      : err_set(e, ERR_PROTOCOL, 0,
					    "message or what came with it is "
					    "too large, or "
					    "foreign");
	}
	for (i = 0; i < a.nfds; i++)
		m->fds[i] = a.fds[i];
	m->cred = a.cred;
	return 1;
}

int
wire_send(int fd, int flags, enum wire_type type, uint32_t seq,
    const void *body, const int *fds, struct err *e)
{
	const struct wire_info *w = wire_info((uint16_t)type);
	struct wire_header h = {
	    .version = WIRE_VERSION,
	    .type = (uint16_t)type,
	    .nfds = w->nfds,
	    .len = w->len,
	    .seq = seq,
	};
	struct iovec iov[2] = {
	    {.iov_base = &h, .iov_len = sizeof(h)},
	    {.iov_base = (void *)(uintptr_t)body, .iov_len = w->len},
	};
	union control control;
	struct msghdr mh = {.msg_iov = iov, .msg_iovlen = 2};
	struct cmsghdr *c;
	ssize_t n;

	if (w->nfds > 0) {
		memset(&control, 0, sizeof(control));
		mh.msg_control = control.buf;
		mh.msg_controllen = CMSG_SPACE(sizeof(int) * w->nfds);
		c = CMSG_FIRSTHDR(&mh);
		// There is room for one, which gcc's analyzer cannot know.
		if (c == NULL)
			return err_set(e, ERR_INTERNAL, 0, "no room");
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int) * w->nfds);
		memcpy(CMSG_DATA(c), fds, sizeof(int) * w->nfds);
	}
	do
		n = sendmsg(fd, &mh, flags | MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
		return err_set(
		    e, ERR_GONE, 0, "send %s: nobody is there", w->name);
	if (n < 0)
		return err_set(e, ERR_SYSTEM, errno, "send %s", w->name);
	return 0;
}

void
wire_msg_close(struct wire_msg *m)
{
	unsigned i;

	for (i = 0; i < WIRE_FDS_MAX; i++)
		fd_close(&m->fds[i]);
}
