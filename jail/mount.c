// SPDX-License-Identifier: ISC
// Mounts by descriptor.
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/mount.h"

_Static_assert(
    MOUNT_SYSTEM == (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV),
    "flags");
_Static_assert(MOUNT_USER == (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV), "flags");
_Static_assert(
    MOUNT_DEVICE == (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC),
    "flags");
_Static_assert(
    MOUNT_DATA == (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC),
    "flags");

// Set once the mounts we see are nobody else's.
static bool private;

// What all of this stands on, where it is missing.
static int
fail(const char *what, const char *on, struct err *e)
{
	if (errno == ENOSYS)
		return err_set(e, ERR_MOUNT, ENOSYS,
		    "%s%s: needs Linux 5.2, or a filter that does not hide "
		    "its mount calls",
		    what, on);
	return err_set(e, ERR_MOUNT, errno, "%s%s", what, on);
}

int
mount_attr(int tree, uint64_t attr, struct err *e)
{
	// A copy is its original's peer, wherever that one is shared, as all
	// of a host's are with systemd: what is mounted there later would come
	// in. Making / private does not reach a tree that is not yet on it.
	struct mount_attr a = {.attr_set = attr, .propagation = MS_PRIVATE};

	if (mount_setattr(
		tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &a, sizeof(a)) == 0)
		return 0;
	if (errno == ENOSYS && private)
		return mount_attr_old(tree, attr, e);
	return err_set(e, ERR_MOUNT, errno, "set mount attributes");
}

int
mount_rdonly(int dir, struct err *e)
{
	struct mount_attr a = {.attr_set = MOUNT_ATTR_RDONLY};

	if (mount_setattr(dir, "", AT_EMPTY_PATH, &a, sizeof(a)) == 0)
		return 0;
	if (errno == ENOSYS && private)
		return mount_attr_one(dir, MOUNT_RDONLY, e);
	return err_set(e, ERR_MOUNT, errno, "make it read-only");
}

int
mount_tree(int at, const char *path, uint64_t attr, struct err *e)
{
	unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE;
	autoclose int fd = -1;

	if (*path == '\0')
		flags |= AT_EMPTY_PATH;
	// Recursive: in a user namespace the mounts below are locked to it.
	fd = open_tree(at, path, flags);
	if (fd < 0)
		return fail("open tree ", path, e);
	if (attr != 0 && mount_attr(fd, attr, e) != 0)
		return err_prefix(e, "%s", path);
	return take_fd(&fd);
}

int
mount_top(int fd, struct err *e)
{
	int tree = open_tree(
	    fd, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);

	if (tree < 0)
		return fail("open tree", "", e);
	return tree;
}

int
mount_idmap(int tree, int userns, struct err *e)
{
	struct mount_attr a = {
	    .attr_set = MOUNT_ATTR_IDMAP,
	    .userns_fd = (uint64_t)userns,
	};

	if (mount_setattr(
		tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &a, sizeof(a)) != 0)
		return err_set(e, ERR_IDMAP, errno, "id-map the mount");
	return 0;
}

// "key=value", or a flag.
static int
configure(int fs, const char *option)
{
	const char *eq = strchr(option, '=');
	char key[32];

	if (eq == NULL)
		return fsconfig(fs, FSCONFIG_SET_FLAG, option, NULL, 0);
	snprintf(key, sizeof(key), "%.*s", (int)(eq - option), option);
	return fsconfig(fs, FSCONFIG_SET_STRING, key, eq + 1, 0);
}

int
mount_fresh(
    const char *type, const char *const *options, uint64_t attr, struct err *e)
{
	autoclose int fs = fsopen(type, FSOPEN_CLOEXEC);
	int fd;

	if (fs < 0)
		return fail("open a new ", type, e);
	for (; *options != NULL; options++)
		if (configure(fs, *options) != 0)
			return fail("option ", *options, e);
	if (fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) != 0)
		return fail("create ", type, e);
	fd = fsmount(fs, FSMOUNT_CLOEXEC, (unsigned)attr);
	if (fd < 0)
		return fail("mount ", type, e);
	return fd;
}

int
mount_move(int tree, int at, const char *path, struct err *e)
{
	if (move_mount(tree, "", at, path, MOVE_MOUNT_F_EMPTY_PATH) != 0)
		return fail("mount on ", path, e);
	return 0;
}

int
mount_bind(const char *from, const char *on, struct err *e)
{
	if (mount(from, on, NULL, MS_BIND, NULL) != 0)
		return err_set(e, ERR_MOUNT, errno, "bind %s on %s", from, on);
	return 0;
}

int
mount_onto(int tree, int fd, struct err *e)
{
	if (move_mount(tree, "", fd, "",
		MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0)
		return err_set(e, ERR_MOUNT, errno, "mount in place");
	return 0;
}

int
mount_private(struct err *e)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return err_set(e, ERR_MOUNT, errno, "make / private");
	private = true;
	return 0;
}

int
mount_pivot(int dir, struct err *e)
{
	int old = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	// Both names the same: the old root comes to lie over the new one,
	// and goes away with the umount. No directory for it is needed.
	if (old >= 0 && fchdir(dir) == 0 &&
	    syscall(SYS_pivot_root, ".", ".") == 0)
		return old;
	err_set(e, ERR_MOUNT, errno, "pivot root");
	fd_close(&old);
	return -1;
}

int
mount_let_go(struct err *e)
{
	if (umount2(".", MNT_DETACH) != 0)
		return err_set(e, ERR_MOUNT, errno, "let go of the old root");
	if (chdir("/") != 0)
		return err_set(e, ERR_MOUNT, errno, "enter the new root");
	return 0;
}
