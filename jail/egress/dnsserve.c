// SPDX-License-Identifier: ISC
// Port 53: questions in, made-up addresses out.
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/egress/broker.h"
#include "jail/egress/dnsserve.h"

enum {
	BURST = 32,
	STREAM_TURNS = 8,
};

static bool
is_localhost(const char *name)
{
	size_t n = strlen(name), len = strlen("localhost");

	return n >= len && strcmp(name + n - len, "localhost") == 0 &&
	       (n == len || name[n - len - 1] == '.');
}

// The address of a name: 0; or the code that says why not.
static enum dns_rcode
address_of(struct broker *b, const char *name, uint8_t a[4])
{
	static const uint8_t localhost[4] = {127, 0, 0, 1};
	uint32_t before = names_count(b->names);

	if (is_localhost(name)) {
		memcpy(a, localhost, 4);
		return DNS_NOERROR;
	}
	if (names_address(b->names, name, a) != 0)
		return DNS_SERVFAIL;
	if (names_count(b->names) != before)
		broker_note(b, "name", name);
	return DNS_NOERROR;
}

size_t
dnsserve_answer(
    struct broker *b, const uint8_t *p, size_t n, uint8_t out[DNS_MESSAGE_MAX])
{
	struct dns_question q;
	struct dns_answer a = {.ttl = NAMES_TTL};
	uint8_t addr[4];
	int rc = dns_read(p, n, &q);

	if (rc < 0)
		return 0;
	a.rcode = (enum dns_rcode)rc;
	if (rc != DNS_NOERROR)
		return dns_write(&q, &a, out);
	if (q.type == DNS_PTR) {
		if (dns_reverse(q.name, addr) == 0)
			a.ptr = names_name(b->names, addr);
		if (a.ptr == NULL)
			a.rcode = DNS_NXDOMAIN;
	} else if (q.name[0] == '\0') {
		a.rcode = DNS_REFUSED;
	} else if (q.type == DNS_A) {
		a.rcode = address_of(b, q.name, addr);
		a.a = a.rcode == DNS_NOERROR ? addr : NULL;
	}
	return dns_write(&q, &a, out);
}

static bool
allowed(struct broker *b)
{
	struct dnsserve *d = &b->dns;
	uint64_t now = b->loop.now_ms;

	if (now - d->filled_ms >= 1000 / DNSSERVE_RATE) {
		d->tokens += (unsigned)((now - d->filled_ms > 1000
						? 1000
						: now - d->filled_ms) *
					DNSSERVE_RATE / 1000);
		d->filled_ms = now;
	}
	if (d->tokens > DNSSERVE_RATE)
		d->tokens = DNSSERVE_RATE;
	if (d->tokens == 0)
		return false;
	d->tokens--;
	return true;
}

// Back from the address that was asked, whichever it was.
static void
udp_one(struct broker *b, struct msghdr *mh, size_t n)
{
	uint8_t *p = mh->msg_iov->iov_base, out[DNS_MESSAGE_MAX];
	struct cmsghdr *c;
	struct in_pktinfo info;
	size_t len;

	if ((mh->msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 || !allowed(b))
		return;
	len = dnsserve_answer(b, p, n, out);
	if (len == 0)
		return;
	c = CMSG_FIRSTHDR(mh);
	if (c == NULL || c->cmsg_level != IPPROTO_IP ||
	    c->cmsg_type != IP_PKTINFO)
		return;
	memcpy(&info, CMSG_DATA(c), sizeof(info));
	info.ipi_ifindex = 0;
	info.ipi_spec_dst = info.ipi_addr;
	memcpy(CMSG_DATA(c), &info, sizeof(info));
	mh->msg_iov->iov_base = out;
	mh->msg_iov->iov_len = len;
	mh->msg_flags = 0;
	(void)sendmsg(b->dns.udp.fd, mh, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void
udp_ready(struct source *s, uint32_t events)
{
	union {
		char buf[CMSG_SPACE(sizeof(struct in_pktinfo))];
		struct cmsghdr align;
	} control;
	struct sockaddr_in from;
	uint8_t buf[DNS_MESSAGE_MAX];
	struct iovec iov;
	struct msghdr mh;
	ssize_t n;
	int i;

	(void)events;
	for (i = 0; i < BURST; i++) {
		iov = (struct iovec){.iov_base = buf, .iov_len = sizeof(buf)};
		mh = (struct msghdr){
		    .msg_name = &from,
		    .msg_namelen = sizeof(from),
		    .msg_iov = &iov,
		    .msg_iovlen = 1,
		    .msg_control = control.buf,
		    .msg_controllen = sizeof(control.buf),
		};
		n = recvmsg(s->fd, &mh, MSG_DONTWAIT);
		if (n < 0)
			return;
		udp_one(s->owner, &mh, (size_t)n);
	}
}

static void
stream_close(struct dns_stream *d)
{
	timer_stop(&d->timer);
	fd_close(&d->source.fd);
}

static void
stream_late(struct timer *t)
{
	stream_close(loop_owner(t, struct dns_stream, timer));
}

// The question at the start of the buffer, if it is whole. False: the stream
// is to be closed.
static bool
stream_question(struct dns_stream *d)
{
	uint8_t out[2 + DNS_MESSAGE_MAX];
	size_t want, len;

	while (d->len >= 2) {
		want = 2 + ((size_t)d->buf[0] << 8 | d->buf[1]);
		if (want > sizeof(d->buf))
			return false;
		if (d->len < want)
			return true;
		if (!allowed(d->b))
			return false;
		len = dnsserve_answer(d->b, d->buf + 2, want - 2, out + 2);
		out[0] = (uint8_t)(len >> 8);
		out[1] = (uint8_t)len;
		if (len == 0 ||
		    send(d->source.fd, out, len + 2,
			MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)len + 2)
			return false;
		memmove(d->buf, d->buf + want, d->len - want);
		d->len -= want;
	}
	return true;
}

static void
stream_ready(struct source *s, uint32_t events)
{
	struct dns_stream *d = loop_owner(s, struct dns_stream, source);
	ssize_t n;
	int i;

	(void)events;
	for (i = 0; i < STREAM_TURNS; i++) {
		n = recv(s->fd, d->buf + d->len, sizeof(d->buf) - d->len,
		    MSG_DONTWAIT);
		if (n < 0 && errno == EAGAIN)
			return;
		d->len += n > 0 ? (size_t)n : 0;
		if (n <= 0 || !stream_question(d)) {
			stream_close(d);
			return;
		}
	}
}

// The oldest makes room: who asks and stays is not who asks now.
static struct dns_stream *
place(struct broker *b)
{
	struct dns_stream *d, *oldest = &b->dns.stream[0];
	int i;

	for (i = 0; i < DNSSERVE_STREAMS; i++) {
		d = &b->dns.stream[i];
		if (d->source.fd < 0)
			return d;
		if (d->timer.due < oldest->timer.due)
			oldest = d;
	}
	stream_close(oldest);
	return oldest;
}

static void
tcp_ready(struct source *s, uint32_t events)
{
	struct broker *b = s->owner;
	struct dns_stream *d;
	int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd < 0)
		return;
	d = place(b);
	d->source = (struct source){fd, stream_ready, d};
	d->timer.fire = stream_late;
	d->len = 0;
	timer_start(&b->loop, &d->timer, DELAY_DNS);
	if (loop_add(&b->loop, &d->source, EPOLLIN) != 0)
		stream_close(d);
}

int
dnsserve_take(struct broker *b, enum wire_gate_kind kind, int fd, struct err *e)
{
	bool udp = kind == WIRE_GATE_DNS_UDP;
	struct source *s = udp ? &b->dns.udp : &b->dns.tcp;

	if (s->fd >= 0) {
		close(fd);
		return err_set(e, ERR_PROTOCOL, 0, "two sockets of one kind");
	}
	*s = (struct source){fd, udp ? udp_ready : tcp_ready, b};
	return 0;
}

int
dnsserve_begin(struct broker *b, struct err *e)
{
	struct source *of[2] = {&b->dns.udp, &b->dns.tcp};
	int i;

	for (i = 0; i < DNSSERVE_STREAMS; i++) {
		b->dns.stream[i].b = b;
		b->dns.stream[i].source.fd = -1;
	}
	b->dns.tokens = DNSSERVE_RATE;
	b->dns.filled_ms = b->loop.now_ms;
	for (i = 0; i < 2; i++)
		if (of[i]->fd >= 0 && loop_add(&b->loop, of[i], EPOLLIN) != 0)
			return err_set(e, ERR_SYSTEM, errno, "epoll_ctl");
	return 0;
}
