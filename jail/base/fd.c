// SPDX-License-Identifier: ISC
// Descriptors: closing and writing, the two things everybody gets wrong.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "jail/base/fd.h"

void
fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int
fd_write_all(int fd, const void *buf, size_t len)
{
	const char *p = buf;
	ssize_t n;

	while (len > 0) {
		n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

// Digits, or UINT_MAX.
static unsigned
number(const char *s)
{
	unsigned v = 0;

	if (*s == '\0')
		return ~0U;
	for (; *s >= '0' && *s <= '9'; s++)
		v = v * 10 + (unsigned)(*s - '0');
	return *s == '\0' ? v : ~0U;
}

static int
close_one(unsigned fd, bool cloexec)
{
	if (cloexec)
		return fcntl((int)fd, F_SETFD, FD_CLOEXEC);
	close((int)fd);
	return 0;
}

// The directory goes by number, so that what is closed on the way moves
// nothing. No readdir(3): after clone there is no heap.
static int
close_listed(unsigned first, unsigned last, bool cloexec)
{
	char buf[2048] __attribute__((aligned(8)));
	autoclose int dir =
	    open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct dirent64 *d;
	unsigned fd;
	long n, at;

	if (dir < 0)
		return -1;
	while ((n = syscall(SYS_getdents64, dir, buf, sizeof(buf))) > 0)
		for (at = 0; at < n; at += d->d_reclen) {
			d = (const void *)(buf + at);
			fd = number(d->d_name);
			if (fd < first || fd > last || fd == (unsigned)dir ||
			    fd == ~0U)
				continue;
			if (close_one(fd, cloexec) != 0)
				return -1;
		}
	return n < 0 ? -1 : 0;
}

int
fd_close_range(unsigned first, unsigned last, bool cloexec)
{
	if (first > last || close_range(first, last,
				cloexec ? (int)CLOSE_RANGE_CLOEXEC : 0) == 0)
		return 0;
	// EINVAL: a kernel that cannot but close.
	if (errno != ENOSYS && errno != EINVAL)
		return -1;
	return close_listed(first, last, cloexec);
}

ssize_t
fd_read_text(int dir, const char *name, char *buf, size_t size)
{
	autoclose int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, buf, size - 1);
	if (n >= 0)
		buf[n] = '\0';
	return n;
}
