// SPDX-License-Identifier: ISC
// The gate: what is dialled inside arrives at sockets that the helper hands
// to whoever plays the broker, and nowhere else. This plays agent and broker.
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
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/gate_messages.h"
#include "jail/wire/wire.h"
#include "policy/egress.h"
#include "tests/integration/peer.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SEALS	 (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

enum {
	SOCKETS_MAX = 64,
	PATIENCE_MS = 5000,
};

static const struct spec_net_rule rule = {
    .verdict = NET_ALLOW,
    .kind = NET_NAME,
    .origin = NET_FROM_POLICY,
    .line = 1,
    .host = "files.example.com",
};

// What a broker has.
struct gate {
	int helper; // the broker's end
	uint32_t n, ntcp;
	struct wire_gate_socket is[SOCKETS_MAX];
	int fd[SOCKETS_MAX];
	int rules;
	uint32_t generation;
};

static void
say_net(struct peer *p, struct gate *g)
{
	struct wire_net n = {.rule = rule};
	struct wire_broker b = {0};
	int sv[2];

	memset(g, 0, sizeof(*g));
	g->rules = -1;
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv), 0);
	g->helper = sv[0];
	peer_say(p, WIRE_EGRESS, &b, &sv[1]);
	peer_say(p, WIRE_NET, &n, NULL);
	close(sv[1]);
}

static void
build(struct peer *p, struct gate *g)
{
	peer_start(p, 1);
	peer_begin(p);
	say_net(p, g);
	peer_commit(p);
	assert_true(p->m.u.standing.gate != WIRE_MODE_NONE);
}

// The next message to the broker, which must come soon.
static bool
hear(struct gate *g, struct wire_msg *m)
{
	struct pollfd f = {.fd = g->helper, .events = POLLIN};
	struct err e;
	int rc;

	assert_int_equal(poll(&f, 1, PATIENCE_MS), 1);
	rc = wire_recv(g->helper, WIRE_H2E, 0, m, &e);
	if (rc < 0)
		fail_msg("%s", e.text);
	return rc > 0;
}

static void
drop(struct gate *g)
{
	while (g->n > 0)
		fd_close(&g->fd[--g->n]);
	g->ntcp = 0;
	fd_close(&g->rules);
}

static void
take_policy(struct gate *g, struct wire_msg *m)
{
	assert_int_equal(m->h.type, WIRE_GATE_POLICY);
	assert_int_equal(m->u.gate_policy.privileged, peer_way() == PEER_ROOT);
	fd_close(&g->rules);
	g->generation = m->u.gate_policy.generation;
	g->rules = take_fd(&m->fds[0]);
}

// BROKER, to the rules.
static void
begin(struct gate *g)
{
	struct wire_broker b = {0};
	struct wire_msg m;
	struct err e;

	drop(g);
	assert_int_equal(
	    wire_send(g->helper, 0, WIRE_BROKER, 7, &b, NULL, &e), 0);
	for (;;) {
		assert_true(hear(g, &m));
		assert_int_equal(m.h.seq, 7);
		if (m.h.type != WIRE_GATE_SOCKET)
			break;
		assert_true(g->n < SOCKETS_MAX);
		g->is[g->n] = m.u.gate;
		g->ntcp += m.u.gate.kind == WIRE_GATE_TCP;
		g->fd[g->n++] = take_fd(&m.fds[0]);
	}
	take_policy(g, &m);
}

static int
socket_of(const struct gate *g, uint32_t kind, uint32_t port)
{
	uint32_t i;

	for (i = 0; i < g->n; i++)
		if (g->is[i].kind == kind &&
		    (kind != WIRE_GATE_TCP || g->is[i].port == port ||
			g->is[i].port == 0))
			return g->fd[i];
	fail_msg("no socket of kind %u for port %u", kind, port);
	return -1;
}

static void
leave(struct peer *p, struct gate *g)
{
	struct wire_msg m;

	peer_leave(p);
	assert_false(hear(g, &m));
	drop(g);
	fd_close(&g->helper);
}

static int
mint(struct peer *p)
{
	struct wire_ok ok = {0};

	peer_say_inside(p, WIRE_MINT, &ok, NULL);
	peer_hear_inside(p, WIRE_MINTED);
	return take_fd(&p->m.fds[0]);
}

static struct sockaddr_in
address(const char *ip, uint16_t port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};

	assert_int_equal(inet_pton(AF_INET, ip, &a.sin_addr), 1);
	return a;
}

// Dials from inside; 0 or an errno.
static int
dial(int fd, const char *ip, uint16_t port)
{
	const struct sockaddr_in a = address(ip, port);
	struct timeval patience = {PATIENCE_MS / 1000, 0};

	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience,
			     sizeof(patience)),
	    0);
	return connect(fd, (const struct sockaddr *)&a, sizeof(a)) == 0 ? 0
									: errno;
}

static void
same_address(const struct sockaddr_in *a, const char *ip, uint16_t port)
{
	char text[INET_ADDRSTRLEN];

	assert_non_null(inet_ntop(AF_INET, &a->sin_addr, text, sizeof(text)));
	assert_string_equal(text, ip);
	assert_int_equal(ntohs(a->sin_port), port);
}

// What was accepted knows what was dialled, and who did.
static int
accepted(int listener, const char *ip, uint16_t port)
{
	struct pollfd f = {.fd = listener, .events = POLLIN};
	struct sockaddr_in here = {0}, there = {0};
	socklen_t size = sizeof(here);
	int fd;

	assert_int_equal(poll(&f, 1, PATIENCE_MS), 1);
	fd = accept4(listener, (struct sockaddr *)&there, &size, SOCK_CLOEXEC);
	assert_true(fd >= 0);
	size = sizeof(here);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&here, &size), 0);
	same_address(&here, ip, port);
	same_address(&there, GATE_BOX_ADDRESS, ntohs(there.sin_port));
	return fd;
}

static void
exchange(int a, int b)
{
	char c = 0;

	assert_int_equal(write(a, "x", 1), 1);
	assert_int_equal(read(b, &c, 1), 1);
	assert_int_equal(c, 'x');
	assert_int_equal(write(b, "y", 1), 1);
	assert_int_equal(read(a, &c, 1), 1);
	assert_int_equal(c, 'y');
}

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

	build(&p, &g);
	assert_int_equal(p.m.u.standing.gate, WIRE_MODE_TPROXY);
	begin(&g);
	assert_int_equal(g.ntcp, 1);
	for (i = 0; i < COUNT(to); i++) {
		autoclose int in = mint(&p), out = -1;

		assert_int_equal(dial(in, to[i].ip, to[i].port), 0);
		out = accepted(socket_of(&g, WIRE_GATE_TCP, to[i].port),
		    to[i].ip, to[i].port);
		exchange(in, out);
	}
	leave(&p, &g);
}

static void
names_by_tcp(void)
{
	static const char *const to[] = {"192.0.2.1", "8.8.8.8", "10.1.2.3"};
	struct peer p;
	struct gate g;
	size_t i;

	build(&p, &g);
	begin(&g);
	for (i = 0; i < COUNT(to); i++) {
		autoclose int in = mint(&p), out = -1;

		assert_int_equal(dial(in, to[i], 53), 0);
		out = accepted(socket_of(&g, WIRE_GATE_DNS_TCP, 53), to[i], 53);
		exchange(in, out);
	}
	leave(&p, &g);
}

static void
rules_as_told(void)
{
	const struct egress_policy *e;
	struct stat st;
	struct peer p;
	struct gate g;

	build(&p, &g);
	begin(&g);
	assert_int_equal(g.generation, 1);
	assert_int_equal(fcntl(g.rules, F_GET_SEALS), SEALS);
	assert_int_equal(fstat(g.rules, &st), 0);
	assert_int_equal(st.st_size, sizeof(*e));
	e = mmap(NULL, sizeof(*e), PROT_READ, MAP_PRIVATE, g.rules, 0);
	assert_ptr_not_equal(e, MAP_FAILED);
	assert_int_equal(e->generation, 1);
	assert_int_equal(e->has_ceiling, 0);
	assert_int_equal(e->ceiling.n, 0);
	assert_int_equal(e->limit[LIMIT_NOFILE], 4096);
	assert_int_equal(e->policy.n, 1);
	assert_memory_equal(&e->policy.rule[0], &rule, sizeof(rule));
	munmap((void *)(uintptr_t)e, sizeof(*e));
	leave(&p, &g);
}

static const struct peer_test tests[] = {
    {"every port", every_port},
    {"names by TCP", names_by_tcp},
    {"rules as told", rules_as_told},
};

int
main(void)
{
	return peer_main("gate", "stockade-jail", tests, COUNT(tests));
}
