// SPDX-License-Identifier: ISC
// Pipes that a process of other ids may open by its name in /proc.
//
// A pipe is its maker's with mode 0600, and a box may have ids of its own.
// Only who may look into a process sees its descriptors, so that the wider
// mode shows the pipe to nobody else.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <linux/magic.h>
#include "src/box/pipe.h"

void
pipe_for_box(int fd)
{
	struct statfs fs;

	// A FIFO has a name, and its mode is its owner's business.
	if (fstatfs(fd, &fs) != 0 || fs.f_type != PIPEFS_MAGIC)
		return;
	if (fchmod(fd, 0666) != 0)
		return; // not ours: /dev/stdin stays closed to it, no more
}

int
pipe_make(int fds[2])
{
	if (pipe2(fds, O_CLOEXEC) != 0)
		return -1;
	pipe_for_box(fds[0]); // both ends are one inode
	return 0;
}
