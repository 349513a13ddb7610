// SPDX-License-Identifier: ISC
// Pid 1 of a sandbox, from its clone until it stands.
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/ns.h"
#include "jail/raise.h"

static struct inside the_inside; // pid 1's, in its copy of our memory

void
raise_reap(void *box)
{
	struct box *b = box;

	idmap_reap(&b->ids);
	if (b->between > 0)
		while (waitpid(b->between, NULL, 0) < 0 && errno == EINTR)
			continue;
	b->between = 0;
}

static int
make_channels(struct box *b, int inner[2], struct err *e)
{
	int ctl[2], chan[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ctl) != 0)
		return err_set(e, ERR_SYSTEM, errno, "socketpair");
	b->ctl = ctl[0];
	inner[0] = ctl[1];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, chan) != 0)
		return err_set(e, ERR_SYSTEM, errno, "socketpair");
	b->chan = chan[0];
	inner[1] = chan[1];
	return 0;
}

static void
child_main(const struct ns_place *place, void *arg)
{
	struct box *b = arg;

	// Or it would not see that we are gone.
	fd_close(&b->ctl);
	fd_close(&b->chan);
	fd_close(&b->janitor.pipe);
	the_inside.cgroups_hidden = place->cgroups_hidden;
	inside_main(&the_inside);
}

// That we may run on. libc would read a file for those there are.
static uint32_t
count_cpus(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return (uint32_t)sysconf(_SC_NPROCESSORS_ONLN);
	return (uint32_t)CPU_COUNT(&set);
}

static int
clone_child(struct box *b, struct err *e)
{
	struct inside *in = &the_inside;
	struct ns_place place = {
	    .box = b->cgroup.init >= 0 ? b->cgroup.box : -1,
	    .init = b->cgroup.init >= 0 ? b->cgroup.init : b->cgroup.box,
	    .run = child_main,
	    .arg = b,
	};
	int inner[2] = {-1, -1};
	int rc = make_channels(b, inner, e);

	in->ids = &b->ids;
	in->shape = b->shape.root;
	in->spec = b->spec;
	in->cpus = count_cpus();
	in->ctl = inner[0];
	in->chan = inner[1];
	in->keeper = b->janitor.inner;
	in->gate = -1;
	if (rc == 0) {
		// The child's /proc files must be ours to write its maps to.
		prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
		b->pid = ns_clone(&place, &b->pidfd, &b->between, e);
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
		rc = b->pid < 0 ? -1 : 0;
	}
	fd_close(&inner[0]);
	fd_close(&inner[1]);
	return rc;
}

int
raise_begin(struct box *b, struct err *e)
{
	struct wire_ok go = {0};

	if (clone_child(b, e) != 0 ||
	    janitor_watch(&b->janitor, b->pidfd, b->ids.host_uid,
		b->ids.host_gid, e) != 0)
		return -1;
	if (idmap_write(&b->ids, b->pid, e) != 0)
		return -1;
	if (b->ids.sub != NULL && subgid_write(b->ids.sub, b->pid, e) != 0)
		return -1;
	// Not before the clone: the go-between is still ours.
	if (cgroup_admit(&b->cgroup, b->ids.host_uid, e) != 0)
		return -1;
	return wire_send(b->ctl, MSG_DONTWAIT, WIRE_GO, 0, &go, NULL, e);
}

static int
tell_source(
    struct box *b, const struct rootfs_source *s, uint32_t which, struct err *e)
{
	const struct wire_source w = {.which = which, .tree = s->tree >= 0};

	return wire_send(b->ctl, MSG_DONTWAIT, WIRE_SOURCE, 0, &w,
	    s->tree >= 0 ? &s->tree : &s->fd, e);
}

// As many as a socket holds: 34 at most, of few bytes each.
int
raise_tell(struct box *b, struct err *e)
{
	const struct rootfs *r = &b->rootfs;
	struct wire_build w = {.sources = 1 + r->nmounts + (r->root.fd >= 0),
	    .measured = b->cgroup.has != 0};
	uint32_t i;

	memcpy(w.enforced, b->facts.enforced, sizeof(w.enforced));
	if (wire_send(b->ctl, MSG_DONTWAIT, WIRE_BUILD, 0, &w, NULL, e) != 0 ||
	    tell_source(b, &r->workspace, WIRE_SOURCE_WORKSPACE, e) != 0)
		return -1;
	if (r->root.fd >= 0 &&
	    tell_source(b, &r->root, WIRE_SOURCE_ROOT, e) != 0)
		return -1;
	for (i = 0; i < r->nmounts; i++)
		if (tell_source(b, &r->mount[i], WIRE_SOURCE_MOUNT + i, e) != 0)
			return -1;
	// While it builds.
	box_expect(b);
	raise_reap(b);
	return 0;
}

// The builder's next word; or the peer's end, who no longer wants it.
static int
hear(struct box *b, int peer, struct wire_msg *m, struct err *e)
{
	struct pollfd p[2] = {
	    {.fd = b->ctl, .events = POLLIN}, {.fd = peer, .events = 0}};
	int rc;

	while (poll(p, 2, -1) < 0)
		if (errno != EINTR)
			return err_set(e, ERR_SYSTEM, errno, "poll");
	if ((p[1].revents & POLLHUP) != 0)
		return err_set(e, ERR_GONE, 0, "the peer went away");
	rc = wire_recv(b->ctl, WIRE_I2H, 0, m, e);
	// If it left something of ours unread, that is told before its word.
	if (rc == 0)
		rc = wire_recv(b->ctl, WIRE_I2H, 0, m, e);
	if (rc == 0)
		return err_set(e, ERR_GONE, 0, "pid 1 died while building");
	return rc < 0 ? -1 : 0;
}

// READY, or why not; before it the gate's sockets, if there is one.
int
raise_wait(struct box *b, int peer, struct err *e)
{
	static struct wire_msg m;

	for (;;) {
		if (hear(b, peer, &m, e) != 0)
			return -1;
		if (m.h.type != WIRE_GATE_SOCKET)
			break;
		if (broker_take(&b->broker, &m.u.gate, m.fds[0], e) != 0)
			return -1;
	}
	if (m.h.type == WIRE_FAILED) {
		*e = m.u.failed.err;
		return -1;
	}
	b->facts.landlock_abi = m.u.ready.landlock_abi;
	b->facts.told = m.u.ready.told & WIRE_TOLD__ALL;
	b->facts.gate = broker_mode(&b->broker);
	return 0;
}
