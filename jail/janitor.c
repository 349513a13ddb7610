// SPDX-License-Identifier: ISC
// A process that outlives the helper by a moment, and removes its cgroup.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/janitor.h"

// The name comes before the directory is made, so that there is no moment
// in which it exists unknown.
static void
janitor_run(int pipe_fd, struct cgroup *c)
{
	struct pollfd p = {.fd = pipe_fd, .events = 0};
	sigset_t none;

	// First what others left, while nobody waits for us. Who ends us
	// before that is done waits until it is.
	cgroup_sweep(c);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	while (poll(&p, 1, -1) <= 0)
		continue;
	// Still here, so that the helper did not get to it.
	if (cgroup_destroy(c) != 0)
		_exit(1);
	_exit(0);
}

// Keeps only the pipe and the base: descriptors of the peer held here would
// keep it from seeing the helper's end.
static int
keep_two(int pipe_fd, int base)
{
	int low = pipe_fd < base ? pipe_fd : base;
	int high = pipe_fd < base ? base : pipe_fd;

	if (low > 0 && fd_close_range(0, (unsigned)low - 1, false) != 0)
		return -1;
	if (fd_close_range((unsigned)low + 1, (unsigned)high - 1, false) != 0)
		return -1;
	return fd_close_range((unsigned)high + 1, ~0U, false);
}

int
janitor_start(struct janitor *j, struct cgroup *c, struct err *e)
{
	sigset_t end, was;
	int p[2];

	j->pid = 0;
	j->pipe = -1;
	if (c->base < 0)
		return 0;
	if (pipe2(p, O_CLOEXEC) != 0)
		return err_set(e, ERR_SYSTEM, errno, "pipe");
	sigemptyset(&end);
	sigaddset(&end, SIGTERM);
	sigprocmask(SIG_BLOCK, &end, &was);
	j->pid = fork();
	if (j->pid == 0) {
		if (keep_two(p[0], c->base) != 0)
			_exit(1);
		janitor_run(p[0], c);
	}
	sigprocmask(SIG_SETMASK, &was, NULL);
	close(p[0]);
	if (j->pid < 0) {
		close(p[1]);
		return err_set(e, ERR_SYSTEM, errno, "fork");
	}
	j->pipe = p[1];
	return 0;
}

void
janitor_stop(struct janitor *j, bool clean)
{
	if (j->pid == 0)
		return;
	if (clean)
		kill(j->pid, SIGTERM);
	fd_close(&j->pipe);
	while (waitpid(j->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	j->pid = 0;
}
