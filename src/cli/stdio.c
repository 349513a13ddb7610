// SPDX-License-Identifier: ISC
// What our three descriptors are, and the pipes a command gets for them.
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/box/pipe.h"
#include "src/cli/stdio.h"

void
stdio_fill(void)
{
	int fd;

	while ((fd = open("/dev/null", O_RDWR)) >= 0)
		if (fd > STDERR_FILENO) {
			close(fd);
			return;
		}
}

void
stdio_look(struct stdio_in *in)
{
	struct stat st;

	*in = (struct stdio_in){.pumped = true, .pipe = -1};
	if (fstat(STDIN_FILENO, &st) != 0)
		return;
	in->pumped = !S_ISFIFO(st.st_mode) && !S_ISSOCK(st.st_mode);
	in->seekable = S_ISREG(st.st_mode);
}

bool
stdio_is_pipe(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 &&
	       (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

bool
stdio_is_fifo(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

static bool
same_file(void)
{
	struct stat a, b;

	return fstat(STDOUT_FILENO, &a) == 0 && fstat(STDERR_FILENO, &b) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static int
make_in(struct stdio_in *in, int theirs[3], int *to, struct err *e)
{
	int p[2];

	if (!in->pumped) {
		// A shell's pipe is ours; somebody else's may stay as it is.
		pipe_for_box(STDIN_FILENO);
		theirs[0] = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
		return theirs[0] < 0 ? err_set(e, ERR_SYSTEM, errno, "dup") : 0;
	}
	if (pipe_make(p) != 0)
		return err_set(e, ERR_SYSTEM, errno, "pipe");
	theirs[0] = p[0];
	*to = p[1];
	if (in->seekable)
		in->pipe = fcntl(p[0], F_DUPFD_CLOEXEC, 3);
	return 0;
}

int
stdio_make(struct stdio_in *in, int theirs[3], int *to, int *out, int *err,
    struct err *e)
{
	int p[2];

	if (make_in(in, theirs, to, e) != 0)
		return -1;
	if (pipe_make(p) != 0)
		return err_set(e, ERR_SYSTEM, errno, "pipe");
	*out = p[0];
	theirs[1] = p[1];
	if (same_file()) {
		theirs[2] = fcntl(p[1], F_DUPFD_CLOEXEC, 3);
		return theirs[2] < 0 ? err_set(e, ERR_SYSTEM, errno, "dup") : 0;
	}
	if (pipe_make(p) != 0)
		return err_set(e, ERR_SYSTEM, errno, "pipe");
	*err = p[0];
	theirs[2] = p[1];
	return 0;
}

void
stdio_give_back(struct stdio_in *in, size_t buffered)
{
	off_t left = (off_t)buffered;
	int unread = 0;

	if (in->pipe < 0)
		return;
	if (ioctl(in->pipe, FIONREAD, &unread) == 0)
		left += unread;
	if (left > 0)
		lseek(STDIN_FILENO, -left, SEEK_CUR);
	fd_close(&in->pipe);
}
