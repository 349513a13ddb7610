// SPDX-License-Identifier: ISC
// What the helper gives: sockets of the gate, and the policy.
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/egress/accept.h"
#include "jail/egress/broker.h"
#include "jail/egress/conn.h"
#include "jail/egress/dial.h"
#include "jail/egress/gate.h"
#include "jail/egress/watch.h"

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

struct shape {
	int domain, type, protocol, listening;
};

static int
option(int fd, int name)
{
	socklen_t len = sizeof(int);
	int v;

	return getsockopt(fd, SOL_SOCKET, name, &v, &len) == 0 ? v : -1;
}

int
gate_socket_check(int fd, enum wire_gate_kind kind, struct err *e)
{
	static const struct shape shapes[] = {
	    [WIRE_GATE_TCP] = {AF_INET, SOCK_STREAM, IPPROTO_TCP, 1},
	    [WIRE_GATE_DNS_UDP] = {AF_INET, SOCK_DGRAM, IPPROTO_UDP, 0},
	    [WIRE_GATE_DNS_TCP] = {AF_INET, SOCK_STREAM, IPPROTO_TCP, 1},
	    [WIRE_GATE_DIAG] = {AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG, 0},
	};
	const struct shape *s;
	int type;

	if (kind >= WIRE_GATE__COUNT)
		return err_set(e, ERR_PROTOCOL, 0, "socket of kind %d", kind);
	s = &shapes[kind];
	type = option(fd, SO_TYPE);
	// A datagram socket of netlink is the same as a raw one.
	if (s->domain == AF_NETLINK && type == SOCK_DGRAM)
		type = SOCK_RAW;
	if (option(fd, SO_DOMAIN) != s->domain || type != s->type ||
	    option(fd, SO_PROTOCOL) != s->protocol ||
	    (s->listening && option(fd, SO_ACCEPTCONN) != 1))
		return err_set(e, ERR_PROTOCOL, 0,
		    "descriptor is not a socket of kind %d", kind);
	return 0;
}

static int
policy_sound(const struct egress_policy *p, struct err *e)
{
	const struct spec_net *nets[2] = {&p->policy, &p->ceiling};
	uint32_t i, n;

	if (p->generation == 0 || p->has_ceiling > 1)
		return err_set(e, ERR_PROTOCOL, 0, "policy: no such policy");
	for (n = 0; n <= p->has_ceiling; n++) {
		if (nets[n]->n > SPEC_NET_MAX)
			return err_set(
			    e, ERR_PROTOCOL, 0, "policy: %u rules", nets[n]->n);
		for (i = 0; i < nets[n]->n; i++)
			if (!egress_rule_sound(&nets[n]->rule[i]))
				return err_set(e, ERR_PROTOCOL, 0,
				    "policy: rule %u is unsound", i);
	}
	for (i = 0; i < LIMIT__COUNT; i++)
		if (!spec_limit_valid((enum spec_limit)i, p->limit[i]))
			return err_set(e, ERR_PROTOCOL, 0,
			    "policy: limit %u is out of range", i);
	return 0;
}

void
gate_policy_unmap(const struct egress_policy *p)
{
	if (p != NULL)
		munmap((void *)(uintptr_t)p, sizeof(*p));
}

const struct egress_policy *
gate_policy_map(int fd, struct err *e)
{
	const struct egress_policy *p;
	int seals = fcntl(fd, F_GET_SEALS); // -1, all bits: not a memfd
	struct stat st;

	if (seals < 0 || (seals & SEALS) != SEALS || fstat(fd, &st) != 0 ||
	    st.st_size != (off_t)sizeof(*p)) {
		err_set(e, ERR_PROTOCOL, 0,
		    "policy: not a sealed memfd of %zu bytes", sizeof(*p));
		return NULL;
	}
	p = mmap(NULL, sizeof(*p), PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED) {
		err_set(e, ERR_SYSTEM, errno, "policy: mmap");
		return NULL;
	}
	if (policy_sound(p, e) == 0)
		return p;
	gate_policy_unmap(p);
	return NULL;
}

static int
listener(
    struct broker *b, const struct wire_gate_socket *s, int *fd, struct err *e)
{
	struct gate *g = &b->gate;

	if (g->ntcp == GATE_LISTENERS_MAX)
		return err_set(e, ERR_LIMIT, 0, "more than %d listeners",
		    GATE_LISTENERS_MAX);
	dial_options(*fd);
	if (s->port == 0)
		g->any_port = true;
	g->tcp[g->ntcp++] = (struct source){take_fd(fd), accept_ready, b};
	return 0;
}

static int
hear_socket(struct broker *b, struct wire_msg *m, struct err *e)
{
	int *fd = &m->fds[0];
	enum wire_gate_kind kind = (enum wire_gate_kind)m->u.gate.kind;
	int on = 1;

	if (b->gate.begun)
		return err_set(e, ERR_PROTOCOL, 0, "socket after the policy");
	if (gate_socket_check(*fd, kind, e) != 0)
		return -1;
	if (ioctl(*fd, FIONBIO, &on) != 0)
		return err_set(e, ERR_SYSTEM, errno, "FIONBIO");
	switch (kind) {
	case WIRE_GATE_TCP:
		return listener(b, &m->u.gate, fd, e);
	case WIRE_GATE_DNS_UDP:
	case WIRE_GATE_DNS_TCP:
		return dnsserve_take(b, kind, take_fd(fd), e);
	default:
		fd_close(&b->gate.diag);
		b->gate.diag = take_fd(fd);
		return 0;
	}
}

// From here on there is something to go by.
static int
listen_now(struct broker *b, struct err *e)
{
	struct gate *g = &b->gate;
	unsigned i;

	g->begun = g->listening = true;
	for (i = 0; i < g->ntcp; i++)
		if (loop_add(&b->loop, &g->tcp[i], EPOLLIN) != 0)
			return err_set(e, ERR_SYSTEM, errno, "epoll_ctl");
	return dnsserve_begin(b, e);
}

// Old rules hold until the new ones are known to be right; then those do, at
// once, for all that is not decided yet.
static int
hear_policy(struct broker *b, struct wire_msg *m, struct err *e)
{
	const struct egress_policy *old = b->policy, *p;

	p = gate_policy_map(m->fds[0], e);
	if (p == NULL)
		return -1;
	b->policy = p;
	b->mode = b->gate.ntcp > 0 && !b->gate.any_port ? "ports"
		  : m->u.gate_policy.privileged != 0	? "privileged"
							: "rootless";
	quota_limits(&b->quota, p);
	names_limit(b->names,
	    b->quota.names < NAMES_MAX ? (uint32_t)b->quota.names : NAMES_MAX);
	gate_policy_unmap(old);
	broker_note(b, old == NULL ? "begin" : "reload", NULL);
	if (old == NULL)
		return listen_now(b, e);
	conn_decide_again(b);
	return 0;
}

static void
helper_ready(struct source *s, uint32_t events)
{
	struct broker *b = s->owner;
	struct wire_msg m;
	struct err e = {0};
	int rc;

	(void)events;
	rc = wire_recv(s->fd, WIRE_H2E, MSG_DONTWAIT, &m, &e);
	if (rc < 0 && e.sys_errno == EAGAIN)
		return;
	if (rc == 0) {
		b->done = true;
		return;
	}
	if (rc > 0)
		rc = m.h.type == WIRE_GATE_POLICY ? hear_policy(b, &m, &e)
						  : hear_socket(b, &m, &e);
	wire_msg_close(&m);
	if (rc < 0)
		broker_fail(b, &e);
}

int
gate_begin(struct broker *b, struct err *e)
{
	struct wire_broker hello = {0};

	b->gate.helper = (struct source){WATCH_HELPER, helper_ready, b};
	if (loop_add(&b->loop, &b->gate.helper, EPOLLIN) != 0)
		return err_set(e, ERR_SYSTEM, errno, "epoll_ctl");
	return wire_send(WATCH_HELPER, 0, WIRE_BROKER, 0, &hello, NULL, e);
}
