// SPDX-License-Identifier: ISC
// Who a box's processes are: on the host, on its disks, inside.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/caps.h"
#include "jail/base/fd.h"
#include "jail/idmap.h"

// Host ids nobody has: above what systemd hands to containers (0x6fffffff),
// below the reserved end. One a helper; a pid has at most 22 bits.
#define OWN_BASE 0x70000000u

void
idmap_plan(struct idmap *m, uid_t uid, gid_t gid, int privileged)
{
	m->uid = m->host_uid = uid;
	m->gid = m->host_gid = gid;
	m->own = privileged;
	m->sub = NULL;
	m->groups = privileged;
	if (privileged)
		m->host_uid = m->host_gid = OWN_BASE + (uid_t)getpid();
}

void
idmap_plan_subgid(struct idmap *m, const struct subgid *sub)
{
	if (m->own || sub->fd < 0)
		return;
	m->groups = 1;
	m->sub = sub;
}

void
idmap_direct(struct idmap *m)
{
	m->host_uid = m->uid;
	m->host_gid = m->gid;
	m->own = 0;
}

static int
put(const char *dir, const char *name, const char *text, struct err *e)
{
	char path[64];
	autoclose int fd = -1;

	snprintf(path, sizeof(path), "/proc/%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, ERR_IDMAP, errno, "open %s", path);
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		return err_set(e, ERR_IDMAP, errno, "write %s", path);
	return 0;
}

static int
put_map(const char *dir, const char *name, unsigned inside, unsigned outside,
    struct err *e)
{
	char text[64];

	snprintf(text, sizeof(text), "%u %u 1\n", inside, outside);
	return put(dir, name, text, e);
}

// All ids as they are, but one: a file of another group, say, stays what it
// is, where an id that is not mapped could not even be written to.
static int
put_others(const char *dir, const char *name, unsigned own, unsigned host,
    struct err *e)
{
	unsigned low = own < host ? own : host;
	unsigned high = own < host ? host : own;
	char text[128];
	int n = 0;

	if (low > 0)
		n = snprintf(text, sizeof(text), "0 0 %u\n", low);
	if (high - low > 1)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%u %u %u\n",
		    low + 1, low + 1, high - low - 1);
	snprintf(text + n, sizeof(text) - (size_t)n, "%u %u %u\n%u %u 1\n",
	    high + 1, high + 1, UINT_MAX - high - 1, own, host);
	return put(dir, name, text, e);
}

// A process to hang the namespace on, until we hold it by a descriptor. It
// ends when its pipe does: also if we do. It runs in our memory: on a stack
// and with a pipe that stay what they are until it is reaped, and without a
// call that could fail and set our errno.
static struct {
	char stack[4096] __attribute__((aligned(16)));
	int fds[2];
} holder;

static int
hold(void *arg)
{
	char byte;

	(void)arg;
	close(holder.fds[1]);
	if (read(holder.fds[0], &byte, 1) < 0)
		_exit(1);
	_exit(0);
}

static pid_t
clone_holder(struct err *e)
{
	int *fds = holder.fds;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return err_set(e, ERR_SYSTEM, errno, "pipe");
	pid = clone(hold, holder.stack + sizeof(holder.stack),
	    CLONE_NEWUSER | CLONE_VM | SIGCHLD, NULL);
	if (pid < 0) {
		err_set(e, ERR_NAMESPACE, errno, "user namespace for mounts");
		close(fds[1]);
	}
	close(fds[0]);
	return pid;
}

// Safe: nobody runs in the namespace but the holder, which does nothing, and
// it is used for copies of mounts alone that only the box will see.
int
idmap_userns(struct idmap *m, struct err *e)
{
	char dir[16], path[32];
	int fd = -1;
	pid_t pid = clone_holder(e);

	if (pid < 0)
		return -1;
	snprintf(dir, sizeof(dir), "%d", (int)pid);
	snprintf(path, sizeof(path), "/proc/%s/ns/user", dir);
	if (put_others(dir, "uid_map", m->uid, m->host_uid, e) == 0 &&
	    put_others(dir, "gid_map", m->gid, m->host_gid, e) == 0) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			err_set(e, ERR_IDMAP, errno, "open %s", path);
	}
	close(holder.fds[1]);
	m->holder = pid;
	return fd;
}

void
idmap_reap(struct idmap *m)
{
	if (m->holder > 0)
		while (waitpid(m->holder, NULL, 0) < 0 && errno == EINTR)
			continue;
	m->holder = 0;
}

// Safe: the ids are our own choice or the sender's as the kernel told them,
// the child is ours and holds nothing yet but its new namespaces.
int
idmap_write(const struct idmap *m, pid_t child, struct err *e)
{
	char dir[16];

	snprintf(dir, sizeof(dir), "%d", (int)child);
	if (!m->groups && put(dir, "setgroups", "deny", e) != 0)
		return -1;
	if (put_map(dir, "uid_map", m->uid, m->host_uid, e) != 0)
		return -1;
	// With subordinate ids it is newgidmap's to write.
	if (m->sub != NULL)
		return 0;
	return put_map(dir, "gid_map", m->gid, m->host_gid, e);
}

int
idmap_become(const struct idmap *m, struct err *e)
{
	if (m->groups)
		return caps_become(m->uid, m->gid, e);
	// The service: with the peer's groups, which the helper took over.
	// Without privilege we are that id already, and setgroups is denied.
	return m->own ? caps_become_ids(m->uid, m->gid, e) : 0;
}

int
idmap_nest(const struct idmap *m, struct err *e)
{
	// Debian's switch asks for a capability on the host, which nobody in a
	// user namespace has, whoever made that.
	if (unshare(CLONE_NEWUSER) != 0)
		return err_set(e, ERR_NAMESPACE, errno,
		    "nested user namespace (%s)",
		    errno == EPERM ? "sysctl -w "
				     "kernel.unprivileged_userns_clone=1"
				   : "raise "
				     "/proc/sys/user/max_user_namespaces");
	// A process that changed its uid is not dumpable, and its /proc files
	// are root's; our own maps are written through them.
	if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0)
		return err_set(e, ERR_IDMAP, errno, "become dumpable");
	// "deny" is inherited where the parent said it; saying it again fails.
	if (m->groups && put("self", "setgroups", "deny", e) != 0)
		return -1;
	if (put_map("self", "uid_map", IDMAP_INSIDE, m->uid, e) != 0)
		return -1;
	return put_map("self", "gid_map", IDMAP_INSIDE, m->gid, e);
}
