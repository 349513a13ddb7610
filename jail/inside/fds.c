// SPDX-License-Identifier: ISC
// What processes hold by descriptors alone: a memfd that was written and
// never mapped is in no process's resident memory, a deleted file in no
// directory.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "jail/inside/fds.h"
#include "jail/inside/inside.h"
#include "jail/inside/track.h"

enum {
	MET_MAX = 1024, // objects told apart; more count as often as they are
};

static struct {
	dev_t dev;
	ino_t ino;
} met[MET_MAX];
static size_t nmet;

static bool
meet(const struct stat *st)
{
	size_t i;

	for (i = 0; i < nmet; i++)
		if (met[i].ino == st->st_ino && met[i].dev == st->st_dev)
			return false;
	if (nmet < MET_MAX) {
		met[nmet].dev = st->st_dev;
		met[nmet++].ino = st->st_ino;
	}
	return true;
}

bool
fds_met(uint64_t inode)
{
	size_t i;

	for (i = 0; i < nmet; i++)
		if (met[i].ino == inode)
			return true;
	return false;
}

enum kind {
	OTHER,
	MEMFD,
	UNNAMED,
};

// What a link in /proc/PID/fd says that it leads to.
static enum kind
kind_of(int dir, const char *name)
{
	static const char deleted[] = " (deleted)";
	const ssize_t tail = sizeof(deleted) - 1;
	char to[256];
	ssize_t n = readlinkat(dir, name, to, sizeof(to) - 1);

	if (n <= tail)
		return OTHER;
	to[n] = '\0';
	if (strncmp(to, "/memfd:", 7) == 0)
		return MEMFD;
	// A name too long for us may end in anything.
	if (n == (ssize_t)sizeof(to) - 1 || strcmp(to + n - tail, deleted) == 0)
		return UNNAMED;
	return OTHER;
}

static void
take(int dir, const char *name, dev_t device, struct fds_bytes *b)
{
	enum kind kind = kind_of(dir, name);
	struct stat st;

	// The link leads to the object itself, whatever its name was.
	if (kind == OTHER || fstatat(dir, name, &st, 0) != 0 ||
	    !S_ISREG(st.st_mode))
		return;
	if (kind == UNNAMED && (st.st_nlink != 0 || st.st_dev != device))
		return;
	if (!meet(&st))
		return;
	if (kind == MEMFD)
		b->memfds += (uint64_t)st.st_blocks * 512;
	else
		b->unnamed += (uint64_t)st.st_blocks * 512;
}

static void
take_process(pid_t pid, dev_t device, struct fds_bytes *b)
{
	static char buf[16384] __attribute__((aligned(8)));
	const struct dirent64 *d;
	autoclose int dir = -1;
	char path[32];
	long n, at;

	snprintf(path, sizeof(path), "%d/fd", (int)pid);
	dir = openat(INSIDE_PROC, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while (dir >= 0 &&
	       (n = syscall(SYS_getdents64, dir, buf, sizeof(buf))) > 0)
		for (at = 0; at < n; at += d->d_reclen) {
			d = (const struct dirent64 *)(const void *)(buf + at);
			if (d->d_name[0] != '.')
				take(dir, d->d_name, device, b);
		}
}

void
fds_count(const struct members *m, dev_t device, struct fds_bytes *b)
{
	size_t i;

	nmet = 0;
	memset(b, 0, sizeof(*b));
	for (i = 0; i < m->n && clock_us() < m->until_us; i++)
		take_process(m->pid[i], device, b);
}
