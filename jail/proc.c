// SPDX-License-Identifier: ISC
// The box's /proc: of its own pid namespace, the host's secrets masked.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/mount.h"
#include "jail/proc.h"

enum how {
	HIDE_FILE, // reads as empty
	HIDE_DIR,  // an empty directory
	RDONLY,
};

// A mask costs ten microseconds of every start, so that only what a stranger
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
	{HIDE_DIR, "proc/scsi"},
	{HIDE_FILE, "proc/bootconfig"},
	{HIDE_FILE, "proc/cmdline"},
	{HIDE_FILE, "proc/config.gz"},
	{HIDE_FILE, "proc/diskstats"},
	{HIDE_FILE, "proc/interrupts"},
	{HIDE_FILE, "proc/kallsyms"},
	{HIDE_FILE, "proc/key-users"},
	{HIDE_FILE, "proc/keys"},
	{HIDE_FILE, "proc/modules"},
	{HIDE_FILE, "proc/partitions"},
	{HIDE_FILE, "proc/sched_debug"},
	{HIDE_FILE, "proc/timer_list"},
	{HIDE_FILE, "proc/kcore"},
	{HIDE_FILE, "proc/kmsg"},
	{HIDE_FILE, "proc/sysrq-trigger"},
},
  root_masks[] = {
      {HIDE_DIR, "proc/tty"},
      {HIDE_FILE, "proc/allocinfo"},
      {HIDE_FILE, "proc/iomem"},
      {HIDE_FILE, "proc/ioports"},
      {HIDE_FILE, "proc/kpagecgroup"},
      {HIDE_FILE, "proc/kpagecount"},
      {HIDE_FILE, "proc/kpageflags"},
      {HIDE_FILE, "proc/latency_stats"},
      {HIDE_FILE, "proc/mtrr"},
      {HIDE_FILE, "proc/pagetypeinfo"},
      {HIDE_FILE, "proc/slabinfo"},
      {HIDE_FILE, "proc/swaps"},
      {HIDE_FILE, "proc/timer_stats"},
      {HIDE_FILE, "proc/vmallocinfo"},
      {HIDE_FILE, "proc/vmcore"},
      {HIDE_FILE, "proc/zoneinfo"},
};

// What the masks are copies of.
struct cover {
	int root;
	const char *file, *dir;
};

static const char *
source_of(const struct cover *c, const struct mask *m)
{
	switch (m->how) {
	case HIDE_FILE:
		return c->file;
	case HIDE_DIR:
		return c->dir;
	case RDONLY:
		break;
	}
	return m->path;
}

static int
mask_one(const struct cover *c, const struct mask *m, struct err *e)
{
	// The cover of a file is the box's null device, read-only already.
	uint64_t attr = m->how == HIDE_FILE ? 0 : MOUNT_RDONLY;
	autoclose int tree = -1;
	struct stat st;

	// What this kernel does not have needs no mask.
	if (fstatat(c->root, m->path, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		if (errno == ENOENT)
			return 0;
		return err_set(e, ERR_MOUNT, errno, "stat %s", m->path);
	}
	tree = mount_tree(c->root, source_of(c, m), attr, e);
	if (tree < 0)
		return -1;
	return mount_move(tree, c->root, m->path, e);
}

static int
mask_all(const struct cover *c, const struct mask *m, size_t n, struct err *e)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (mask_one(c, &m[i], e) != 0)
			return -1;
	return 0;
}

int
proc_put(int root, int root_uid, struct err *e)
{
	const char *options[] = {NULL};
	struct cover c = {root, "dev/null", ".masked"};
	autoclose int fd = mount_fresh("proc", options, MOUNT_DATA, e);

	if (fd < 0)
		return -1;
	if (mkdirat(root, "proc", 0555) != 0 || mkdirat(root, c.dir, 0555) != 0)
		return err_set(e, ERR_MOUNT, errno, "make /proc");
	if (mount_move(fd, root, "proc", e) != 0 ||
	    mask_all(&c, masks, sizeof(masks) / sizeof(masks[0]), e) != 0)
		return -1;
	if (root_uid && mask_all(&c, root_masks,
			    sizeof(root_masks) / sizeof(root_masks[0]), e) != 0)
		return -1;
	// Copies stay mounted; the name goes away.
	unlinkat(root, c.dir, AT_REMOVEDIR);
	return 0;
}
