// SPDX-License-Identifier: ISC
// What boxes left whose helper and janitor were killed at one blow.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/cgroup.h"

// Of our pid namespace, that is: whether others live we cannot tell.
static int
ours(const char *name, const char *own)
{
	const char *ns = strrchr(name, '-'), *own_ns = strrchr(own, '-');

	return strncmp(name, CGROUP_PREFIX, strlen(CGROUP_PREFIX)) == 0 &&
	       ns != NULL && own_ns != NULL && strcmp(ns, own_ns) == 0;
}

// A zombie has nothing left to do either: an init that reaps late would keep
// its leavings. A descriptor tells of both, at a tenth of what reading its
// status costs; of who starts beside others each looks at all.
static int
is_dead(pid_t pid)
{
	autoclose int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd end = {.fd = fd, .events = POLLIN};
	char path[32], buf[512];
	const char *p;

	if (fd >= 0)
		return poll(&end, 1, 0) > 0;
	if (errno == ESRCH || kill(pid, 0) != 0)
		return errno == ESRCH;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (fd_read_text(AT_FDCWD, path, buf, sizeof(buf)) <= 0)
		return 0;
	// "pid (name) state": a name may hold anything, so from its end.
	p = strrchr(buf, ')');
	return p != NULL &&
	       (strncmp(p, ") Z", 3) == 0 || strncmp(p, ") X", 3) == 0);
}

// Where many boxes stand, each start looks at some of them: in turn, and not
// so that a thousandth one is slower to start than the first.
static bool
in_turn(unsigned n, unsigned first, unsigned among)
{
	return among <= CGROUP_LOOKS ||
	       (n + among - first % among) % among < CGROUP_LOOKS;
}

static unsigned
count(DIR *d, const char *own)
{
	struct dirent *de;
	unsigned n = 0;

	while ((de = readdir(d)) != NULL)
		n += (unsigned)ours(de->d_name, own);
	rewinddir(d);
	return n;
}

void
cgroup_sweep(const struct cgroup *c, unsigned first)
{
	unsigned n = 0, among;
	autoclosedir DIR *d = NULL;
	struct cgroup other;
	struct dirent *de;
	int fd = openat(c->base, ".", CGROUP_DIR_FLAGS);
	long pid;

	if (fd < 0 || (d = fdopendir(fd)) == NULL) {
		fd_close(&fd);
		return;
	}
	among = count(d, c->name);
	while ((de = readdir(d)) != NULL) {
		if (!ours(de->d_name, c->name) || !in_turn(n++, first, among))
			continue;
		pid = strtol(de->d_name + strlen(CGROUP_PREFIX), NULL, 10);
		if (pid <= 1 || !is_dead((pid_t)pid))
			continue;
		cgroup_init(&other);
		other.base = c->base;
		// longer ones are not ours
		snprintf(other.name, sizeof(other.name), "%.63s", de->d_name);
		if (cgroup_destroy(&other) != 0)
			continue; // another sweep
	}
}
