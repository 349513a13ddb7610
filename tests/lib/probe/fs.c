// SPDX-License-Identifier: ISC
// Probes of the file system: mounts, nodes, and what can be read or written.
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "tests/lib/probe/probe.h"

// The raw calls: what libc checks first must not answer for the kernel.
// Flag values of mount(2), whose header does not go with linux/mount.h.
static int
raw_mount(
    const char *src, const char *dst, const char *type, unsigned long flags)
{
	return (int)syscall(SYS_mount, src, dst, type, flags, NULL);
}

static int
mount_tmpfs(int argc, char **argv)
{
	(void)argc;
	return raw_mount("none", argv[0], "tmpfs", 0);
}

static int
mount_bind(int argc, char **argv)
{
	(void)argc;
	return raw_mount(argv[0], argv[1], NULL, MS_BIND);
}

static int
mount_remount(int argc, char **argv)
{
	(void)argc;
	return raw_mount(NULL, argv[0], NULL, MS_REMOUNT | MS_BIND);
}

static int
mount_proc(int argc, char **argv)
{
	(void)argc;
	return raw_mount("proc", argv[0], "proc", 0);
}

// mount TYPE DIR; what a type wants to be told makes it say EINVAL.
static int
mount_type(int argc, char **argv)
{
	(void)argc;
	return raw_mount("none", argv[1], argv[0], 0);
}

static int
mount_shared(int argc, char **argv)
{
	(void)argc;
	return raw_mount(NULL, argv[0], NULL, MS_REC | MS_SHARED);
}

// Out of a root by a second one: what is open stays below no root at all.
static int
chroot_twice(int argc, char **argv)
{
	int i;

	(void)argc;
	(void)argv;
	mkdir("jail", 0700);
	if (chroot("jail") < 0)
		return -1;
	for (i = 0; i < 64; i++)
		if (chdir("..") < 0)
			return -1;
	return chroot(".");
}

// Up from the root and from the working directory: the same place, or out?
static int
climb(int argc, char **argv)
{
	struct stat top, above;

	(void)argc;
	(void)argv;
	if (stat("/", &top) < 0 || chdir("/") < 0 || chdir("..") < 0 ||
	    stat(".", &above) < 0)
		return -1;
	if (top.st_ino == above.st_ino && top.st_dev == above.st_dev)
		puts("the same");
	else
		puts("another");
	return PROBE_SAID;
}

static int
make_link(int argc, char **argv)
{
	(void)argc;
	if (link(argv[0], argv[1]) < 0)
		return -1;
	unlink(argv[1]);
	return 0;
}

static int
do_umount(int argc, char **argv)
{
	(void)argc;
	return (int)syscall(SYS_umount2, argv[0], 2 /* MNT_DETACH */);
}

static int
do_pivot_root(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return (int)syscall(SYS_pivot_root, ".", ".");
}

static int
do_chroot(int argc, char **argv)
{
	(void)argc;
	return chroot(argv[0]);
}

static int
do_open_tree(int argc, char **argv)
{
	(void)argc;
	return (int)syscall(SYS_open_tree, AT_FDCWD, argv[0],
		   OPEN_TREE_CLONE | AT_RECURSIVE) < 0
		   ? -1
		   : 0;
}

static int
do_move_mount(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return (int)syscall(SYS_move_mount, -1, "", -1, "",
	    MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

static int
do_fsopen(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return syscall(SYS_fsopen, "tmpfs", 0) < 0 ? -1 : 0;
}

static int
do_fspick(int argc, char **argv)
{
	(void)argc;
	return syscall(SYS_fspick, AT_FDCWD, argv[0], 0) < 0 ? -1 : 0;
}

static int
do_mount_setattr(int argc, char **argv)
{
	struct mount_attr attr = {.attr_clr = MOUNT_ATTR_RDONLY};

	(void)argc;
	return (int)syscall(
	    SYS_mount_setattr, AT_FDCWD, argv[0], 0, &attr, sizeof(attr));
}

static int
mknod_chr(int argc, char **argv)
{
	(void)argc;
	if (mknod(argv[0], S_IFCHR | 0600, makedev(1, 3)) < 0)
		return -1;
	return unlink(argv[0]);
}

static int
mknod_blk(int argc, char **argv)
{
	(void)argc;
	if (mknod(argv[0], S_IFBLK | 0600, makedev(7, 0)) < 0)
		return -1;
	return unlink(argv[0]);
}

static int
mknod_fifo(int argc, char **argv)
{
	(void)argc;
	if (mknod(argv[0], S_IFIFO | 0600, 0) < 0)
		return -1;
	unlink(argv[0]);
	return 0;
}

// Opens what is there for writing; writes nothing.
static int
open_write(int argc, char **argv)
{
	(void)argc;
	return open(argv[0], O_WRONLY | O_NOCTTY | O_NONBLOCK) < 0 ? -1 : 0;
}

static int
create(int argc, char **argv)
{
	int fd;

	(void)argc;
	fd = open(argv[0], O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd < 0)
		return -1;
	unlink(argv[0]);
	return 0;
}

// Reads a byte: "allowed", "empty", or refused.
static int
read_byte(int argc, char **argv)
{
	ssize_t n;
	char c;
	int fd;

	(void)argc;
	fd = open(argv[0], O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -1;
	n = read(fd, &c, 1);
	if (n < 0)
		return -1;
	if (n > 0)
		return 0;
	puts("empty");
	return PROBE_SAID;
}

static int
list_dir(int argc, char **argv)
{
	int fd;

	(void)argc;
	fd = open(argv[0], O_RDONLY | O_DIRECTORY);
	return fd < 0 ? -1 : 0;
}

static int
read_link(int argc, char **argv)
{
	char buf[4096];

	(void)argc;
	return readlink(argv[0], buf, sizeof(buf)) < 0 ? -1 : 0;
}

static int
exists(int argc, char **argv)
{
	struct stat st;

	(void)argc;
	return stat(argv[0], &st);
}

static int
make_suid(int argc, char **argv)
{
	(void)argc;
	return chmod(argv[0], 04755);
}

static int
take_owner(int argc, char **argv)
{
	(void)argc;
	return chown(argv[0], (uid_t)probe_number(argv[1]),
	    (gid_t)probe_number(argv[2]));
}

// fill PATH BYTES: writes that much to a new file; says where it stopped.
static int
fill(int argc, char **argv)
{
	static char block[65536];
	long max = probe_number(argv[1]), done = 0;
	int fd, saved;
	ssize_t n;

	(void)argc;
	fd = open(argv[0], O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		return -1;
	memset(block, 'x', sizeof(block));
	while (done < max) {
		n = write(fd, block, sizeof(block));
		if (n < 0)
			break;
		done += n;
	}
	saved = errno;
	unlink(argv[0]);
	if (done >= max)
		return 0;
	errno = saved;
	return -1;
}

// A file of the host, named by a handle instead of a path.
static int
open_handle(int argc, char **argv)
{
	struct {
		struct file_handle h;
		unsigned char bytes[128];
	} u;
	int mount_id;

	(void)argc;
	memset(&u, 0, sizeof(u));
	u.h.handle_bytes = sizeof(u.bytes);
	if (name_to_handle_at(AT_FDCWD, argv[0], &u.h, &mount_id, 0) < 0)
		return -1;
	return open_by_handle_at(AT_FDCWD, &u.h, O_RDONLY) < 0 ? -1 : 0;
}

const struct probe_def probe_fs[] = {
    {"mount-tmpfs", mount_tmpfs, 1, false, false},
    {"mount-bind", mount_bind, 2, false, false},
    {"mount-remount", mount_remount, 1, false, false},
    {"mount-proc", mount_proc, 1, false, false},
    {"mount", mount_type, 2, false, false},
    {"mount-shared", mount_shared, 1, false, false},
    {"chroot-twice", chroot_twice, 0, false, false},
    {"climb", climb, 0, true, false},
    {"link", make_link, 2, false, false},
    {"umount", do_umount, 1, false, false},
    {"pivot-root", do_pivot_root, 0, false, false},
    {"chroot", do_chroot, 1, false, false},
    {"open-tree", do_open_tree, 1, false, false},
    {"move-mount", do_move_mount, 0, false, false},
    {"fsopen", do_fsopen, 0, false, false},
    {"fspick", do_fspick, 1, false, false},
    {"mount-setattr", do_mount_setattr, 1, false, false},
    {"mknod-chr", mknod_chr, 1, true, false},
    {"mknod-blk", mknod_blk, 1, true, false},
    {"mknod-fifo", mknod_fifo, 1, false, false},
    {"open-write", open_write, 1, true, false},
    {"create", create, 1, false, false},
    {"read", read_byte, 1, true, false},
    {"list", list_dir, 1, true, false},
    {"readlink", read_link, 1, true, false},
    {"exists", exists, 1, true, false},
    {"make-suid", make_suid, 1, false, false},
    {"chown", take_owner, 3, true, false},
    {"fill", fill, 2, false, false},
    {"open-handle", open_handle, 1, true, false},
    {NULL, NULL, 0, false, false},
};
