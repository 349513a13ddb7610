// SPDX-License-Identifier: ISC
// What a command added to the workspace. No file system counts that for us:
// so what its processes wrote, and by how much the free space fell, are the
// guess; and where the guess is too much, a walk of the workspace decides.
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "jail/inside/inside.h"
#include "jail/inside/track.h"
#include "jail/inside/watch.h"

enum {
	DEPTH_MAX = 64,
	WALK_US = 250000,  // what cannot be walked in this time is not
	MOST_US = 2000000, // between two walks, whatever they cost
};

struct walk {
	dev_t device;
	uint64_t until_us;
	uint64_t bytes;
	bool whole; // nothing was left out
};

static void walk_dir(struct walk *w, int dir, int depth);

static void
take(struct walk *w, int dir, const char *name, int depth)
{
	struct stat st;
	int fd;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return; // gone meanwhile
	// A mount in the workspace is not of it.
	if (st.st_dev != w->device)
		return;
	if (!S_ISDIR(st.st_mode)) {
		w->bytes += (uint64_t)st.st_blocks * 512 /
			    (st.st_nlink != 0 ? st.st_nlink : 1);
		return;
	}
	w->bytes += (uint64_t)st.st_blocks * 512;
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || depth == DEPTH_MAX || clock_us() > w->until_us)
		w->whole = false;
	else
		walk_dir(w, fd, depth + 1);
	fd_close(&fd);
}

static void
walk_dir(struct walk *w, int dir, int depth)
{
	char buf[4096] __attribute__((aligned(8)));
	const struct dirent64 *d;
	long n, at;

	while ((n = syscall(SYS_getdents64, dir, buf, sizeof(buf))) > 0) {
		for (at = 0; at < n; at += d->d_reclen) {
			d = (const struct dirent64 *)(const void *)(buf + at);
			if (strcmp(d->d_name, ".") != 0 &&
			    strcmp(d->d_name, "..") != 0)
				take(w, dir, d->d_name, depth);
		}
		if (clock_us() > w->until_us) {
			w->whole = false;
			return;
		}
	}
}

static uint64_t
free_bytes(void)
{
	struct statfs f;

	if (statfs(SPEC_WORKSPACE, &f) != 0)
		return 0;
	return f.f_bfree * (uint64_t)f.f_bsize;
}

static struct walk
walk(void)
{
	struct walk w = {.whole = true};
	autoclose int dir =
	    open(SPEC_WORKSPACE, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	w.until_us = clock_us() + WALK_US;
	if (dir < 0 || fstat(dir, &st) != 0) {
		w.whole = false;
		return w;
	}
	w.device = st.st_dev;
	walk_dir(&w, dir, 0);
	return w;
}

void
disk_start(struct disk_watch *w)
{
	struct walk all = walk();

	memset(w, 0, sizeof(*w));
	w->start = all.bytes;
	w->whole = all.whole;
	w->free_start = free_bytes();
}

// By how much the free space fell: others may have taken it, too.
static uint64_t
fallen(const struct disk_watch *w)
{
	uint64_t now = free_bytes();

	return now < w->free_start ? w->free_start - now : 0;
}

uint64_t
disk_added(struct disk_watch *w, const struct members *m, uint64_t written,
    uint64_t limit)
{
	uint64_t guess = fallen(w), start = inside_busy_us(), took;
	struct fds_bytes unnamed;
	struct walk all;

	if (guess < written)
		guess = written;
	if (guess <= limit || !w->whole)
		return guess;
	// No more than it was at the last walk, and what came since at most.
	if (guess - (guess > w->guess ? w->guess : guess) + w->sure <= limit &&
	    clock_us() < w->walk_us)
		return w->sure;
	all = walk();
	if (!all.whole)
		return guess;
	fds_count(m, all.device, &unnamed);
	all.bytes += unnamed.unnamed;
	w->sure = all.bytes > w->start ? all.bytes - w->start : 0;
	w->guess = guess;
	took = inside_busy_us() - start;
	w->walk_us =
	    clock_us() +
	    (took * WATCH_SHARE < MOST_US ? took * WATCH_SHARE : MOST_US);
	return w->sure;
}
