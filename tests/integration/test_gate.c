// SPDX-License-Identifier: ISC
// The gate: what is dialled inside arrives at sockets that the helper hands
// to whoever plays the broker, and nowhere else..
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/gate_messages.h"
#include "jail/wire/wire.h"
#include "tests/integration/gate_host.h"
#include "tests/integration/gate_peer.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
every_port(void)
{
	static const struct {
		const char *ip;
		uint16_t port;
	} to[] = {{"198.18.0.1", 443}, {"203.0.113.9", 1}, {"8.8.8.8", 54},
	    {"10.0.0.1", 65535}, {"169.254.169.254", 80},
	    {"192.0.2.1", GATE_PROXY_PORT}, {"192.0.2.1", GATE_PORT},
	    {"255.255.255.254", 443}, {"172.17.0.1", 2375}};
	struct peer p;
	struct gate g;
	size_t i;

	gate_build(&p, &g);
	assert_int_equal(p.m.u.standing.gate, WIRE_MODE_TPROXY);
	gate_begin(&g);
	assert_int_equal(g.ntcp, 1);
	for (i = 0; i < COUNT(to); i++) {
		autoclose int in = gate_mint(&p), out = -1;

		assert_int_equal(gate_dial(in, to[i].ip, to[i].port), 0);
		out =
		    gate_accepted(gate_socket_of(&g, WIRE_GATE_TCP, to[i].port),
			to[i].ip, to[i].port);
		gate_exchange(in, out);
	}
	gate_leave(&p, &g);
}

static void
names_by_tcp(void)
{
	static const char *const to[] = {"192.0.2.1", "8.8.8.8", "10.1.2.3"};
	struct peer p;
	struct gate g;
	size_t i;

	gate_build(&p, &g);
	gate_begin(&g);
	for (i = 0; i < COUNT(to); i++) {
		autoclose int in = gate_mint(&p), out = -1;

		assert_int_equal(gate_dial(in, to[i], 53), 0);
		out = gate_accepted(
		    gate_socket_of(&g, WIRE_GATE_DNS_TCP, 53), to[i], 53);
		gate_exchange(in, out);
	}
	gate_leave(&p, &g);
}

#define DIAL(...)                                              \
	(char *[])                                             \
	{                                                      \
		(char[]){"/workspace/dial"}, __VA_ARGS__, NULL \
	}
#define S(text)      \
	(char[])     \
	{            \
		text \
	}

// Answers one question as whoever was asked.
static void
answer(int udp, const char *ip)
{
	struct pollfd f = {.fd = udp, .events = POLLIN};
	char control[CMSG_SPACE(sizeof(struct in_pktinfo))], c = 0;
	struct sockaddr_in from;
	struct iovec iov = {&c, 1};
	struct msghdr m = {.msg_name = &from,
	    .msg_namelen = sizeof(from),
	    .msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control,
	    .msg_controllen = sizeof(control)};
	struct in_pktinfo info;
	struct cmsghdr *h;

	assert_int_equal(poll(&f, 1, GATE_PATIENCE_MS), 1);
	assert_int_equal(recvmsg(udp, &m, 0), 1);
	h = CMSG_FIRSTHDR(&m);
	assert_non_null(h);
	assert_int_equal(h->cmsg_type, IP_PKTINFO);
	memcpy(&info, CMSG_DATA(h), sizeof(info));
	assert_int_equal(info.ipi_addr.s_addr, inet_addr(ip));
	gate_same_address(&from, GATE_BOX_ADDRESS, ntohs(from.sin_port));
	info.ipi_spec_dst = info.ipi_addr;
	info.ipi_ifindex = 0;
	memcpy(CMSG_DATA(h), &info, sizeof(info));
	assert_int_equal(sendmsg(udp, &m, 0), 1);
}

static void
names_by_udp(void)
{
	static char *const to[] = {
	    "192.0.2.1", "8.8.8.8", "127.0.0.53", "10.255.255.254"};
	struct peer p;
	struct gate g;
	uint32_t i;

	gate_bring_dial();
	gate_build(&p, &g);
	gate_begin(&g);
	for (i = 0; i < COUNT(to); i++) {
		if (strncmp(to[i], "127", 3) == 0)
			continue; // its own
		peer_command(&p, i + 1);
		peer_exec(&p, i + 1, DIAL(S("udp"), to[i], S("53")));
		answer(gate_socket_of(&g, WIRE_GATE_DNS_UDP, 53), to[i]);
		peer_hear_inside(&p, WIRE_STARTED);
		peer_finish(&p, i + 1);
		assert_int_equal(p.ended.exit_code, 0);
	}
	gate_leave(&p, &g);
}

static void
refusals(void)
{
	struct peer p;
	struct gate g;

	gate_bring_dial();
	gate_build(&p, &g);
	gate_begin(&g);
	assert_int_equal(
	    peer_run(&p, 1, DIAL(S("udp"), S("198.18.0.1"), S("443"))), 1);
	// The kernel sends some a second where it is not told otherwise.
	assert_int_equal(
	    peer_run(
		&p, 2, DIAL(S("refused"), S("8.8.8.8"), S("123"), S("40"))),
	    0);
	assert_int_equal(
	    peer_run(&p, 3, DIAL(S("tcp6"), S("2001:db8::1"), S("443"))),
	    ENETUNREACH);
	assert_int_equal(
	    peer_run(&p, 4, DIAL(S("tcp6"), S("::1"), S("443"))), ECONNREFUSED);
	assert_int_equal(
	    peer_run(&p, 5, DIAL(S("tcp"), S("127.0.0.1"), S("443"))),
	    ECONNREFUSED);
	gate_leave(&p, &g);
}

// Without nf_tables: the rules' ports, and those of the web.
static void
some_ports(void)
{
	static const uint16_t heard[] = {80, 443, 3128, 5432, 6000, 6001, 53};
	struct wire_net n = {.rule = gate_rule};
	struct peer p;
	struct gate g;
	size_t i;

	gate_bring_dial();
	peer_before(host_refuse_nftables);
	peer_start(&p, 1);
	peer_before(NULL);
	peer_begin(&p);
	n.rule.port_first = n.rule.port_last = 5432;
	peer_say(&p, WIRE_NET, &n, NULL);
	n.rule.port_first = 6000;
	n.rule.port_last = 6001;
	peer_say(&p, WIRE_NET, &n, NULL);
	n.rule.port_first = 1;
	n.rule.port_last = 65535;
	peer_say(&p, WIRE_NET, &n, NULL);
	gate_say_net(&p, &g);
	peer_commit(&p);
	assert_int_equal(p.m.u.standing.gate, WIRE_MODE_PORTS);
	gate_begin(&g);
	assert_int_equal(g.ntcp, COUNT(heard) - 1);
	for (i = 0; i < COUNT(heard); i++) {
		autoclose int in = gate_mint(&p), out = -1;

		assert_int_equal(gate_dial(in, "203.0.113.7", heard[i]), 0);
		out = gate_accepted(
		    gate_socket_of(&g,
			heard[i] == 53 ? WIRE_GATE_DNS_TCP : WIRE_GATE_TCP,
			heard[i]),
		    "203.0.113.7", heard[i]);
		gate_exchange(in, out);
	}
	assert_int_equal(
	    peer_run(&p, 1, DIAL(S("tcp"), S("203.0.113.7"), S("22"))),
	    ECONNREFUSED);
	assert_int_equal(
	    peer_run(&p, 2, DIAL(S("udp"), S("203.0.113.7"), S("443"))), 1);
	gate_leave(&p, &g);
}

// A gate that cannot be made is told, with the step that failed.
static void
no_links(void)
{
	struct wire_commit commit = {0};
	struct peer p;
	struct gate g;

	peer_before(host_refuse_links);
	peer_start(&p, 1);
	peer_before(NULL);
	peer_begin(&p);
	gate_say_net(&p, &g);
	peer_say(&p, WIRE_COMMIT, &commit, NULL);
	peer_hear(&p, WIRE_FAILED);
	assert_int_equal(p.m.u.failed.err.code, ERR_NET);
	assert_non_null(strstr(p.m.u.failed.err.text, "network: "));
	gate_leave(&p, &g);
}

// A further sandbox has a gate of its own, and both work.
static void
further(void)
{
	struct wire_further f = {0};
	struct peer p, q;
	struct gate g, h;
	int i;

	gate_build(&p, &g);
	gate_begin(&g);
	for (i = 0; i < 2; i++) {
		autoclose int a = -1, b = -1, c = -1, d = -1;

		peer_say(&p, WIRE_FURTHER, &f, NULL);
		peer_hear(&p, WIRE_CONNECTION);
		q = (struct peer){
		    .sock = take_fd(&p.m.fds[0]), .chan = -1, .err = -1};
		peer_begin(&q);
		gate_say_net(&q, &h);
		peer_commit(&q);
		gate_begin(&h);
		a = gate_mint(&p);
		c = gate_mint(&q);
		assert_int_equal(gate_dial(c, "198.18.0.7", 443), 0);
		assert_int_equal(gate_dial(a, "198.18.0.7", 80), 0);
		b = gate_accepted(
		    gate_socket_of(&g, WIRE_GATE_TCP, 80), "198.18.0.7", 80);
		d = gate_accepted(
		    gate_socket_of(&h, WIRE_GATE_TCP, 443), "198.18.0.7", 443);
		gate_exchange(a, b);
		gate_exchange(c, d);
		shutdown(q.sock, SHUT_WR);
		assert_int_equal(recv(q.sock, &(char){0}, 1, 0), 0);
		fd_close(&q.sock);
		fd_close(&q.chan);
		gate_drop(&h);
		fd_close(&h.helper);
	}
	gate_leave(&p, &g);
}

// Nothing of the helper's own network is touched, and nothing of it reached.
static void
host_untouched(void)
{
	static char before[HOST_STATE_MAX], after[HOST_STATE_MAX];
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t size = sizeof(a);
	autoclose int listener = -1, in = -1, out = -1;
	struct pollfd f = {.events = POLLIN};
	struct peer p;
	struct gate g;

	host_state(before);
	gate_build(&p, &g);
	gate_begin(&g);
	host_state(after);
	assert_string_equal(before, after);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(
	    bind(listener, (const struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(
	    getsockname(listener, (struct sockaddr *)&a, &size), 0);
	in = gate_mint(&p);
	assert_int_equal(gate_dial(in, HOST_ADDRESS, ntohs(a.sin_port)), 0);
	out = gate_accepted(gate_socket_of(&g, WIRE_GATE_TCP, 1), HOST_ADDRESS,
	    ntohs(a.sin_port));
	f.fd = listener;
	assert_int_equal(poll(&f, 1, 100), 0);
	gate_leave(&p, &g);
	host_state(after);
	assert_string_equal(before, after);
}

// Root of the sandbox's own namespaces has nothing more to reach.
static void
root_inside(void)
{
	struct peer p;
	struct gate g;

	if (geteuid() != 0 && !host_is_root())
		skip();
	gate_build(&p, &g);
	gate_begin(&g);
	assert_int_equal(host_as_root_of(p.pid, host_ping), 0);
	assert_int_equal(host_as_root_of(p.pid, host_only_loopback6), 0);
	assert_int_equal(host_as_root_of(p.pid, host_two_links), 0);
	gate_leave(&p, &g);
}

static const struct peer_test tests[] = {
    {"every port", every_port},
    {"names by TCP", names_by_tcp},
    {"names by UDP", names_by_udp},
    {"refusals", refusals},
    {"some ports", some_ports},
    {"a gate that cannot be made", no_links},
    {"a further sandbox", further},
    {"the host is untouched", host_untouched},
    {"root inside", root_inside},
};

int
main(void)
{
	host_begin();
	return peer_main("gate", "stockade-jail", tests, COUNT(tests));
}
