// SPDX-License-Identifier: ISC
// New connections. Where there is no room for one it stays with the kernel, and
// the listener is left alone until there may be: nothing spins.
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include "jail/egress/accept.h"
#include "jail/egress/broker.h"
#include "jail/egress/conn.h"

enum {
	BURST = 16, // before what is there already has its turn
};

static void
listen_or_not(struct broker *b)
{
	struct gate *g = &b->gate;
	bool want = g->begun && !g->full && !g->starved;
	unsigned i;

	if (want == g->listening)
		return;
	g->listening = want;
	for (i = 0; i < g->ntcp; i++)
		loop_change(&b->loop, &g->tcp[i], want ? (uint32_t)EPOLLIN : 0);
}

void
accept_full(struct broker *b, bool full)
{
	b->gate.full = full;
	listen_or_not(b);
}

static void
try_again(struct timer *t)
{
	struct broker *b = loop_owner(t, struct broker, gate.retry);

	b->gate.starved = false;
	listen_or_not(b);
}

static void
starve(struct broker *b)
{
	b->gate.starved = true;
	b->gate.retry.fire = try_again;
	timer_start(&b->loop, &b->gate.retry, DELAY_SOON);
	listen_or_not(b);
}

void
accept_ready(struct source *s, uint32_t events)
{
	struct broker *b = s->owner;
	struct sockaddr_in sa;
	socklen_t len;
	int i, fd;

	(void)events;
	for (i = 0; i < BURST && b->gate.listening; i++) {
		len = sizeof(sa);
		fd = accept4(s->fd, (struct sockaddr *)&sa, &len,
		    SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0 && (errno == EMFILE || errno == ENFILE ||
				  errno == ENOMEM || errno == ENOBUFS))
			starve(b);
		if (fd < 0)
			return;
		conn_accepted(
		    b, fd, (const uint8_t *)&sa.sin_addr, ntohs(sa.sin_port));
	}
}
