// SPDX-License-Identifier: ISC
// One sandbox: the order in which it is built, and the ledger that undoes it.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/box.h"
#include "jail/degraded.h"
#include "jail/enforce.h"
#include "jail/ns.h"

void
box_init(struct box *b, const struct subgid *sub)
{
	uint32_t i;

	memset(b, 0, offsetof(struct box, spec));
	b->privileged = sub == NULL;
	b->sub = sub;
	spec_init(&b->spec);
	b->rootfs.workspace.fd = b->rootfs.workspace.tree = -1;
	b->rootfs.root.fd = b->rootfs.root.tree = -1;
	for (i = 0; i < SPEC_MOUNTS_MAX; i++)
		b->rootfs.mount[i].fd = b->rootfs.mount[i].tree = -1;
	cgroup_init(&b->cgroup);
	b->rootfs.spec = &b->spec;
	b->rootfs.told = &b->facts.told;
	keeper_init(&b->keeper);
	b->pidfd = b->ctl = b->chan = -1;
}

static void
undo_child(void *arg)
{
	struct box *b = arg;

	if (b->pid <= 0)
		return;
	// Our child, not waited for: the number is nobody else's.
	kill(b->pid, SIGKILL);
	while (waitpid(b->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	fd_close(&b->pidfd);
	b->pid = 0;
}

static void
undo_channels(void *arg)
{
	struct box *b = arg;

	fd_close(&b->ctl);
	fd_close(&b->chan);
}

static void
undo_cgroup(void *arg)
{
	struct box *b = arg;

	b->removed = cgroup_destroy(&b->cgroup) == 0;
}

static void
undo_janitor(void *arg)
{
	struct box *b = arg;

	janitor_stop(&b->janitor, b->removed);
}

static void
undo_base(void *arg)
{
	cgroup_close(arg);
}

static void
undo_sources(void *arg)
{
	rootfs_close(arg);
}

// Those that helped, and are ending: waited for when we have nothing to do.
static void
reap_helpers(void *arg)
{
	struct box *b = arg;

	idmap_reap(&b->ids);
	if (b->between > 0)
		while (waitpid(b->between, NULL, 0) < 0 && errno == EINTR)
			continue;
	b->between = 0;
}

int
box_prepare(struct box *b, struct err *e)
{
	if (b->prepared)
		return 0;
	cgroup_find(&b->cgroup, b->privileged);
	undo_push(&b->undo, undo_base, &b->cgroup);
	if (janitor_start(&b->janitor, &b->cgroup, e) != 0)
		return -1;
	undo_push(&b->undo, undo_janitor, b);
	b->prepared = true;
	return 0;
}

static int
make_cgroup(struct box *b, struct err *e)
{
	struct cgroup_limits whole = {
	    .memory = b->spec.limit[LIMIT_SESSION_MEMORY],
	    .pids = b->spec.limit[LIMIT_SESSION_PIDS],
	    .cpu = b->spec.limit[LIMIT_SESSION_CPU],
	};

	undo_push(&b->undo, undo_cgroup, b);
	// These cost something by being there.
	if (whole.cpu != 0 || b->spec.limit[LIMIT_CPU] != 0 ||
	    (b->spec.limit[LIMIT_CPU_WEIGHT] != 0 &&
		b->spec.limit[LIMIT_CPU_WEIGHT] != 100))
		b->cgroup.want |= CGROUP_CPU;
	if (b->spec.limit[LIMIT_IO_RATE] != 0)
		b->cgroup.want |= CGROUP_IO;
	// Where pid 1 lives, too: it is one process more.
	whole.pids += whole.pids != 0;
	if (cgroup_device(b->rootfs.workspace.fd, &b->disk) == 0)
		whole.device = b->disk;
	return cgroup_make(&b->cgroup, &whole, e);
}

static void
note_facts(struct box *b)
{
	const struct enforce_host host = {
	    .cgroup = b->cgroup.base >= 0,
	    .freezer = b->cgroup.freezer != 0,
	    .has = b->cgroup.has,
	    .uncounted = b->ids.host_uid == 0,
	};

	enforce_plan(&host, b->spec.limit, b->facts.enforced);
	b->facts.idmapped = (uint32_t)b->ids.own;
	b->facts.subordinate = b->ids.sub != NULL;
	b->facts.groups =
	    !b->ids.groups &&
	    (b->stranger ? b->others : b->sub != NULL && b->sub->others);
	b->facts.cgroup = b->cgroup.base >= 0;
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

static struct inside the_inside; // pid 1's, in its copy of our memory

static void
child_main(const struct ns_place *place, void *arg)
{
	struct box *b = arg;

	// Or it would not see that we are gone.
	fd_close(&b->ctl);
	fd_close(&b->chan);
	fd_close(&b->keeper.mine);
	the_inside.cgroups_hidden = place->cgroups_hidden;
	inside_main(&the_inside);
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

	*in = (struct inside){
	    .rootfs = &b->rootfs,
	    .ids = &b->ids,
	    .cpus = (uint32_t)sysconf(_SC_NPROCESSORS_ONLN),
	    .ctl = inner[0],
	    .chan = inner[1],
	};
	memcpy(in->by, b->facts.enforced, sizeof(in->by));
	memcpy(in->limit, b->spec.limit, sizeof(in->limit));
	memcpy(in->choice, b->spec.choice, sizeof(in->choice));
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

// READY, or why not; or the peer's end, who no longer wants it.
static int
wait_ready(struct box *b, int peer, struct err *e)
{
	static struct wire_msg m;
	struct pollfd p[2] = {
	    {.fd = b->ctl, .events = POLLIN}, {.fd = peer, .events = 0}};
	int rc;

	reap_helpers(b);
	while (poll(p, 2, -1) < 0)
		if (errno != EINTR)
			return err_set(e, ERR_SYSTEM, errno, "poll");
	if ((p[1].revents & POLLHUP) != 0)
		return err_set(e, ERR_GONE, 0, "the peer went away");
	rc = wire_recv(b->ctl, WIRE_I2H, 0, &m, e);
	if (rc == 0)
		return err_set(e, ERR_GONE, 0, "pid 1 died while building");
	if (rc < 0)
		return -1;
	if (m.h.type == WIRE_FAILED) {
		*e = m.u.failed.err;
		return -1;
	}
	b->facts.landlock_abi = m.u.ready.landlock_abi;
	b->facts.told = m.u.ready.told & WIRE_TOLD__ALL;
	return 0;
}

static int
raise_child(struct box *b, int peer, struct err *e)
{
	struct wire_ok go = {0};

	if (clone_child(b, e) != 0 || idmap_write(&b->ids, b->pid, e) != 0)
		return -1;
	if (b->ids.sub != NULL && subgid_write(b->ids.sub, b->pid, e) != 0)
		return -1;
	// Not before the clone: the go-between is still ours.
	if (cgroup_admit(&b->cgroup, b->ids.host_uid, e) != 0)
		return -1;
	if (wire_send(b->ctl, MSG_DONTWAIT, WIRE_GO, 0, &go, NULL, e) != 0)
		return -1;
	// While the child builds.
	if (keeper_start(&b->keeper, b->pidfd, &b->ids, b->privileged, e) != 0)
		return -1;
	return wait_ready(b, peer, e);
}

static int
map_sources(struct box *b, struct err *e)
{
	autoclose int ns = -1;

	// As for the box: the holder's /proc files must be ours.
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	ns = idmap_userns(&b->ids, e);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	return ns < 0 ? -1 : rootfs_idmap(&b->rootfs, ns, e);
}

// A file system, or a kernel, that knows no id-mapped mounts; a container
// that has not our ids to give. Anything else is a failure, not a reason.
static bool
cannot_map(const struct err *e)
{
	return e->code == ERR_IDMAP &&
	       (e->sys_errno == EINVAL || e->sys_errno == EPERM ||
		   e->sys_errno == EOPNOTSUPP || e->sys_errno == ENOSYS);
}

// The peer's trees, in a helper with privilege; without, the child opens them.
static int
open_sources(struct box *b, struct err *e)
{
	if (!b->privileged)
		return 0;
	if (rootfs_open(&b->rootfs, e) != 0)
		return -1;
	if (map_sources(b, e) == 0)
		return 0;
	if (!cannot_map(e))
		return -1;
	// The service gives nobody's sandbox the caller's own id: what is not
	// mapped would leave it one with all that this user runs.
	if (b->stranger)
		return err_set(e, ERR_IDMAP, e->sys_errno,
		    "the service wants directories on file systems that can "
		    "map ids, without others mounted below that cannot");
	// The caller's own ids, as without privilege, and fresh trees. The
	// facts say so.
	idmap_direct(&b->ids);
	b->rootfs.root_uid = b->ids.host_uid == 0;
	rootfs_close_trees(&b->rootfs);
	return rootfs_open(&b->rootfs, e);
}

static int
build(struct box *b, int peer, struct err *e)
{
	undo_push(&b->undo, undo_sources, &b->rootfs);
	undo_push(&b->undo, reap_helpers, b);
	if (open_sources(b, e) != 0)
		return -1;
	b->rootfs.root_uid = b->ids.host_uid == 0;
	if (box_prepare(b, e) != 0 || make_cgroup(b, e) != 0)
		return -1;
	undo_push(&b->undo, keeper_undo, &b->keeper);
	if (keeper_open(&b->keeper, e) != 0)
		return -1;
	b->rootfs.keeper = b->keeper.inner;
	undo_push(&b->undo, undo_channels, b);
	undo_push(&b->undo, undo_child, b);
	note_facts(b);
	if (raise_child(b, peer, e) != 0)
		return -1;
	if (b->spec.choice[CHOICE_DEGRADED] != DEGRADED_REFUSE)
		return 0;
	return degraded_refuse(&b->facts, b->privileged, e);
}

int
box_build(struct box *b, uid_t uid, gid_t gid, int peer, struct err *e)
{
	uint32_t i;

	idmap_plan(&b->ids, uid, gid, b->privileged);
	if (b->sub != NULL)
		idmap_plan_subgid(&b->ids, b->sub);
	if (b->stranger)
		b->ids.groups = 0;
	b->rootfs.tmp_bytes = b->spec.limit[LIMIT_TMP];
	b->rootfs.proc = b->spec.choice[CHOICE_PROC];
	b->rootfs.nmounts = b->spec.nmounts;
	b->rootfs.workspace.writable = 1;
	b->rootfs.workspace.dst = SPEC_WORKSPACE;
	b->rootfs.root.dst = "root";
	for (i = 0; i < b->spec.nmounts; i++) {
		b->rootfs.mount[i].writable = (int)b->spec.mount[i].writable;
		b->rootfs.mount[i].dst = b->spec.mount[i].dst;
	}
	if (build(b, peer, e) == 0)
		return 0;
	box_undo(b);
	return -1;
}

struct pollfd
box_end_event(const struct box *b)
{
	// Nobody but pid 1 has the other end of ctl; it says nothing there.
	if (b->pidfd >= 0)
		return (struct pollfd){.fd = b->pidfd, .events = POLLIN};
	return (struct pollfd){.fd = b->ctl, .events = 0};
}

void
box_undo(struct box *b)
{
	undo_run(&b->undo);
}
