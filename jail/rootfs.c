// SPDX-License-Identifier: ISC
// What a box sees as its file system: a small tmpfs, and what is put on it.
//
// What it has of the host's system is opened first, as detached trees; only
// then does the new root cover a host directory. What the peer hands over is
// opened when that is the root, from the old one, which is covered no longer.
// Directories are made below the root's descriptor, so that no host path can
// be meant by mistake.
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
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
	int usr; // -1: another system's, and then no top either
	int top[NTOPS];
	char link[NTOPS][64]; // where it is a link
	int dev[NDEVICES];
	struct etc_host etc;
};

struct guests {
	int root; // another system's tree, or -1
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
open_host(struct host *h, const struct rootfs_shape *s, struct err *e)
{
	memset(h, 0xff, sizeof(*h));
	memset(h->link, 0, sizeof(h->link));
	if (!s->other && open_system(h, e) != 0)
		return -1;
	return open_devices(h, e);
}

static int
open_guests(struct guests *g, const struct rootfs *r, int old, struct err *e)
{
	uint32_t i;

	g->root = -1;
	if (r->root.fd >= 0 || r->root.tree >= 0) {
		g->root = source_open(&r->root, old, e);
		if (g->root < 0)
			return -1;
	}
	g->workspace = source_open(&r->workspace, old, e);
	if (g->workspace < 0)
		return -1;
	if (r->spec->choice[CHOICE_EXEC] == EXEC_NO &&
	    mount_attr(g->workspace, MOUNT_DATA, e) != 0)
		return -1;
	for (i = 0; i < r->nmounts; i++) {
		g->mount[i] = source_open(&r->mount[i], old, e);
		if (g->mount[i] < 0)
			return -1;
	}
	return 0;
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

	if (make_dirs(root, "dev/pts", e) != 0)
		return -1;
	for (i = 0; i < NDEVICES; i++) {
		snprintf(path, sizeof(path), "dev/%s", devices[i]);
		if (mknodat(root, path, S_IFREG | 0444, 0) != 0)
			return err_set(e, ERR_MOUNT, errno, "make %s", path);
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
put_scratch(int root, uint64_t bytes, struct err *e)
{
	if (put_tmpfs(root, "tmp", bytes, MOUNT_USER, e) != 0 ||
	    put_tmpfs(root, "dev/shm", bytes, MOUNT_DATA, e) != 0)
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
    const struct guests *g, const struct rootfs *r, int root, struct err *e)
{
	uint32_t i;

	for (i = 0; i < r->nmounts; i++)
		if (put_on(g->mount[i], root, r->mount[i].dst + 1, e) != 0)
			return -1;
	return 0;
}

// Last, and by its own name: what is protected in it is walked to inside.
static int
put_workspace(const struct guests *g, const struct rootfs *r, struct err *e)
{
	autoclose int dir = -1;

	if (put_on(g->workspace, AT_FDCWD, "workspace", e) != 0)
		return -1;
	dir = open(SPEC_WORKSPACE, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_set(e, ERR_MOUNT, errno, "open " SPEC_WORKSPACE);
	return protect_put(dir, r->spec, r->keeper, r->told, e);
}

// Pid 1's view of /proc, or -1.
static int
fill(
    const struct host *h, const struct rootfs_shape *s, int root, struct err *e)
{
	autoclose int proc = -1;

	if (h->usr >= 0 && put_system(h, root, e) != 0)
		return -1;
	if (put_dev(h, root, e) != 0)
		return -1;
	proc = proc_put(root, s->proc, (int)s->root_uid, e);
	if (proc < 0 || etc_put(&h->etc, root, s->net != 0, e) != 0 ||
	    put_scratch(root, s->tmp_bytes, e) != 0)
		return -1;
	return take_fd(&proc);
}

int
rootfs_begin(
    struct rootfs_begun *b, const struct rootfs_shape *s, struct err *e)
{
	const char *options[] = {"size=1m", "nr_inodes=1k", "mode=0755", NULL};
	struct host h;
	mode_t mask = umask(0);

	if (mount_private(e) != 0 || open_host(&h, s, e) != 0)
		return -1;
	b->root = mount_fresh("tmpfs", options, MOUNT_USER, e);
	// Over /usr: it is there on every host, and its tree is in our hands.
	if (b->root < 0 || mount_move(b->root, AT_FDCWD, "/usr", e) != 0)
		return -1;
	b->proc = fill(&h, s, b->root, e);
	umask(mask);
	return b->proc < 0 ? -1 : 0;
}

static int
finish(const struct rootfs_begun *b, const struct rootfs *r, struct err *e)
{
	autoclose int old = mount_pivot(b->root, e);
	struct guests g;

	if (old < 0 || open_guests(&g, r, old, e) != 0 || mount_let_go(e) != 0)
		return -1;
	if (g.root >= 0 && system_put(g.root, b->root, e) != 0)
		return -1;
	if (put_sources(&g, r, b->root, e) != 0)
		return -1;
	if (commands_put(r->spec, b->root, e) != 0)
		return -1;
	return put_workspace(&g, r, e);
}

int
rootfs_finish(
    const struct rootfs_begun *b, const struct rootfs *r, struct err *e)
{
	mode_t mask = umask(0);

	if (finish(b, r, e) != 0)
		return -1;
	umask(mask);
	// Not recursive: what lies on it has its own flags.
	return mount_rdonly(b->root, e);
}

static void
plan_one(struct rootfs_source *s, const char *dst, uint32_t writable)
{
	*s = (struct rootfs_source){
	    .fd = -1, .tree = -1, .writable = (int)writable, .dst = dst};
}

void
rootfs_plan(struct rootfs *r, const struct spec *spec)
{
	uint32_t i;

	memset(r, 0, offsetof(struct rootfs, mount));
	r->spec = spec;
	r->nmounts = spec->nmounts;
	plan_one(&r->workspace, SPEC_WORKSPACE, 1);
	plan_one(&r->root, "root", 0);
	for (i = 0; i < spec->nmounts; i++)
		plan_one(
		    &r->mount[i], spec->mount[i].dst, spec->mount[i].writable);
}
