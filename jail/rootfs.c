// SPDX-License-Identifier: ISC
// What a box sees as its file system: a small tmpfs, and what is put on it.
//
// Everything that comes from the host is opened first, as a detached tree;
// only then does the new root cover a host directory. Directories are made
// below the root's descriptor, so that no host path can be meant by mistake.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/commands.h"
#include "jail/mount.h"
#include "jail/proc.h"
#include "jail/protect.h"
#include "jail/rootfs.h"
#include "jail/sources.h"
#include "jail/system.h"
#include "jail/etc.h"

// Names at the top that distributions make links into /usr, or directories.
static const char *const tops[] = {
    "bin", "sbin", "lib", "lib32", "lib64", "libx32"};
#define NTOPS (sizeof(tops) / sizeof(tops[0]))

static const char *const devices[] = {
    "null", "zero", "full", "random", "urandom", "tty"};
#define NDEVICES (sizeof(devices) / sizeof(devices[0]))

static const struct {
	const char *target, *name;
} dev_links[] = {
    {"/proc/self/fd", "dev/fd"},
    {"/proc/self/fd/0", "dev/stdin"},
    {"/proc/self/fd/1", "dev/stdout"},
    {"/proc/self/fd/2", "dev/stderr"},
    {"pts/ptmx", "dev/ptmx"},
};

// The host's parts, opened before the new root hides anything.
struct host {
	int root; // or another system's tree, and then neither usr nor top
	int usr;
	int top[NTOPS];
	char link[NTOPS][64]; // where it is a link
	int dev[NDEVICES];
	struct etc_host etc;
	int workspace;
	int mount[SPEC_MOUNTS_MAX];
};

static int
open_top(struct host *h, size_t i, struct err *e)
{
	char path[16];
	struct stat st;
	ssize_t n;

	snprintf(path, sizeof(path), "/%s", tops[i]);
	if (lstat(path, &st) != 0)
		return 0;
	if (S_ISLNK(st.st_mode)) {
		n = readlink(path, h->link[i], sizeof(h->link[i]) - 1);
		if (n < 0)
			return err_set(e, ERR_MOUNT, errno, "read %s", path);
		h->link[i][n] = '\0';
		return 0;
	}
	h->top[i] = mount_tree(AT_FDCWD, path, MOUNT_SYSTEM, e);
	return h->top[i] < 0 ? -1 : 0;
}

static int
open_system(struct host *h, struct err *e)
{
	size_t i;

	h->usr = mount_tree(AT_FDCWD, "/usr", MOUNT_SYSTEM, e);
	if (h->usr < 0)
		return -1;
	for (i = 0; i < NTOPS; i++)
		if (open_top(h, i, e) != 0)
			return -1;
	return etc_open(&h->etc, e);
}

static int
open_devices(struct host *h, struct err *e)
{
	char path[32];
	size_t i;

	for (i = 0; i < NDEVICES; i++) {
		snprintf(path, sizeof(path), "/dev/%s", devices[i]);
		h->dev[i] = mount_tree(AT_FDCWD, path, MOUNT_DEVICE, e);
		if (h->dev[i] < 0)
			return -1;
	}
	return 0;
}

static int
open_peers(struct host *h, const struct rootfs *r, struct err *e)
{
	uint32_t i;

	h->workspace = source_open(&r->workspace, e);
	if (h->workspace < 0)
		return -1;
	if (r->spec->choice[CHOICE_EXEC] == EXEC_NO &&
	    mount_attr(h->workspace, MOUNT_DATA, e) != 0)
		return -1;
	for (i = 0; i < r->nmounts; i++) {
		h->mount[i] = source_open(&r->mount[i], e);
		if (h->mount[i] < 0)
			return -1;
	}
	return 0;
}

static int
open_host(struct host *h, const struct rootfs *r, struct err *e)
{
	memset(h, 0xff, sizeof(*h));
	memset(h->link, 0, sizeof(h->link));
	if (r->root.fd >= 0) {
		h->root = source_open(&r->root, e);
		if (h->root < 0)
			return -1;
	} else if (open_system(h, e) != 0) {
		return -1;
	}
	if (open_devices(h, e) != 0)
		return -1;
	return open_peers(h, r, e);
}

// A directory, and those above it, of a clean relative path.
static int
make_dirs(int root, const char *path, struct err *e)
{
	char buf[SPEC_PATH_MAX];
	char *p;

	snprintf(buf, sizeof(buf), "%s", path);
	for (p = strchr(buf, '/');; p = strchr(p + 1, '/')) {
		if (p != NULL)
			*p = '\0';
		if (mkdirat(root, buf, 0755) != 0 && errno != EEXIST)
			return err_set(e, ERR_MOUNT, errno, "make /%s", buf);
		if (p == NULL)
			return 0;
		*p = '/';
	}
}

static int
put_on(int tree, int root, const char *path, struct err *e)
{
	if (make_dirs(root, path, e) != 0)
		return -1;
	return mount_move(tree, root, path, e);
}

static int
put_system(const struct host *h, int root, struct err *e)
{
	size_t i;

	if (put_on(h->usr, root, "usr", e) != 0)
		return -1;
	for (i = 0; i < NTOPS; i++) {
		if (h->link[i][0] != '\0' &&
		    symlinkat(h->link[i], root, tops[i]) != 0)
			return err_set(
			    e, ERR_MOUNT, errno, "link /%s", tops[i]);
		if (h->top[i] >= 0 && put_on(h->top[i], root, tops[i], e) != 0)
			return -1;
	}
	return 0;
}

static int
put_dev(const struct host *h, int root, struct err *e)
{
	// The kernel has some three thousand for everybody but the host: one
	// box is not to take them from all others.
	const char *options[] = {"mode=0620", "ptmxmode=0666", "max=256", NULL};
	char path[32];
	autoclose int pts = -1;
	size_t i;
	int fd;

	if (make_dirs(root, "dev/pts", e) != 0)
		return -1;
	for (i = 0; i < NDEVICES; i++) {
		snprintf(path, sizeof(path), "dev/%s", devices[i]);
		fd = openat(root, path, O_CREAT | O_WRONLY | O_CLOEXEC, 0444);
		if (fd < 0)
			return err_set(e, ERR_MOUNT, errno, "make %s", path);
		close(fd);
		if (mount_move(h->dev[i], root, path, e) != 0)
			return -1;
	}
	for (i = 0; i < sizeof(dev_links) / sizeof(dev_links[0]); i++)
		if (symlinkat(dev_links[i].target, root, dev_links[i].name) !=
		    0)
			return err_set(
			    e, ERR_MOUNT, errno, "link %s", dev_links[i].name);
	pts = mount_fresh("devpts", options, 0x0a, e);
	if (pts < 0)
		return -1;
	return mount_move(pts, root, "dev/pts", e);
}

static int
put_tmpfs(
    int root, const char *path, uint64_t bytes, uint64_t attr, struct err *e)
{
	char size[40];
	// as many inodes as pages: a million empty files are a limit too
	char inodes[40];
	const char *options[] = {size, inodes, "mode=1777", NULL};
	autoclose int fd = -1;

	snprintf(size, sizeof(size), "size=%llu", (unsigned long long)bytes);
	snprintf(inodes, sizeof(inodes), "nr_inodes=%llu",
	    (unsigned long long)(bytes / 4096 + 16));
	fd = mount_fresh("tmpfs", options, attr, e);
	if (fd < 0)
		return -1;
	return put_on(fd, root, path, e);
}

static int
put_scratch(const struct rootfs *r, int root, struct err *e)
{
	if (put_tmpfs(root, "tmp", r->tmp_bytes, MOUNT_USER, e) != 0 ||
	    put_tmpfs(root, "dev/shm", r->tmp_bytes, MOUNT_DATA, e) != 0)
		return -1;
	if (make_dirs(root, "var", e) != 0 || make_dirs(root, "home", e) != 0 ||
	    make_dirs(root, "run", e) != 0)
		return -1;
	if (symlinkat("../tmp", root, "var/tmp") != 0 ||
	    symlinkat("../run", root, "var/run") != 0 ||
	    symlinkat("../tmp/home", root, "home/user") != 0)
		return err_set(e, ERR_MOUNT, errno, "link home");
	if (mkdirat(root, "tmp/home", 0700) != 0)
		return err_set(e, ERR_MOUNT, errno, "make home");
	return 0;
}

static int
put_sources(
    const struct host *h, const struct rootfs *r, int root, struct err *e)
{
	uint32_t i;

	for (i = 0; i < r->nmounts; i++)
		if (put_on(h->mount[i], root, r->mount[i].dst + 1, e) != 0)
			return -1;
	return 0;
}

// Last, and by its own name: what is protected in it is walked to inside.
static int
put_workspace(const struct host *h, const struct rootfs *r, struct err *e)
{
	autoclose int dir = -1;

	if (put_on(h->workspace, AT_FDCWD, "workspace", e) != 0)
		return -1;
	dir = open(SPEC_WORKSPACE, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_set(e, ERR_MOUNT, errno, "open " SPEC_WORKSPACE);
	return protect_put(dir, r->spec, r->keeper, r->told, e);
}

// Pid 1's view of /proc, or -1.
static int
fill(const struct host *h, const struct rootfs *r, int root, struct err *e)
{
	autoclose int proc = -1;

	if (h->root < 0 && put_system(h, root, e) != 0)
		return -1;
	if (put_dev(h, root, e) != 0)
		return -1;
	proc = proc_put(root, r->proc, r->root_uid, e);
	if (proc < 0 || etc_put(&h->etc, root, e) != 0)
		return -1;
	if (h->root >= 0 && system_put(h->root, root, e) != 0)
		return -1;
	if (put_scratch(r, root, e) != 0 || put_sources(h, r, root, e) != 0)
		return -1;
	return take_fd(&proc);
}

int
rootfs_build(const struct rootfs *r, struct err *e)
{
	const char *options[] = {"size=1m", "nr_inodes=1k", "mode=0755", NULL};
	struct host h;
	autoclose int root = -1, proc = -1;
	mode_t mask = umask(0);

	if (mount_private(e) != 0 || open_host(&h, r, e) != 0)
		return -1;
	root = mount_fresh("tmpfs", options, MOUNT_USER, e);
	// Over /usr: it is there on every host, and its tree is in our hands.
	if (root < 0 || mount_move(root, AT_FDCWD, "/usr", e) != 0)
		return -1;
	proc = fill(&h, r, root, e);
	if (proc < 0 || mount_pivot(root, e) != 0)
		return -1;
	if (commands_put(r->spec, root, e) != 0 || put_workspace(&h, r, e) != 0)
		return -1;
	umask(mask);
	// Not recursive: what lies on it has its own flags.
	if (mount_rdonly(root, e) != 0)
		return -1;
	return take_fd(&proc);
}
