// SPDX-License-Identifier: ISC
// A second sandbox, with a network: what its rule lists, and what not.
//
// What is dialled, is by sockets that are made inside and used here: one
// program less to bring along, and the same road.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "policy/egress.h"
#include "src/doctor/trial_further.h"
#include "src/doctor/trial_gate.h"

enum {
	PATIENCE_MS = 1000,
};

#define SERVER	 "192.0.2.1"   // stockade-jail(8), The gate
#define UNLISTED "203.0.113.1" // nobody's, RFC 5737

// A minted socket, connected; or -1.
static int
dial(struct box *b, struct in_addr to, uint16_t port)
{
	const struct timeval patience = {PATIENCE_MS / 1000, 0};
	const struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = to};
	struct err ignored;
	autoclose int fd = box_mint(b, &ignored);

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
		sizeof(patience)) != 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience,
		sizeof(patience)) != 0 ||
	    connect(fd, (const struct sockaddr *)&a, sizeof(a)) != 0)
		return -1;
	return take_fd(&fd);
}

// The address that the gate gives to a name of one label, by TCP.
static int
look_up(struct box *b, const char *name, struct in_addr *addr)
{
	// its length, number, "recursion desired", one question
	uint8_t q[64] = {0, 0, 0x12, 0x34, 1, 0, 0, 1}, a[512];
	struct in_addr server = {.s_addr = inet_addr(SERVER)};
	size_t n = strlen(name), len = 14 + 1 + n;
	autoclose int fd = dial(b, server, 53);
	ssize_t got = 0, r = 1;

	q[14] = (uint8_t)n;
	memcpy(q + 15, name, n);
	q[len + 2] = 1; // A
	q[len + 4] = 1; // IN
	q[1] = (uint8_t)(len + 5 - 2);
	if (fd < 0 || send(fd, q, len + 5, MSG_NOSIGNAL) < 0)
		return -1;
	while (r > 0 && (got < 2 || got < 2 + a[0] * 256 + a[1])) {
		r = recv(fd, a + got, sizeof(a) - (size_t)got, 0);
		got += r > 0 ? r : 0;
	}
	// One answer, and the address is the last of it.
	if (got < (ssize_t)len + 5 + 16 || a[9] != 1)
		return -1;
	memcpy(addr, a + got - 4, 4);
	return 0;
}

// Whether a listener outside has somebody to accept.
static bool
is_reached(int listener)
{
	struct pollfd p = {.fd = listener, .events = POLLIN};
	autoclose int fd = -1;

	if (poll(&p, 1, PATIENCE_MS) != 1)
		return false;
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	return fd >= 0;
}

// Whether who asks there by HTTP is told no.
static bool
is_refused(struct box *b)
{
	struct in_addr to = {.s_addr = inet_addr(UNLISTED)};
	autoclose int fd = dial(b, to, 80);
	const char ask[] = "GET / HTTP/1.1\r\nHost: " UNLISTED "\r\n\r\n";
	char answer[16];

	if (fd < 0)
		return true;
	if (send(fd, ask, sizeof(ask) - 1, MSG_NOSIGNAL) < 0)
		return true;
	if (recv(fd, answer, 12, MSG_WAITALL) < 12)
		return errno != EAGAIN;
	return memcmp(answer, "HTTP/1.1 403", 12) == 0;
}

static void
try_rules(struct trial *t, struct box *b, const struct place *p)
{
	struct gate_trial *g = &t->gate;
	struct in_addr host;
	autoclose int fd = -1;

	g->refused = is_refused(b);
	if (look_up(b, EGRESS_LOOPBACK, &host) != 0)
		return;
	g->named = true;
	fd = dial(b, host, (uint16_t)p->port);
	g->reached = fd >= 0 && is_reached(p->tcp);
}

static void
small_net(struct spec *s, const struct trial *t, const struct place *p)
{
	*s = t->spec;
	s->net.n = 1;
	s->net.rule[0] = (struct spec_net_rule){.verdict = NET_ALLOW,
	    .kind = NET_LOOPBACK,
	    .flags = NET_RAW,
	    .port_first = (uint16_t)p->port,
	    .port_last = (uint16_t)p->port};
}

static void
try_there(struct trial *t, int helper, int workspace, const struct place *p)
{
	struct gate_trial *g = &t->gate;
	static struct spec spec;
	struct box *b = NULL;

	small_net(&spec, t, p);
	if (box_start(&b, helper, workspace, &spec, &g->err) != 0)
		return;
	g->stands = true;
	g->ports = strcmp(box_gate(b), "ports") == 0;
	try_rules(t, b, p);
	box_end(b);
}

void
gate_try(struct trial *t, struct box *beside, const struct place *p)
{
	struct further f;

	t->gate.tried = true;
	if (further_open(&f, t, beside, p, &t->gate.err) == 0)
		try_there(t, f.helper, f.workspace, p);
	further_close(&f);
}
