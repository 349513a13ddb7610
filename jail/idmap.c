// SPDX-License-Identifier: ISC
// Who a box's processes are: on the host, on its disks, inside.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
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
	m->groups = privileged;
	if (privileged)
		m->host_uid = m->host_gid = OWN_BASE + (uid_t)getpid();
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
	return put_map(dir, "gid_map", m->gid, m->host_gid, e);
}

int
idmap_become(const struct idmap *m, struct err *e)
{
	// Without privilege we are that id already, and setgroups is denied.
	return m->groups ? caps_become(m->uid, m->gid, e) : 0;
}

int
idmap_nest(const struct idmap *m, struct err *e)
{
	if (unshare(CLONE_NEWUSER) != 0)
		return err_set(
		    e, ERR_NAMESPACE, errno, "nested user namespace");
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
