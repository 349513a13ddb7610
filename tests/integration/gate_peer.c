// SPDX-License-Identifier: ISC
// Agent and broker of one sandbox in one process.
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
#include "tests/integration/gate_peer.h"

const struct spec_net_rule gate_rule = {
    .verdict = NET_ALLOW,
    .kind = NET_NAME,
    .origin = NET_FROM_POLICY,
    .line = 1,
    .host = "files.example.com",
};

void
gate_say_net(struct peer *p, struct gate *g)
{
	struct wire_net n = {.rule = gate_rule};
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

void
gate_build(struct peer *p, struct gate *g)
{
	peer_start(p, 1);
	peer_begin(p);
	gate_say_net(p, g);
	peer_commit(p);
	assert_true(p->m.u.standing.gate != WIRE_MODE_NONE);
}

// The next message to the broker, which must come soon.
bool
gate_hear(struct gate *g, struct wire_msg *m)
{
	struct pollfd f = {.fd = g->helper, .events = POLLIN};
	struct err e;
	int rc;

	assert_int_equal(poll(&f, 1, GATE_PATIENCE_MS), 1);
	rc = wire_recv(g->helper, WIRE_H2E, 0, m, &e);
	if (rc < 0)
		fail_msg("%s", e.text);
	return rc > 0;
}

void
gate_drop(struct gate *g)
{
	while (g->n > 0)
		fd_close(&g->fd[--g->n]);
	g->ntcp = 0;
	fd_close(&g->rules);
}

void
gate_take_policy(struct gate *g, struct wire_msg *m)
{
	assert_int_equal(m->h.type, WIRE_GATE_POLICY);
	assert_int_equal(m->u.gate_policy.privileged, peer_way() == PEER_ROOT);
	fd_close(&g->rules);
	g->generation = m->u.gate_policy.generation;
	g->rules = take_fd(&m->fds[0]);
}

// BROKER, to the rules.
void
gate_begin(struct gate *g)
{
	struct wire_broker b = {0};
	struct wire_msg m;
	struct err e;

	gate_drop(g);
	assert_int_equal(
	    wire_send(g->helper, 0, WIRE_BROKER, 7, &b, NULL, &e), 0);
	for (;;) {
		assert_true(gate_hear(g, &m));
		assert_int_equal(m.h.seq, 7);
		if (m.h.type != WIRE_GATE_SOCKET)
			break;
		assert_true(g->n < GATE_SOCKETS_MAX);
		g->is[g->n] = m.u.gate;
		g->ntcp += m.u.gate.kind == WIRE_GATE_TCP;
		g->fd[g->n++] = take_fd(&m.fds[0]);
	}
	gate_take_policy(g, &m);
}

int
gate_socket_of(const struct gate *g, uint32_t kind, uint32_t port)
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

void
gate_leave(struct peer *p, struct gate *g)
{
	struct wire_msg m;

	peer_leave(p);
	assert_false(gate_hear(g, &m));
	gate_drop(g);
	fd_close(&g->helper);
}

int
gate_mint(struct peer *p)
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
int
gate_dial(int fd, const char *ip, uint16_t port)
{
	const struct sockaddr_in a = address(ip, port);
	struct timeval patience = {GATE_PATIENCE_MS / 1000, 0};

	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience,
			     sizeof(patience)),
	    0);
	return connect(fd, (const struct sockaddr *)&a, sizeof(a)) == 0 ? 0
									: errno;
}

void
gate_same_address(const struct sockaddr_in *a, const char *ip, uint16_t port)
{
	char text[INET_ADDRSTRLEN];

	assert_non_null(inet_ntop(AF_INET, &a->sin_addr, text, sizeof(text)));
	assert_string_equal(text, ip);
	assert_int_equal(ntohs(a->sin_port), port);
}

// What was accepted knows what was dialled, and who did.
int
gate_accepted(int listener, const char *ip, uint16_t port)
{
	struct pollfd f = {.fd = listener, .events = POLLIN};
	struct sockaddr_in here = {0}, there = {0};
	socklen_t size = sizeof(here);
	int fd;

	assert_int_equal(poll(&f, 1, GATE_PATIENCE_MS), 1);
	fd = accept4(listener, (struct sockaddr *)&there, &size, SOCK_CLOEXEC);
	assert_true(fd >= 0);
	size = sizeof(here);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&here, &size), 0);
	gate_same_address(&here, ip, port);
	gate_same_address(&there, GATE_BOX_ADDRESS, ntohs(there.sin_port));
	return fd;
}

void
gate_exchange(int a, int b)
{
	char c = 0;

	assert_int_equal(write(a, "x", 1), 1);
	assert_int_equal(read(b, &c, 1), 1);
	assert_int_equal(c, 'x');
	assert_int_equal(write(b, "y", 1), 1);
	assert_int_equal(read(a, &c, 1), 1);
	assert_int_equal(c, 'y');
}

// A program of ours, inside.
void
gate_bring_dial(void)
{
	const char *top = getenv("top_builddir"), *to = peer_path("dial");
	char from[4096];
	autoclose int in = -1, out = -1;
	ssize_t n;
	char buf[65536];

	snprintf(from, sizeof(from), "%s/tests/integration/dial",
	    top != NULL ? top : ".");
	in = open(from, O_RDONLY | O_CLOEXEC);
	out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	assert_true(in >= 0 && out >= 0);
	while ((n = read(in, buf, sizeof(buf))) > 0)
		assert_int_equal(write(out, buf, (size_t)n), n);
	assert_int_equal(n, 0);
}
