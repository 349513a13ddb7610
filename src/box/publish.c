// SPDX-License-Identifier: ISC
// Ports inside that the host's loopback reaches.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/box/box.h"
#include "src/box/edge.h"
#include "src/box/publish.h"

enum {
	BACKLOG = 64,
	A_TURN = 16, // more than these wait for the next one
};

static int
watch(struct publish *p, int fd, struct err *e)
{
	struct epoll_event ev = {.events = EPOLLIN};

	if (epoll_ctl(p->poll, EPOLL_CTL_ADD, fd, &ev) != 0)
		return err_set(e, ERR_SYSTEM, errno, "epoll_ctl");
	return 0;
}

int
publish_begin(struct publish *p, int chan, struct err *e)
{
	p->poll = epoll_create1(EPOLL_CLOEXEC);
	if (p->poll < 0)
		return err_set(e, ERR_SYSTEM, errno, "epoll_create1");
	return watch(p, chan, e);
}

void
publish_end(struct publish *p)
{
	while (p->n > 0)
		fd_close(&p->port[--p->n].fd);
	fd_close(&p->poll);
}

static int
listen_on(uint16_t inside, uint16_t host, struct err *e)
{
	autoclose int fd =
	    socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_in a = {
	    .sin_family = AF_INET,
	    .sin_port = htons(host),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const int one = 1;

	// One that was closed a moment ago is in nobody's way.
	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) != 0)
		return err_set(e, ERR_SYSTEM, errno, "socket");
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(fd, BACKLOG) != 0)
		return err_set(e, ERR_USAGE, errno,
		    "publish port %u at 127.0.0.1:%u; another one is had by "
		    "--publish %u:PORT",
		    inside, host, inside);
	return take_fd(&fd);
}

int
publish_add(struct publish *p, uint16_t inside, uint16_t host, uint16_t *bound,
    struct err *e)
{
	struct sockaddr_in a;
	socklen_t len = sizeof(a);
	autoclose int fd = -1;

	if (p->n == PUBLISH_MAX)
		return err_set(e, ERR_LIMIT, 0, "more than %d published ports",
		    PUBLISH_MAX);
	fd = listen_on(inside, host, e);
	if (fd < 0 || watch(p, fd, e) != 0)
		return -1;
	if (getsockname(fd, (struct sockaddr *)&a, &len) != 0)
		return err_set(e, ERR_SYSTEM, errno, "getsockname");
	*bound = ntohs(a.sin_port);
	p->port[p->n].inside = inside;
	p->port[p->n++].fd = take_fd(&fd);
	return 0;
}

static int
hand_over(struct box *b, uint16_t inside, int accepted, struct err *e)
{
	autoclose int minted = box_mint(b, e);

	if (minted < 0)
		return -1;
	return edge_relay(box_edge(b), inside, accepted, minted, e);
}

int
publish_turn(struct publish *p, struct box *b, struct err *e)
{
	unsigned i, n;

	for (i = 0; i < p->n; i++)
		for (n = 0; n < A_TURN; n++) {
			autoclose int fd = accept4(p->port[i].fd, NULL, NULL,
			    SOCK_CLOEXEC | SOCK_NONBLOCK);

			// Whatever is wrong is wrong with who came.
			if (fd < 0)
				break;
			if (hand_over(b, p->port[i].inside, fd, e) != 0 &&
			    e->code == ERR_GONE)
				return -1;
		}
	return 0;
}
