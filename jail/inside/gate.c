// SPDX-License-Identifier: ISC
// Makes the sandbox's network, from within it: a second namespace, the gate,
// where all that is sent out arrives; sockets there, which go to the helper;
// and nothing else of it is left when pid 1 begins.
//
// Safe: all of it happens in namespaces that belong to the sandbox's own user
// namespace. The gate has no link but the one to the sandbox, so that nothing
// which is done in either opens a way out: what its sockets accept, the broker
// carries on, or does not.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include "jail/base/fd.h"
#include "jail/gate_messages.h"
#include "jail/inside/inside.h"

enum {
	BACKLOG = 1024, // until the broker accepts
};

struct answer {
	struct nlmsghdr h;
	struct nlmsgerr e;
};

static const char *
step_name(uint32_t step)
{
	static const char *const names[GATE_STEP__COUNT] = {
	    [GATE_STEP_NONE] = "talk to the kernel",
	    [GATE_STEP_VETH] =
		"make the veth pair (the kernel needs CONFIG_VETH)",
	    [GATE_STEP_PLAIN] = "keep IPv6 off the gate's link",
	    [GATE_STEP_UP] = "bring the gate's link up",
	    [GATE_STEP_LO] = "bring the gate's lo up",
	    [GATE_STEP_ADDRESS] = "give the gate its address",
	    [GATE_STEP_ANYIP] = "make every address the gate's own",
	    [GATE_STEP_BOX_PLAIN] = "keep IPv6 off the sandbox's link",
	    [GATE_STEP_BOX_UP] = "bring the sandbox's link up",
	    [GATE_STEP_BOX_ADDRESS] = "give the sandbox its address",
	    [GATE_STEP_BOX_ROUTE] = "route the sandbox to the gate",
	    [GATE_STEP_RULES] = "load the gate's rule",
	};

	return names[step < GATE_STEP__COUNT ? step : GATE_STEP_NONE];
}

static int
open_netlink(int type, int protocol, struct err *e)
{
	int fd = socket(AF_NETLINK, type | SOCK_CLOEXEC, protocol);

	if (fd < 0)
		return err_set(
		    e, ERR_NET, errno, "netlink socket of family %d", protocol);
	return fd;
}

// There is none here, or not for us. Anything else, such as no memory, is a
// failure and not a reason.
static bool
is_absent(const struct err *e)
{
	switch (e->sys_errno) {
	case EACCES:
	case EAFNOSUPPORT:
	case EINVAL:
	case ENOENT:
	case ENOSYS:
	case EOPNOTSUPP:
	case EPERM:
	case EPROTONOSUPPORT:
		return true;
	default:
		return false;
	}
}

// A kernel without IPv6 has no address to keep off.
static bool
is_lack(const struct answer *a)
{
	return a->e.error == -EAFNOSUPPORT &&
	       (a->h.nlmsg_seq == GATE_STEP_PLAIN ||
		   a->h.nlmsg_seq == GATE_STEP_BOX_PLAIN);
}

// Sends all at once. The kernel does one after the other, answers those that
// fail, and the last one, which asks for it, in any case: if that is the first
// answer, everything went well.
static int
tell_kernel(int fd, const struct netlink *n, struct err *e)
{
	struct answer a;
	ssize_t len;

	if (n->overflow)
		return err_set(e, ERR_INTERNAL, 0, "the gate's messages");
	if (send(fd, n->data, n->used, 0) != (ssize_t)n->used)
		return err_set(e, ERR_NET, errno, "%s", step_name(n->last));
	do {
		memset(&a, 0, sizeof(a));
		len = recv(fd, &a, sizeof(a), 0);
		if (len < (ssize_t)sizeof(a) || a.h.nlmsg_type != NLMSG_ERROR)
			return err_set(e, ERR_NET, len < 0 ? errno : EPROTO,
			    "%s: no answer", step_name(n->last));
		if (a.e.error != 0 && !is_lack(&a))
			return err_set(e, ERR_NET, -a.e.error, "%s",
			    step_name(a.h.nlmsg_seq));
	} while (a.h.nlmsg_seq != n->last);
	return 0;
}

static int
make_links(int box, struct err *e)
{
	autoclose int fd = open_netlink(SOCK_RAW, NETLINK_ROUTE, e);
	struct netlink n;

	if (fd < 0)
		return -1;
	gate_links(&n, box);
	return tell_kernel(fd, &n, e);
}

// No echo, and a refusal for each datagram, not some a second. Where /proc/sys
// cannot be written to there are echoes of the gate, which mean nothing.
static void
tune(void)
{
	static const char *const file[] = {
	    "/proc/sys/net/ipv4/icmp_echo_ignore_all", "1",
	    "/proc/sys/net/ipv4/icmp_ratemask", "0"};
	size_t i;
	int fd;

	for (i = 0; i < 4; i += 2) {
		fd = open(file[i], O_WRONLY | O_CLOEXEC);
		if (fd >= 0 && write(fd, file[i + 1], 1) < 0)
			errno = 0;
		fd_close(&fd);
	}
}

// A socket of the gate that takes what is sent to any address.
static int
open_socket(int type, uint16_t port, struct err *e)
{
	const struct sockaddr_in a = {
	    .sin_family = AF_INET,
	    .sin_port = htons(port),
	};
	const int on = 1;
	autoclose int fd = -1;

	fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 ||
	    setsockopt(fd, IPPROTO_IP, IP_TRANSPARENT, &on, sizeof(on)) != 0 ||
	    (type == SOCK_DGRAM &&
		setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) != 0) ||
	    bind(fd, (const struct sockaddr *)&a, sizeof(a)) != 0 ||
	    (type == SOCK_STREAM && listen(fd, BACKLOG) != 0))
		return err_set(e, ERR_NET, errno, "the gate's socket of %s %u",
		    type == SOCK_STREAM ? "TCP" : "UDP", port);
	return take_fd(&fd);
}

static int
hand_over(int ctl, uint32_t kind, uint32_t port, int fd, struct err *e)
{
	const struct wire_gate_socket s = {.kind = kind, .port = port};
	int rc;

	if (fd < 0)
		return -1;
	rc = wire_send(ctl, 0, WIRE_GATE_SOCKET, 0, &s, &fd, e);
	close(fd);
	return rc;
}

// One listener for every port. 0: this kernel, or a filter, has no nf_tables
// for us.
static int
catch_all(struct err *e)
{
	autoclose int fd = open_netlink(SOCK_RAW, NETLINK_NETFILTER, e);
	struct netlink n;

	if (fd >= 0) {
		gate_rules(&n);
		if (tell_kernel(fd, &n, e) == 0)
			return 1;
	}
	return is_absent(e) ? 0 : -1;
}

// The namespace that a socket is in; not of /proc, which may be hidden.
static int
namespace_of(int sock, struct err *e)
{
	int fd = ioctl(sock, SIOCGSKNS);

	return fd >= 0 ? fd
		       : err_set(e, ERR_NET, errno, "the gate's namespace");
}

// In the gate; box is the sandbox's own namespace.
static int
furnish(int ctl, int box, int *gate, struct err *e)
{
	autoclose int tcp = -1;
	int all;

	if (make_links(box, e) != 0)
		return -1;
	tune();
	if (hand_over(ctl, WIRE_GATE_DNS_UDP, GATE_DNS_PORT,
		open_socket(SOCK_DGRAM, GATE_DNS_PORT, e), e) != 0)
		return -1;
	all = catch_all(e);
	if (all < 0)
		return -1;
	if (all > 0 && hand_over(ctl, WIRE_GATE_TCP, 0,
			   open_socket(SOCK_STREAM, GATE_PORT, e), e) != 0)
		return -1;
	tcp = open_socket(SOCK_STREAM, GATE_DNS_PORT, e);
	*gate = all > 0 || tcp < 0 ? -1 : namespace_of(tcp, e);
	if (all == 0 && *gate < 0)
		return -1;
	return hand_over(
	    ctl, WIRE_GATE_DNS_TCP, GATE_DNS_PORT, take_fd(&tcp), e);
}

// A look at the sandbox's own sockets: who dials. A kernel may be without; who
// is asked then is not told of the program.
static int
give_diag(int ctl, struct err *e)
{
	int fd = open_netlink(SOCK_DGRAM | SOCK_NONBLOCK, NETLINK_SOCK_DIAG, e);

	if (fd < 0)
		return is_absent(e) ? 0 : -1;
	return hand_over(ctl, WIRE_GATE_DIAG, 0, fd, e);
}

static int
enter(int ns, struct err *e)
{
	if (setns(ns, CLONE_NEWNET) != 0)
		return err_set(e, ERR_NET, errno, "to the gate and back");
	return 0;
}

int
gate_begin(int ctl, int *gate, struct err *e)
{
	autoclose int route = open_netlink(SOCK_RAW, NETLINK_ROUTE, e);
	autoclose int box = -1;
	struct netlink n;

	if (route < 0 || give_diag(ctl, e) != 0)
		return -1;
	box = namespace_of(route, e);
	if (box < 0)
		return -1;
	if (unshare(CLONE_NEWNET) != 0)
		return err_set(e, ERR_NET, errno, "make the gate's namespace");
	if (furnish(ctl, box, gate, e) != 0 || enter(box, e) != 0)
		return -1;
	gate_box_links(&n);
	return tell_kernel(route, &n, e);
}

int
gate_finish(int ctl, int gate, const struct spec_net *net, struct err *e)
{
	uint16_t port[GATE_PORTS_MAX];
	autoclose int route = -1, box = -1;
	uint32_t i, n;

	if (gate < 0)
		return 0;
	n = gate_ports(net, port);
	route = open_netlink(SOCK_RAW, NETLINK_ROUTE, e);
	box = route < 0 ? -1 : namespace_of(route, e);
	if (box < 0 || enter(gate, e) != 0)
		return -1;
	for (i = 0; i < n; i++)
		if (hand_over(ctl, WIRE_GATE_TCP, port[i],
			open_socket(SOCK_STREAM, port[i], e), e) != 0)
			return -1;
	return enter(box, e);
}

// What the peer of a server inside is given; without a network, too, for it
// reaches nothing but loopback.
int
gate_mint(int chan, const struct wire_msg *m, struct err *e)
{
	const struct wire_ok ok = {0};
	autoclose int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct err why;

	if (fd < 0) {
		err_set(&why, ERR_NET, errno, "open a socket inside");
		return inside_refuse(chan, m, &why, e);
	}
	return wire_send(
	    chan, MSG_DONTWAIT, WIRE_MINTED, m->h.seq, &ok, &fd, e);
}
