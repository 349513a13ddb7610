// SPDX-License-Identifier: ISC
// The box's /proc: of its own pid namespace, the host's secrets masked.
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/mount.h"
#include "jail/proc.h"
#include "policy/spec.h"

enum how {
	HIDE_FILE, // reads as empty
	HIDE_DIR,  // an empty directory
	RDONLY,
};

// A mask costs some microseconds of every start, so that only what a stranger
// may read is masked here; what only uid 0 may is in the second table.
static const struct mask {
	enum how how;
	const char *path;
} masks[] =
    {
	{RDONLY, "proc/sys"},
	{HIDE_DIR, "proc/acpi"},
	{HIDE_DIR, "proc/asound"},
	{HIDE_DIR, "proc/bus"},
	{HIDE_DIR, "proc/driver"},
	{HIDE_DIR, "proc/dynamic_debug"},
	{HIDE_DIR, "proc/fs"},
	{HIDE_DIR, "proc/irq"},
	{HIDE_DIR, "proc/pressure"},
	{HIDE_DIR, "proc/scsi"},
	{HIDE_DIR, "proc/tty"},
	{HIDE_FILE, "proc/bootconfig"},
	{HIDE_FILE, "proc/buddyinfo"},
	{HIDE_FILE, "proc/cmdline"},
	{HIDE_FILE, "proc/config.gz"},
	{HIDE_FILE, "proc/consoles"},
	{HIDE_FILE, "proc/diskstats"},
	{HIDE_FILE, "proc/dma"},
	{HIDE_FILE, "proc/interrupts"},
	{HIDE_FILE, "proc/iomem"},
	{HIDE_FILE, "proc/ioports"},
	{HIDE_FILE, "proc/kallsyms"},
	{HIDE_FILE, "proc/kcore"},
	{HIDE_FILE, "proc/key-users"},
	{HIDE_FILE, "proc/keys"},
	{HIDE_FILE, "proc/kmsg"},
	{HIDE_FILE, "proc/misc"},
	{HIDE_FILE, "proc/modules"},
	{HIDE_FILE, "proc/mtrr"},
	{HIDE_FILE, "proc/partitions"},
	{HIDE_FILE, "proc/sched_debug"},
	{HIDE_FILE, "proc/schedstat"},
	{HIDE_FILE, "proc/softirqs"},
	{HIDE_FILE, "proc/swaps"},
	{HIDE_FILE, "proc/sysrq-trigger"},
	{HIDE_FILE, "proc/timer_list"},
	{HIDE_FILE, "proc/zoneinfo"},
},
  root_masks[] = {
      {HIDE_FILE, "proc/allocinfo"},
      {HIDE_FILE, "proc/kpagecgroup"},
      {HIDE_FILE, "proc/kpagecount"},
      {HIDE_FILE, "proc/kpageflags"},
      {HIDE_FILE, "proc/latency_stats"},
      {HIDE_FILE, "proc/pagetypeinfo"},
      {HIDE_FILE, "proc/slabinfo"},
      {HIDE_FILE, "proc/timer_stats"},
      {HIDE_FILE, "proc/vmallocinfo"},
      {HIDE_FILE, "proc/vmcore"},
};

// What the masks are copies of. A bind by path is half the price of one by
// descriptor, and both its paths are of our own making.
struct cover {
	int root;	 // the current directory, too
	const char *dir; // an empty directory, or a read-only mount of it
	bool rdonly;	 // the latter
	bool file;	 // the null device has served as one
};

// A mount of its own, that the attribute can be set on.
static int
mask_tree(int root, const char *from, const char *on, struct err *e)
{
	autoclose int tree = mount_tree(root, from, MOUNT_RDONLY, e);

	if (tree < 0)
		return -1;
	return mount_move(tree, root, on, e);
}

static int
mask_one(struct cover *c, const struct mask *m, struct err *e)
{
	// Read-only already: the box's null device.
	if (m->how == HIDE_FILE)
		return mount_bind("dev/null", m->path, e);
	if (m->how == RDONLY)
		return mask_tree(c->root, m->path, m->path, e);
	if (c->rdonly)
		return mount_bind(c->dir, m->path, e);
	if (mask_tree(c->root, c->dir, m->path, e) != 0)
		return -1;
	c->dir = m->path;
	c->rdonly = true;
	return 0;
}

// What this kernel does not have needs no mask. A cover that has served once
// is there: then it is the other that is missing, without a second look.
static bool
not_there(const struct cover *c, const struct mask *m, const struct err *e)
{
	struct stat st;

	if (e->sys_errno != ENOENT)
		return false;
	if (m->how == HIDE_FILE ? c->file : m->how == HIDE_DIR && c->rdonly)
		return true;
	return fstatat(c->root, m->path, &st, AT_SYMLINK_NOFOLLOW) != 0;
}

static int
mask_all(struct cover *c, const struct mask *m, size_t n, struct err *e)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (mask_one(c, &m[i], e) == 0)
			c->file = c->file || m[i].how == HIDE_FILE;
		else if (!not_there(c, &m[i], e))
			return -1;
	}
	return 0;
}

static uint64_t
number(const char *s)
{
	uint64_t n = 0;

	while (*s >= '0' && *s <= '9' && n < INT32_MAX)
		n = n * 10 + (uint64_t)(*s++ - '0');
	return n < INT32_MAX ? n : INT32_MAX - 1;
}

static int
set_most(int proc, const char *path, uint64_t n, struct err *e)
{
	autoclose int fd = openat(proc, path, O_WRONLY | O_CLOEXEC);
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
	if (fd < 0 || fd_write_all(fd, text, strlen(text)) != 0)
		return err_set(e, ERR_NAMESPACE, errno, "write /proc/%s", path);
	return 0;
}

// A second lock: the box's own nested namespace is the one that there is.
// Counted for the namespace that the box is in, so that nobody else is bound.
static int
lock_userns(int proc, struct err *e)
{
	return set_most(proc, "sys/user/max_user_namespaces", 1, e);
}

// What a box uses up of these is its maker's, too, and few there are: 128
// instances for all that root runs. A quarter is left to each box.
static int
share_inotify(int proc, struct err *e)
{
	static const struct {
		const char *most, *own;
	} shares[] = {
	    {"sys/fs/inotify/max_user_instances",
		"sys/user/max_inotify_instances"},
	    {"sys/fs/inotify/max_user_watches", "sys/user/max_inotify_watches"},
	};
	char text[24];
	size_t i;

	for (i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		// A kernel without inotify, or one that counts otherwise.
		if (fd_read_text(proc, shares[i].most, text, sizeof(text)) < 0)
			continue;
		if (set_most(proc, shares[i].own, number(text) / 4 + 1, e) != 0)
			return -1;
	}
	return 0;
}

// Beside the box's, which does not show all: pid 1 must see whom it kills,
// be that one dumpable or not.
static int
open_own(int shown, uint32_t what, struct err *e)
{
	const char *none[] = {NULL};
	int fd;

	if (what != PROC_FULL)
		return mount_fresh("proc", none, MOUNT_DATA, e);
	fd = fcntl(shown, F_DUPFD_CLOEXEC, 0);
	return fd >= 0 ? fd : err_set(e, ERR_MOUNT, errno, "keep /proc");
}

static int
mount_shown(int root, uint32_t what, struct err *e)
{
	static const char *const options[][2] = {
	    [PROC_FULL] = {NULL},
	    [PROC_HIDEPID] = {"hidepid=2", NULL},
	    [PROC_SUBSET] = {"subset=pid", NULL},
	};
	autoclose int fd = mount_fresh("proc", options[what], MOUNT_DATA, e);

	if (fd < 0)
		return -1;
	if (mkdirat(root, "proc", 0555) != 0)
		return err_set(e, ERR_MOUNT, errno, "make /proc");
	if (mount_move(fd, root, "proc", e) != 0)
		return -1;
	return take_fd(&fd);
}

static int
mask(int root, int root_uid, struct err *e)
{
	struct cover c = {.root = root, .dir = ".masked"};

	if (mkdirat(root, c.dir, 0555) != 0 || fchdir(root) != 0)
		return err_set(e, ERR_MOUNT, errno, "make /%s", c.dir);
	if (mask_all(&c, masks, sizeof(masks) / sizeof(masks[0]), e) != 0)
		return -1;
	if (root_uid && mask_all(&c, root_masks,
			    sizeof(root_masks) / sizeof(root_masks[0]), e) != 0)
		return -1;
	// Copies stay mounted; the name goes away.
	unlinkat(root, ".masked", AT_REMOVEDIR);
	return 0;
}

int
proc_put(int root, uint32_t what, int root_uid, struct err *e)
{
	autoclose int shown = mount_shown(root, what, e);
	autoclose int own = shown < 0 ? -1 : open_own(shown, what, e);

	if (own < 0 || lock_userns(own, e) != 0 || share_inotify(own, e) != 0)
		return -1;
	// Of processes alone: there is nothing to mask.
	if (what != PROC_SUBSET && mask(root, root_uid, e) != 0)
		return -1;
	return take_fd(&own);
}
