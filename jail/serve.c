// SPDX-License-Identifier: ISC
// States x messages: the table says what is legal when, this says what each
// does. A fault ends the connection, and with it the sandbox.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "jail/base/trim.h"
#include "jail/peer.h"
#include "jail/serve.h"

enum {
	// Of a stranger, who holds one of few places: to say what it wants;
	// and to read that it gets nothing.
	GRACE_MS = 60000,
	LEAVE_MS = 2000,
	// A handler's word that this process is a copy now, and serves anew.
	COPY = 2,
};

static struct peer the_peer; // too large for a stack; there is only one

static int
on_hello(struct peer *p, struct wire_msg *m, struct err *e)
{
	struct wire_welcome w = {.version = WIRE_VERSION};

	if (m->u.hello.version != WIRE_VERSION)
		return err_set(e, ERR_PROTOCOL, 0, "HELLO of version %u",
		    m->u.hello.version);
	// Who it is, the kernel says; nothing in a message does. It says so
	// only of what was sent after our end asked for it.
	if (m->cred.pid == 0)
		return err_set(e, ERR_PROTOCOL, 0,
		    "HELLO without credentials: the peer must set SO_PASSCRED "
		    "on our end before it speaks");
	if (p->as->known != NULL && (m->cred.pid != p->as->known->pid ||
					m->cred.uid != p->as->known->uid))
		return err_set(e, ERR_PROTOCOL, 0,
		    "HELLO by another process than connected");
	p->cred = p->as->known != NULL ? *p->as->known : m->cred;
	p->state = WIRE_ST_GREETED;
	if (p->as->turn_away != NULL)
		return peer_say_failed(p, p->as->turn_away, e);
	return peer_say(p, WIRE_WELCOME, &w, NULL, e);
}

// By the path that the descriptor has, whatever the peer calls it. A mount of
// another mount namespace may have any name; such a one cannot be used, which
// the build finds out.
static bool
admit_workspace(struct peer *p, struct policy_refusal *r)
{
	char proc[32], path[SPEC_PATH_MAX];
	ssize_t n;

	if (p->as->known == NULL)
		return true;
	snprintf(
	    proc, sizeof(proc), "/proc/self/fd/%d", p->box.rootfs.workspace.fd);
	n = readlink(proc, path, sizeof(path));
	// One that is too long is cut: what is judged is what it lies beneath.
	path[n > 0 ? n - (n == (ssize_t)sizeof(path)) : 0] = '\0';
	return policy_admit_workspace(p->as->ceiling, path, r);
}

static int
on_commit(struct peer *p, struct wire_msg *m, struct err *e)
{
	struct policy_refusal r;
	struct wire_refused refused;
	struct err why;

	(void)m; // it says nothing but that all is said
	memset(&r, 0, sizeof(r));
	if (!policy_admit(p->as->ceiling, p->box.spec, &r) ||
	    !admit_workspace(p, &r)) {
		memset(&refused, 0, sizeof(refused));
		snprintf(refused.item, sizeof(refused.item), "%s", r.item);
		snprintf(
		    refused.reason, sizeof(refused.reason), "%s", r.reason);
		return peer_say(p, WIRE_REFUSED, &refused, NULL, e);
	}
	if (peer_net_commit(p, &why) != 0)
		return peer_say_failed(p, &why, e);
	if (box_build(&p->box, p->cred.uid, p->cred.gid, p->fd, &why) != 0)
		return peer_say_failed(p, &why, e);
	if (peer_say(p, WIRE_STANDING, &p->box.facts, &p->box.chan, e) != 0)
		return -1;
	p->until_ms = 0;
	// Only two ends are left: pid 1's and the agent's.
	fd_close(&p->box.chan);
	p->state = WIRE_ST_STANDING;
	return 0;
}

static int
on_swap(struct peer *p, struct wire_msg *m, struct err *e)
{
	struct wire_swap s = {.n = m->u.swap.n};
	struct err why;

	if (peer_net_swap(p, m->u.swap.n, &why) != 0)
		return peer_say_failed(p, &why, e);
	s.generation = p->box.broker.generation;
	return peer_say(p, WIRE_SWAPPED, &s, NULL, e);
}

static int
on_further(struct peer *p, struct wire_msg *m, struct err *e)
{
	autoclose int sock = -1;
	struct err why;
	int rc;

	// The service counts sandboxes by their connections.
	if (p->as->known != NULL)
		rc = err_set(&why, ERR_LIMIT, 0, "connect once more instead");
	else
		rc = further_take(&p->further, &sock, &why);
	if (rc > 0)
		return COPY;
	if (rc < 0)
		return peer_say_failed(p, &why, e);
	if (peer_say(p, WIRE_CONNECTION, &m->u.further, &sock, e) != 0)
		return -1;
	// Who wanted one will want another. Without, the next waits longer.
	return further_stock(&p->further) > 0 ? COPY : 0;
}

static int
dispatch(struct peer *p, struct wire_msg *m, struct err *e)
{
	switch (m->h.type) {
	case WIRE_HELLO:
		return on_hello(p, m, e);
	case WIRE_NET_SWAP:
		return on_swap(p, m, e);
	case WIRE_COMMIT:
		return on_commit(p, m, e);
	case WIRE_FURTHER:
		return on_further(p, m, e);
	case WIRE_COMMAND:
		return peer_command(p, m, e);
	case WIRE_KILL:
		return peer_kill(p, m, e);
	case WIRE_FINISH:
		return peer_finish(p, m, e);
	case WIRE_RELEASE:
		return peer_release(p, m, e);
	default:
		return peer_tell(p, m, e);
	}
}

// Not even read: who is turned away has nothing to say.
static bool
unheard(const struct peer *p)
{
	return p->as->turn_away != NULL && p->state != WIRE_ST_NEW;
}

static int
serve_one(struct peer *p, struct err *e)
{
	static struct wire_msg m;
	int rc = wire_recv(p->fd, WIRE_A2H, 0, &m, e);

	if (rc <= 0)
		return rc == 0 ? 1 : -1;
	p->seq = m.h.seq;
	rc = peer_rate(p, e);
	if (rc == 0 && !unheard(p)) {
		rc = peer_turn(p, &m, e);
		if (rc == 0)
			rc = dispatch(p, &m, e);
	}
	wire_msg_close(&m);
	return rc;
}

// Milliseconds that a stranger has left; -1: all of them.
static int
patience(const struct peer *p)
{
	uint64_t now = clock_ms();

	if (p->until_ms == 0)
		return -1;
	return now < p->until_ms ? (int)(p->until_ms - now) : 0;
}

static int
wait_for_one(struct peer *p, struct pollfd f[4], struct err *e)
{
	static bool idle; // for so long that we let go of memory
	const int wait = patience(p);
	int rc;

	f[0] = (struct pollfd){.fd = p->fd, .events = POLLIN};
	f[1] = box_end_event(&p->box);
	f[2] = further_event(&p->further);
	f[3] = broker_event(&p->box.broker);
	while ((rc = poll(f, 4, wait >= 0 || idle ? wait : TRIM_MS)) < 0)
		if (errno != EINTR)
			return err_set(e, ERR_SYSTEM, errno, "poll");
	if (rc == 0)
		trim();
	idle = rc == 0;
	if (patience(p) != 0)
		return 0;
	return err_set(
	    e, ERR_GONE, 0, "the peer took too long to say what it wants");
}

// Without pid 1 nothing is left to serve. The peer sees it by both its sockets;
// unless it is leaving, which it says first.
static bool
orphaned(const struct peer *p, const struct pollfd f[3])
{
	return p->state == WIRE_ST_STANDING && f[0].revents == 0 &&
	       f[1].revents != 0;
}

static int
loop(struct peer *p, struct err *e)
{
	struct pollfd f[4];
	int rc;

	for (;;) {
		if (wait_for_one(p, f, e) != 0)
			return -1;
		peer_net_hear(p, f[3].revents);
		if (f[0].revents != 0) {
			rc = serve_one(p, e);
			if (rc != 0)
				return rc == 1 ? 0 : rc;
		}
		if (f[2].revents != 0 && further_over(&p->further))
			return 0;
		if (orphaned(p, f))
			return err_set(
			    e, ERR_GONE, 0, "pid 1 of the sandbox died");
	}
}

static int
begin(struct peer *p, int fd, struct err *e)
{
	const struct serve_as *as = p->as;

	p->fd = fd;
	p->state = WIRE_ST_NEW;
	p->last_cmd = p->nlive = p->seq = p->told.n = 0;
	p->seen = p->until_ms = 0;
	p->tokens = PEER_BURST;
	p->filled_ms = clock_ms();
	memset(&p->cred, 0, sizeof(p->cred));
	if (as->known != NULL)
		p->until_ms = p->filled_ms +
			      (as->turn_away != NULL ? LEAVE_MS : GRACE_MS);
	if (box_init(&p->box, as->sub, e) != 0)
		return -1;
	p->box.stranger = as->known != NULL;
	p->box.others = as->others;
	return 0;
}

// A copy gets ready while nobody waits for it: for a box of the original's
// shape, if that stands. What fails here is told when one is wanted.
static int
begin_copy(struct peer *p, struct err *e)
{
	const struct box_shape shape = p->box.shape;
	bool known = p->box.pid > 0;

	if (begin(p, FURTHER_SOCK, e) != 0)
		return -1;
	further_settle(&p->further, p->fd);
	if (box_prepare(&p->box, known ? &shape : NULL, e) != 0)
		box_undo(&p->box);
	return 0;
}

int
serve(int fd, const struct serve_as *as, struct err *e)
{
	struct peer *p = &the_peer;
	int rc;

	p->as = as;
	further_init(&p->further);
	rc = begin(p, fd, e);
	if (rc == 0)
		rc = loop(p, e);
	while (rc == COPY) {
		rc = begin_copy(p, e);
		if (rc == 0)
			rc = loop(p, e);
	}
	box_undo(&p->box);
	further_end(&p->further);
	return rc;
}
