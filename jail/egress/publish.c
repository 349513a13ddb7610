// SPDX-License-Identifier: ISC
// From outside in. The socket was made inside, where it stays whatever we do
// with it: so its loopback is the sandbox's own.
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include "jail/base/fd.h"
#include "jail/egress/account.h"
#include "jail/egress/broker.h"
#include "jail/egress/conn.h"
#include "jail/egress/publish.h"
#include "jail/egress/relay.h"

static int
is_tcp(int fd)
{
	socklen_t len = sizeof(int);
	int type, protocol, on = 1;

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) != 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &len) != 0 ||
	    type != SOCK_STREAM || protocol != IPPROTO_TCP)
		return -1;
	return ioctl(fd, FIONBIO, &on);
}

static void
too_late(struct timer *t)
{
	conn_reset(loop_owner(t, struct conn, timer), "timeout");
}

static void
connected(struct source *s, uint32_t events)
{
	struct conn *c = s->owner;
	socklen_t len = sizeof(int);
	int error = 0;

	(void)events;
	if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 ||
	    error != 0) {
		conn_reset(c, "dial-failed");
		return;
	}
	timer_stop(&c->timer);
	relay_join(c);
}

static int
start(struct conn *c, struct err *e)
{
	struct sockaddr_in to = {
	    .sin_family = AF_INET,
	    .sin_port = htons(c->port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct broker *b = c->b;

	c->in.source.ready = connected;
	if (is_tcp(c->in.source.fd) != 0 || is_tcp(c->out.source.fd) != 0)
		return err_set(e, ERR_PROTOCOL, 0, "RELAY: not two sockets");
	if (connect(c->in.source.fd, (struct sockaddr *)&to, sizeof(to)) != 0 &&
	    errno != EINPROGRESS)
		return err_set(e, ERR_NET, errno, "port %u", c->port);
	if (loop_add(&b->loop, &c->in.source, EPOLLOUT) != 0)
		return err_set(e, ERR_SYSTEM, errno, "epoll_ctl");
	c->timer.fire = too_late;
	timer_start(&b->loop, &c->timer, DELAY_DIAL);
	conn_state(c, CONN_DIAL);
	return 0;
}

// One that cannot be relayed is closed; that is all that its client sees.
int
publish_begin(struct broker *b, struct wire_msg *m, struct err *e)
{
	struct err why = {0};
	struct conn *c;

	if (m->u.relay.port == 0)
		return err_set(e, ERR_PROTOCOL, 0, "RELAY: no port");
	c = b->nconns < b->quota.connections ? conn_new(b) : NULL;
	if (c == NULL)
		return 0;
	c->out.source.fd = take_fd(&m->fds[0]);
	c->in.source.fd = take_fd(&m->fds[1]);
	c->port = (uint16_t)m->u.relay.port;
	c->published = true;
	if (account_allowed(c) != 0 || start(c, &why) != 0)
		conn_reset(c, "dial-failed");
	return 0;
}
