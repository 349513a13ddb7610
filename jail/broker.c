// SPDX-License-Identifier: ISC
// The helper's side of the network: the gate's sockets, kept, and handed to
// the broker whenever that begins.
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/broker.h"

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

void
broker_init(struct broker *b)
{
	*b = (struct broker){.sock = -1, .rules = -1};
}

int
broker_take(
    struct broker *b, const struct wire_gate_socket *is, int fd, struct err *e)
{
	if (is->kind >= WIRE_GATE__COUNT || b->n == BROKER_SOCKETS_MAX) {
		close(fd);
		return err_set(e, ERR_PROTOCOL, 0, "a socket of no gate");
	}
	b->socket[b->n].is = *is;
	b->socket[b->n++].fd = fd;
	return 0;
}

uint32_t
broker_mode(const struct broker *b)
{
	uint32_t i;

	for (i = 0; i < b->n; i++)
		if (b->socket[i].is.kind == WIRE_GATE_TCP)
			return b->socket[i].is.port == 0 ? WIRE_MODE_TPROXY
							 : WIRE_MODE_PORTS;
	return WIRE_MODE_NONE;
}

// Only so much of the rules as there are: the rest is a hole, and reads zero.
static int
put_rules(int fd, size_t at, const struct spec_net *net)
{
	size_t n =
	    offsetof(struct spec_net, rule) + net->n * sizeof(net->rule[0]);

	return pwrite(fd, net, n, (off_t)at) == (ssize_t)n ? 0 : -1;
}

static int
put(int fd, const struct broker_rules *r, uint32_t generation)
{
	const struct {
		uint32_t generation, has_ceiling;
	} head = {generation, r->ceiling->n != 0};
	const size_t limits = sizeof(r->limit[0]) * LIMIT__COUNT;

	_Static_assert(offsetof(struct egress_policy, has_ceiling) == 4 &&
			   offsetof(struct egress_policy, limit) == 8,
	    "as it is written");
	if (ftruncate(fd, sizeof(struct egress_policy)) != 0 ||
	    pwrite(fd, &head, sizeof(head), 0) != sizeof(head) ||
	    pwrite(fd, r->limit, limits,
		offsetof(struct egress_policy, limit)) != (ssize_t)limits)
		return -1;
	if (put_rules(fd, offsetof(struct egress_policy, policy), r->policy) !=
		0 ||
	    put_rules(
		fd, offsetof(struct egress_policy, ceiling), r->ceiling) != 0)
		return -1;
	return fcntl(fd, F_ADD_SEALS, SEALS);
}

// Nothing is waited for: one that does not read is as good as gone.
static int
send_rules(const struct broker *b, uint32_t generation, int rules, uint32_t seq,
    struct err *e)
{
	const struct wire_gate_policy p = {
	    .generation = generation,
	    .privileged = b->privileged,
	};

	return wire_send(
	    b->sock, MSG_DONTWAIT, WIRE_GATE_POLICY, seq, &p, &rules, e);
}

int
broker_set(struct broker *b, const struct broker_rules *r, struct err *e)
{
	autoclose int fd = -1;

	if (b->sock < 0)
		return err_set(e, ERR_GONE, 0,
		    "the broker of the network is gone, and the gate with it; "
		    "begin another sandbox");
	fd = memfd_create("rules", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0 || put(fd, r, b->generation + 1) != 0)
		return err_set(e, ERR_SYSTEM, errno, "write down the rules");
	// Who begins gets the first with the sockets. What cannot be told is
	// not in force: the old ones stay.
	if (b->generation > 0 &&
	    send_rules(b, b->generation + 1, fd, 0, e) != 0)
		return -1;
	fd_close(&b->rules);
	b->rules = take_fd(&fd);
	b->generation++;
	return 0;
}

struct pollfd
broker_event(const struct broker *b)
{
	// Before there is something to have, who begins waits.
	return (struct pollfd){
	    .fd = b->generation > 0 ? b->sock : -1, .events = POLLIN};
}

static int
send_all(const struct broker *b, uint32_t seq, struct err *e)
{
	uint32_t i;

	for (i = 0; i < b->n; i++)
		if (wire_send(b->sock, MSG_DONTWAIT, WIRE_GATE_SOCKET, seq,
			&b->socket[i].is, &b->socket[i].fd, e) != 0)
			return -1;
	return send_rules(b, b->generation, b->rules, seq, e);
}

int
broker_serve(struct broker *b, struct err *e)
{
	static struct wire_msg m;
	int rc = wire_recv(b->sock, WIRE_E2H, MSG_DONTWAIT, &m, e);

	if (rc < 0 && e->sys_errno == EAGAIN)
		return 0; // a socket that is not what it was said to be
	if (rc == 0)
		rc = err_set(e, ERR_GONE, 0, "the broker ended");
	if (rc > 0) {
		wire_msg_close(&m); // brings none
		rc = send_all(b, m.h.seq, e);
	}
	if (rc != 0)
		broker_close(b);
	return rc;
}

void
broker_close(struct broker *b)
{
	fd_close(&b->sock);
	fd_close(&b->rules);
	while (b->n > 0)
		fd_close(&b->socket[--b->n].fd);
}
