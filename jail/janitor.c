// SPDX-License-Identifier: ISC
// A process that takes away what outlives a box.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/base/trim.h"
#include "jail/janitor.h"
#include "jail/keeper.h"
#include "jail/place.h"

// What it keeps of the helper's: descriptors of the peer held here would keep
// it from seeing the helper's end.
enum {
	ALIVE,
	SOCK,
	BASE,
};

static void
keep_three(int alive, int sock, struct cgroup *c)
{
	unsigned n = BASE;

	if (dup2(alive, ALIVE) < 0 || dup2(sock, SOCK) < 0)
		_exit(1);
	if (c->base >= 0 && dup2(c->base, BASE) < 0)
		_exit(1);
	if (c->base >= 0)
		c->base = (int)n++;
	if (fd_close_range(n, ~0U, false) != 0)
		_exit(1);
}

// Until pid 1 is dead, or the helper gone, with whom it dies. True: neither
// matters, for there is nothing to take away.
static bool
wait_for_end(const struct cgroup *c)
{
	struct pollfd p[3] = {
	    {.fd = ALIVE, .events = 0}, {.fd = SOCK, .events = POLLIN}};

	for (;;) {
		p[2] = (struct pollfd){.fd = keeper_pidfd(), .events = POLLIN};
		if (poll(p, 3, -1) < 0)
			continue;
		if (p[0].revents != 0 || p[2].revents != 0)
			return false;
		if (p[1].revents == 0 || keeper_hear(SOCK) != 0)
			continue;
		p[1].fd = -1;
		if (c->base < 0 && !keeper_has())
			return true;
		// All is told: this may take long.
		trim();
	}
}

static int
take_away(struct cgroup *c, bool privileged)
{
	struct pollfd p = {.events = POLLIN};
	int rc;

	while (keeper_hear(SOCK) > 0)
		continue;
	// All that is in it dies with it. Where there is none, pid 1 is about
	// to die with the helper, and all others with it.
	rc = cgroup_destroy(c);
	p.fd = keeper_pidfd();
	if (p.fd >= 0)
		while (poll(&p, 1, -1) < 0)
			continue;
	keeper_clean_up(privileged);
	return rc != 0;
}

static bool swept; // by our janitor, or by that of whom we are a copy

// The name comes before the directory is made, so that there is no moment
// in which it exists unknown.
static void
janitor_run(struct cgroup *c, bool privileged)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	keeper_init();
	// First what others left, while nobody waits for us.
	if (c->base >= 0 && !swept)
		cgroup_sweep(c, (unsigned)getpid());
	if (wait_for_end(c))
		_exit(0);
	_exit(take_away(c, privileged));
}

void
janitor_init(struct janitor *j)
{
	j->pid = 0;
	j->pipe = j->inner = -1;
}

int
janitor_start(
    struct janitor *j, struct cgroup *c, bool privileged, struct err *e)
{
	int p[2], s[2];

	if (pipe2(p, O_CLOEXEC) != 0)
		return err_set(e, ERR_SYSTEM, errno, "pipe");
	j->pipe = p[1];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s) != 0) {
		close(p[0]);
		return err_set(e, ERR_SYSTEM, errno, "socketpair");
	}
	j->inner = s[0];
	j->pid = fork();
	if (j->pid == 0) {
		keep_three(p[0], s[1], c);
		janitor_run(c, privileged);
	}
	swept = true;
	close(p[0]);
	close(s[1]);
	if (j->pid > 0)
		return 0;
	j->pid = 0;
	return err_set(e, ERR_SYSTEM, errno, "fork");
}

int
janitor_watch(struct janitor *j, int pidfd, uid_t uid, gid_t gid, struct err *e)
{
	int rc = place_box(j->inner, pidfd, uid, gid, e);

	// The builder's is another.
	fd_close(&j->inner);
	return rc;
}

bool
janitor_stop(struct janitor *j)
{
	int status = -1;

	fd_close(&j->inner);
	fd_close(&j->pipe);
	if (j->pid == 0)
		return false;
	while (waitpid(j->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	j->pid = 0;
	return status == 0;
}
