// SPDX-License-Identifier: ISC
// One sandbox: the order in which it is built, and the ledger that undoes it.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/box.h"
#include "jail/degraded.h"
#include "jail/enforce.h"
#include "jail/raise.h"

int
box_init(struct box *b, const struct subgid *sub, struct err *e)
{
	struct spec *spec = b->spec;
	uint32_t i;
	int share;

	memset(b, 0, sizeof(*b));
	b->privileged = sub == NULL;
	b->sub = sub;
	b->rootfs.workspace.fd = b->rootfs.workspace.tree = -1;
	b->rootfs.root.fd = b->rootfs.root.tree = -1;
	for (i = 0; i < SPEC_MOUNTS_MAX; i++)
		b->rootfs.mount[i].fd = b->rootfs.mount[i].tree = -1;
	cgroup_init(&b->cgroup);
	broker_init(&b->broker);
	janitor_init(&b->janitor);
	b->pidfd = b->ctl = b->chan = b->mapper = -1;
	// The original's, which has it from us otherwise.
	if (spec != NULL)
		munmap(spec, sizeof(*spec));
	// Of a copy alone pid 1 is cloned before the spec is whole; memory
	// that is not shared is cheaper.
	share = spec != NULL ? MAP_SHARED : MAP_PRIVATE;
	spec = mmap(NULL, sizeof(*spec), PROT_READ | PROT_WRITE,
	    share | MAP_ANONYMOUS, -1, 0);
	if (spec == MAP_FAILED)
		return err_set(e, ERR_SYSTEM, errno, "map memory");
	spec_init(spec);
	b->spec = spec;
	return 0;
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
	fd_close(&b->mapper);
}

// By the janitor, whose work it is; or, if somebody killed it, by us.
static void
undo_cgroup(void *arg)
{
	struct box *b = arg;

	if (janitor_stop(&b->janitor) || cgroup_destroy(&b->cgroup) == 0)
		return;
	// What is stuck in the kernel is for the next box to sweep.
}

static void
undo_base(void *arg)
{
	struct box *b = arg;

	cgroup_close(&b->cgroup);
	b->prepared = false;
}

static int
find_place(struct box *b, struct err *e)
{
	if (b->prepared)
		return 0;
	cgroup_init(&b->cgroup);
	cgroup_find(&b->cgroup, b->privileged);
	undo_push(&b->undo, undo_base, b);
	undo_push(&b->undo, undo_cgroup, b);
	if (janitor_start(&b->janitor, &b->cgroup, b->privileged, e) != 0)
		return -1;
	b->prepared = true;
	return 0;
}

static void
plan_ids(struct box *b, const struct box_shape *s)
{
	idmap_plan(&b->ids, s->uid, s->gid, b->privileged);
	if (b->sub != NULL)
		idmap_plan_subgid(&b->ids, b->sub);
	if (b->stranger)
		b->ids.groups = 0;
	if (s->direct)
		idmap_direct(&b->ids);
	b->rootfs.root_uid = b->ids.host_uid == 0;
}

static int
make_mapper(struct box *b, struct err *e)
{
	// As for the box: the holder's /proc files must be ours.
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	b->mapper = idmap_userns(&b->ids, e);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	return b->mapper < 0 ? -1 : 0;
}

int
box_prepare(struct box *b, const struct box_shape *s, struct err *e)
{
	struct err ignored;

	if (find_place(b, e) != 0)
		return -1;
	if (s == NULL)
		return 0;
	b->shape = *s;
	plan_ids(b, s);
	b->shape.root.root_uid = (uint32_t)b->rootfs.root_uid;
	b->cgroup.want = s->want;
	// The workspace is known where there is such a limit.
	if ((s->want & CGROUP_IO) != 0 &&
	    cgroup_device(b->rootfs.workspace.fd, &b->disk) != 0)
		b->disk.major = 0;
	if (cgroup_make(&b->cgroup, &b->disk, e) != 0)
		return -1;
	undo_push(&b->undo, undo_channels, b);
	undo_push(&b->undo, undo_child, b);
	undo_push(&b->undo, raise_reap, b);
	if (raise_begin(b, e) != 0)
		return -1;
	if (b->privileged && !s->direct && make_mapper(b, &ignored) != 0)
		b->mapper = -1; // told where it is needed
	return 0;
}

// As what it shall be raised.
static struct box_shape
shape_of(const struct box *b, uid_t uid, gid_t gid)
{
	const struct spec *spec = b->spec;
	struct box_shape s = {.uid = uid,
	    .gid = gid,
	    .want = CGROUP_MEMORY | CGROUP_PIDS,
	    .root = {.tmp_bytes = spec->limit[LIMIT_TMP],
		.proc = spec->choice[CHOICE_PROC],
		.other = b->rootfs.root.fd >= 0,
		.net = spec->net.n != 0}};

	// These cost something by being there.
	if (spec->limit[LIMIT_SESSION_CPU] != 0 ||
	    spec->limit[LIMIT_CPU] != 0 ||
	    (spec->limit[LIMIT_CPU_WEIGHT] != 0 &&
		spec->limit[LIMIT_CPU_WEIGHT] != 100))
		s.want |= CGROUP_CPU;
	if (spec->limit[LIMIT_IO_RATE] != 0)
		s.want |= CGROUP_IO;
	return s;
}

static bool
same_shape(const struct box_shape *a, const struct box_shape *b)
{
	// The disk is the workspace's.
	return (a->want & CGROUP_IO) == 0 && a->want == b->want &&
	       a->uid == b->uid && a->gid == b->gid && a->direct == b->direct &&
	       a->root.tmp_bytes == b->root.tmp_bytes &&
	       a->root.proc == b->root.proc && a->root.other == b->root.other &&
	       a->root.net == b->root.net;
}

static int
limit_whole(struct box *b, struct err *e)
{
	const struct cgroup_limits whole = {
	    .memory = b->spec->limit[LIMIT_SESSION_MEMORY],
	    // Where pid 1 lives, too: it is one process more.
	    .pids = b->spec->limit[LIMIT_SESSION_PIDS] +
		    (b->spec->limit[LIMIT_SESSION_PIDS] != 0),
	    .cpu = b->spec->limit[LIMIT_SESSION_CPU],
	    .device = b->disk,
	};

	return cgroup_bound(&b->cgroup, &whole, e);
}

static void
note_facts(struct box *b)
{
	const struct enforce_host host = {
	    .cgroup = b->cgroup.base >= 0,
	    .freezer = b->cgroup.freezer != 0,
	    .has = b->cgroup.has,
	    .uncounted = b->ids.host_uid == 0,
	    .gate = b->spec->net.n > 0,
	};

	enforce_plan(&host, b->spec->limit, b->facts.enforced);
	b->facts.idmapped = (uint32_t)b->ids.own;
	b->facts.subordinate = b->ids.sub != NULL;
	b->facts.groups =
	    !b->ids.groups &&
	    (b->stranger ? b->others : b->sub != NULL && b->sub->others);
	b->facts.cgroup = b->cgroup.base >= 0;
}

static int
map_sources(struct box *b, struct err *e)
{
	// The first time it may have failed where nobody asked for it.
	if (b->mapper < 0 && make_mapper(b, e) != 0)
		return -1;
	return rootfs_idmap(&b->rootfs, b->mapper, e);
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
// 1: they cannot be mapped.
static int
open_sources(struct box *b, struct err *e)
{
	int rc;

	if (!b->privileged)
		return 0;
	rc = rootfs_open(&b->rootfs, e);
	if (rc != 0 || b->shape.direct || map_sources(b, e) == 0)
		return rc;
	rootfs_close_trees(&b->rootfs);
	if (!cannot_map(e))
		return -1;
	if (!b->stranger)
		return 1;
	// The service gives nobody's sandbox the caller's own id: what is not
	// mapped would leave it one with all that this user runs.
	return err_set(e, ERR_IDMAP, e->sys_errno,
	    "the service wants directories on file systems that can "
	    "map ids, without others mounted below that cannot");
}

// Raised before, and of another shape: from the beginning.
static int
raise_as(struct box *b, const struct box_shape *s, struct err *e)
{
	if (b->pid > 0 && same_shape(s, &b->shape))
		return 0;
	if (b->pid > 0)
		undo_run(&b->undo);
	return box_prepare(b, s, e);
}

static int
build(struct box *b, struct box_shape *s, int peer, struct err *e)
{
	int rc;

	// Then it builds beside us.
	if (raise_as(b, s, e) != 0)
		return -1;
	rc = open_sources(b, e);
	if (rc == 1) {
		// The caller's own ids, as without privilege. The facts say
		// so.
		s->direct = 1;
		if (raise_as(b, s, e) != 0)
			return -1;
		rc = open_sources(b, e);
	}
	if (rc != 0 || limit_whole(b, e) != 0)
		return -1;
	note_facts(b);
	// Who failed before it was told has said why.
	if ((raise_tell(b, e) != 0 && e->code != ERR_GONE) ||
	    raise_wait(b, peer, e) != 0)
		return -1;
	if (b->spec->choice[CHOICE_DEGRADED] != DEGRADED_REFUSE)
		return 0;
	return degraded_refuse(&b->facts, b->privileged, e);
}

// What the descriptors that came are for.
static void
plan_sources(struct box *b)
{
	struct rootfs *r = &b->rootfs;
	struct rootfs peers = *r;
	uint32_t i;

	rootfs_plan(r, b->spec);
	r->workspace.fd = peers.workspace.fd;
	r->root.fd = peers.root.fd;
	for (i = 0; i < r->nmounts; i++)
		r->mount[i].fd = peers.mount[i].fd;
	r->root_uid = peers.root_uid;
}

int
box_build(struct box *b, uid_t uid, gid_t gid, int peer, struct err *e)
{
	struct box_shape s = shape_of(b, uid, gid);

	b->broker.privileged = b->privileged;
	plan_sources(b);
	if (build(b, &s, peer, e) == 0)
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
	rootfs_close(&b->rootfs);
	broker_close(&b->broker);
}
