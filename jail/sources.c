// SPDX-License-Identifier: ISC
// What the peer handed over to be mounted: opened by a helper with privilege,
// or else in the child, and shown through the box's ids.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <linux/magic.h>
#include "jail/base/fd.h"
#include "jail/mount.h"
#include "jail/rootfs.h"
#include "jail/sources.h"

#define CONFIGFS_MAGIC 0x62656570 // in no header

// A descriptor of the peer leads into the old mount namespace, where a
// process without privilege may not copy trees. So the path is walked again
// in ours, and must end at the very same file.
static int
open_again(const struct rootfs_source *s, int old, struct err *e)
{
	char proc[32], path[PATH_MAX];
	struct stat was, is;
	autoclose int tree = -1;
	ssize_t n;

	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", s->fd);
	n = readlink(proc, path, sizeof(path) - 1);
	if (n <= 0)
		return err_set(e, ERR_MOUNT, errno, "name of %s", s->dst);
	path[n] = '\0';
	tree = mount_tree(old, path[0] == '/' ? path + 1 : path, 0, e);
	if (tree < 0)
		return -1;
	if (fstat(s->fd, &was) != 0 || fstat(tree, &is) != 0)
		return err_set(e, ERR_MOUNT, errno, "stat %s", path);
	if (was.st_dev != is.st_dev || was.st_ino != is.st_ino)
		return err_set(e, ERR_MOUNT, 0,
		    "%s was moved or mounted over while the sandbox was built",
		    path);
	return take_fd(&tree);
}

int
source_open(const struct rootfs_source *s, int old, struct err *e)
{
	int fd = s->tree >= 0 ? s->tree : open_again(s, old, e);

	if (fd < 0 ||
	    mount_attr(fd, s->writable ? MOUNT_USER : MOUNT_SYSTEM, e) != 0)
		return err_prefix(e, "%s", s->dst);
	return fd;
}

// Where uid 0 needs no capability to rule the machine: kernel.core_pattern,
// a device's settings, others' control groups.
bool
source_is_kernels(int fd)
{
	static const uint32_t types[] = {PROC_SUPER_MAGIC, SYSFS_MAGIC,
	    CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC, DEBUGFS_MAGIC,
	    TRACEFS_MAGIC, SECURITYFS_MAGIC, BPF_FS_MAGIC, EFIVARFS_MAGIC,
	    PSTOREFS_MAGIC, SELINUX_MAGIC, CONFIGFS_MAGIC};
	struct statfs sfs;
	size_t i;

	if (fstatfs(fd, &sfs) != 0)
		return true;
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if ((uint32_t)sfs.f_type == types[i])
			return true;
	return false;
}

// Safe: the peer opened it itself, with its own rights; and where those are
// uid 0's, nothing comes along that obeys the mere number.
static int
open_peers(const struct rootfs *r, const struct rootfs_source *s, struct err *e)
{
	int fd = -1;

	if (!r->root_uid)
		fd = mount_tree(s->fd, "", 0, e);
	else if (source_is_kernels(s->fd))
		err_set(e, ERR_MOUNT, 0, "not for uid 0: the kernel's own");
	else
		fd = mount_top(s->fd, e);
	return fd >= 0 ? fd : err_prefix(e, "%s", s->dst);
}

int
rootfs_open(struct rootfs *r, struct err *e)
{
	uint32_t i;

	r->workspace.tree = open_peers(r, &r->workspace, e);
	if (r->workspace.tree < 0)
		return -1;
	if (r->root.fd >= 0) {
		r->root.tree = open_peers(r, &r->root, e);
		if (r->root.tree < 0)
			return -1;
	}
	for (i = 0; i < r->nmounts; i++) {
		r->mount[i].tree = open_peers(r, &r->mount[i], e);
		if (r->mount[i].tree < 0)
			return -1;
	}
	return 0;
}

int
rootfs_idmap(const struct rootfs *r, int userns, struct err *e)
{
	uint32_t i;

	// Safe: the tree is a private copy that only the box will see, and
	// the namespace maps the caller's own id alone.
	if (mount_idmap(r->workspace.tree, userns, e) != 0)
		return err_prefix(e, "workspace");
	if (r->root.tree >= 0 && mount_idmap(r->root.tree, userns, e) != 0)
		return err_prefix(e, "root");
	for (i = 0; i < r->nmounts; i++)
		if (mount_idmap(r->mount[i].tree, userns, e) != 0)
			return err_prefix(e, "%s", r->mount[i].dst);
	return 0;
}

void
rootfs_close_trees(struct rootfs *r)
{
	uint32_t i;

	fd_close(&r->workspace.tree);
	fd_close(&r->root.tree);
	for (i = 0; i < r->nmounts; i++)
		fd_close(&r->mount[i].tree);
}

void
rootfs_close(struct rootfs *r)
{
	uint32_t i;

	rootfs_close_trees(r);
	fd_close(&r->workspace.fd);
	fd_close(&r->root.fd);
	for (i = 0; i < r->nmounts; i++)
		fd_close(&r->mount[i].fd);
}
