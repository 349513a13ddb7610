/* SPDX-License-Identifier: ISC */
/*
 * Descriptors and memory that clean up after themselves.
 *
 * `autoclose int fd = -1;` closes at the end of the scope; ownership leaves
 * by take_fd(). Always initialise.
 */
#ifndef JAIL_BASE_FD_H
#define JAIL_BASE_FD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>
#include <dirent.h>

#define autoclose    __attribute__((cleanup(fd_cleanup)))
#define autofree     __attribute__((cleanup(fd_free)))
#define autoclosedir __attribute__((cleanup(fd_closedir)))

/* Closes *fd if it is open, sets it to -1. close is never retried. */
void fd_close(int *fd);
/* Writes all of buf, through EINTR. Returns 0 or -1 with errno. */
int fd_write_all(int fd, const void *buf, size_t len)
    __attribute__((warn_unused_result));

/*
 * Closes all descriptors from first to last, or makes them close-on-exec:
 * close_range(2), and /proc/self/fd where that is not there (Linux 5.9; 5.11
 * for close-on-exec) or a filter hides it. Returns 0 or -1 with errno.
 */
int fd_close_range(unsigned first, unsigned last, bool cloexec)
    __attribute__((warn_unused_result));

/*
 * Reads a small text file below dir into buf, NUL-terminated; what does not
 * fit is left. Returns its length, or -1 with errno.
 */
ssize_t fd_read_text(int dir, const char *name, char *buf, size_t size);

static inline void
fd_cleanup(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void
fd_free(void *p)
{
	free(*(void **)p);
}

static inline void
fd_closedir(DIR **d)
{
	if (*d != NULL)
		closedir(*d);
}

/* Hands the descriptor on; the variable no longer owns it. */
static inline int
take_fd(int *fd)
{
	int r = *fd;

	*fd = -1;
	return r;
}

#endif
