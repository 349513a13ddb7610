// SPDX-License-Identifier: ISC
// Dials addresses, and only such as were judged.
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/egress/dial.h"
#include "jail/egress/own.h"
#include "policy/address.h"

// Itself, or by a gateway that makes IPv4 of IPv6 (RFC 6052).
static bool
is_own(const struct own *own, const uint8_t a[16])
{
	static const uint8_t gateway[12] = {0, 0x64, 0xff, 0x9b};
	uint8_t v4[16] = {[10] = 0xff, [11] = 0xff};

	memcpy(v4 + 12, a + 12, 4);
	return own_is(own, a) ||
	       (memcmp(a, gateway, sizeof(gateway)) == 0 && own_is(own, v4));
}

enum reason
dial_refusal(const struct dial_may *may, const uint8_t a[16])
{
	enum address_class class = address_classify(a);
	bool own = class == ADDRESS_LOOPBACK || is_own(may->own, a);

	// The host's own services are meant by the rule for them, and by no
	// name or range that happens to lead there.
	if (may->loopback || own)
		return may->loopback && own ? REASON_NONE : REASON_OWN;
	switch (class) {
	case ADDRESS_PUBLIC:
		return REASON_NONE;
	case ADDRESS_UNSPECIFIED:
	case ADDRESS_MULTICAST:
		return REASON_PRIVATE;
	case ADDRESS_METADATA:
		// Credentials of the machine: no name leads there.
		return may->exact ? REASON_NONE : REASON_PRIVATE;
	default:
		return may->private ? REASON_NONE : REASON_PRIVATE;
	}
}

// The first of the other family comes second, and so on: when one family
// leads nowhere, the other does not wait for all of it.
static void
interleave(struct resolved *r)
{
	uint8_t moved[16];
	unsigned i, j;

	for (i = 1; i < r->n; i++) {
		for (j = i; j < r->n; j++)
			if (address_is_v4(r->addr[j]) !=
			    address_is_v4(r->addr[i - 1]))
				break;
		if (j == r->n)
			return;
		memcpy(moved, r->addr[j], 16);
		memmove(r->addr[i + 1], r->addr[i], 16 * (j - i));
		memcpy(r->addr[i], moved, 16);
	}
}

enum reason
dial_choose(const struct dial_may *may, struct resolved *r)
{
	enum reason why = REASON_RESOLVE, one;
	unsigned i, n = 0;

	for (i = 0; i < r->n; i++) {
		one = dial_refusal(may, r->addr[i]);
		if (one == REASON_NONE)
			memmove(r->addr[n++], r->addr[i], 16);
		else
			why = one;
	}
	r->n = n;
	interleave(r);
	return n > 0 ? REASON_NONE : why;
}

static socklen_t
socket_address(const uint8_t a[16], uint16_t port, struct sockaddr_in6 *to)
{
	struct sockaddr_in *v4 = (void *)to;

	memset(to, 0, sizeof(*to));
	if (address_is_v4(a)) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		memcpy(&v4->sin_addr, a + 12, 4);
		return sizeof(*v4);
	}
	to->sin6_family = AF_INET6;
	to->sin6_port = htons(port);
	memcpy(&to->sin6_addr, a, 16);
	return sizeof(*to);
}

void
dial_options(int fd)
{
	static const int on = 1, idle = 120, every = 30, times = 4;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &every, sizeof(every));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &times, sizeof(times));
}

void
dial_cancel(struct dial *d)
{
	int i;

	timer_stop(&d->stagger);
	timer_stop(&d->patience);
	for (i = 0; i < DIAL_AT_ONCE; i++)
		fd_close(&d->try[i].fd);
}

static void
finish(struct dial *d, int fd, enum reason why)
{
	dial_cancel(d);
	d->done(d, fd, why);
}

// One attempt in place i. -1: it failed at once.
static int
attempt(struct dial *d, int i)
{
	const uint8_t *a = d->to.addr[d->next];
	struct sockaddr_in6 to;
	socklen_t len = socket_address(a, d->port, &to);
	struct source *s = &d->try[i];

	d->number[i] = (uint8_t)d->next++;
	s->fd = socket(
	    to.sin6_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd >= 0) {
		dial_options(s->fd);
		if ((connect(s->fd, (struct sockaddr *)&to, len) == 0 ||
			errno == EINPROGRESS) &&
		    loop_add(d->loop, s, EPOLLOUT) == 0)
			return 0;
	}
	d->last_errno = errno;
	fd_close(&s->fd);
	return -1;
}

// Tries the next addresses until one is under way. True if any is.
static bool
advance(struct dial *d)
{
	int i, room = -1;
	bool any = false;

	for (i = 0; i < DIAL_AT_ONCE; i++)
		if (d->try[i].fd >= 0)
			any = true;
		else
			room = i;
	while (room >= 0 && d->next < d->to.n) {
		timer_start(d->loop, &d->stagger, DELAY_STAGGER);
		if (attempt(d, room) == 0)
			return true;
	}
	return any;
}

static void
try_ready(struct source *s, uint32_t events)
{
	struct dial *d = s->owner;
	socklen_t len = sizeof(int);
	int error = 0, fd, i = (int)(s - d->try);

	(void)events;
	if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		error = errno;
	if (error == 0) {
		d->peer = d->to.addr[d->number[i]];
		// It stays in the epoll set, for whom it is handed to.
		fd = take_fd(&s->fd);
		finish(d, fd, REASON_NONE);
		return;
	}
	d->last_errno = error;
	fd_close(&s->fd);
	if (!advance(d))
		finish(d, -1,
		    d->last_errno == ETIMEDOUT ? REASON_DIAL_TIMEOUT
					       : REASON_DIAL);
}

static void
stagger_over(struct timer *t)
{
	struct dial *d = loop_owner(t, struct dial, stagger);

	if (!advance(d))
		finish(d, -1, REASON_DIAL);
}

static void
patience_over(struct timer *t)
{
	finish(loop_owner(t, struct dial, patience), -1, REASON_DIAL_TIMEOUT);
}

void
dial_start(struct dial *d, struct loop *l)
{
	int i;

	d->loop = l;
	d->next = 0;
	d->stagger.fire = stagger_over;
	d->patience.fire = patience_over;
	for (i = 0; i < DIAL_AT_ONCE; i++)
		d->try[i] = (struct source){-1, try_ready, d};
	timer_start(l, &d->patience, DELAY_DIAL);
	// If nothing could even be begun, the timer says so: nobody is called
	// back before this returns.
	if (!advance(d))
		timer_start(l, &d->stagger, DELAY_SOON);
}
