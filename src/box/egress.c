// SPDX-License-Identifier: ISC
// The network's broker, started for one sandbox.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/box/egress.h"
#include "src/box/sibling.h"

#define BROKER "stockade-egress"

enum {
	OF_HELPER = 3, // where the broker looks for them
	OF_AGENT = 4,
	OF_RECORDS = 5,
	ABOVE = 10, // no descriptor of ours is in their way
	END_MS = 3000,
};

// Both ends beyond the numbers that the broker's descriptors get.
static int
pair(int sv[2], struct err *e)
{
	int low[2], i;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, low) != 0)
		return err_set(e, ERR_SYSTEM, errno, "socketpair");
	for (i = 0; i < 2; i++) {
		sv[i] = fcntl(low[i], F_DUPFD_CLOEXEC, ABOVE);
		close(low[i]);
	}
	if (sv[0] >= 0 && sv[1] >= 0)
		return 0;
	fd_close(&sv[0]);
	fd_close(&sv[1]);
	return err_set(e, ERR_SYSTEM, EMFILE, "start the network's broker");
}

// Nothing of ours but these: no environment, no terminal, no signal blocked.
static int
spawn(pid_t *pid, const int fds[3], struct err *e)
{
	char path[PATH_MAX];
	char *argv[] = {(char[]){BROKER}, NULL};
	char *envp[] = {NULL};
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int i, rc;

	sibling_find(BROKER, path, sizeof(path));
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSID |
					    POSIX_SPAWN_SETSIGMASK |
					    POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_addopen(&fa, 0, "/dev/null", O_RDWR, 0);
	posix_spawn_file_actions_adddup2(&fa, 0, 1);
	for (i = 0; i < 3; i++)
		if (fds[i] >= 0)
			posix_spawn_file_actions_adddup2(
			    &fa, fds[i], OF_HELPER + i);
		else
			posix_spawn_file_actions_addclose(&fa, OF_HELPER + i);
	rc = posix_spawn(pid, path, &fa, &attr, argv, envp);
	posix_spawn_file_actions_destroy(&fa);
	posix_spawnattr_destroy(&attr);
	if (rc != 0)
		return err_set(e, ERR_NET, rc,
		    "start the network's broker %s: is stockade installed as "
		    "a whole?",
		    path);
	return 0;
}

int
egress_start(struct egress *g, int records, struct err *e)
{
	int helper[2] = {-1, -1}, agent[2] = {-1, -1};
	autoclose int file = -1;
	int rc = -1;

	*g = EGRESS_NONE;
	if (records >= 0 && (file = fcntl(records, F_DUPFD_CLOEXEC, ABOVE)) < 0)
		return err_set(e, ERR_SYSTEM, errno, "the network's records");
	if (pair(helper, e) == 0 && pair(agent, e) == 0)
		rc = spawn(&g->pid, (int[3]){helper[0], agent[0], file}, e);
	fd_close(&helper[0]);
	fd_close(&agent[0]);
	if (rc == 0) {
		g->chan = agent[1];
		return helper[1];
	}
	fd_close(&helper[1]);
	fd_close(&agent[1]);
	g->pid = 0;
	return -1;
}

// True if it has ended within the time.
static bool
ended(pid_t pid, int ms)
{
	const struct timespec tick = {.tv_nsec = 1000000};
	pid_t got;

	for (; ms > 0; ms--) {
		got = waitpid(pid, NULL, WNOHANG);
		if (got == pid || (got < 0 && errno != EINTR))
			return true;
		nanosleep(&tick, NULL);
	}
	return false;
}

void
egress_end(struct egress *g)
{
	fd_close(&g->chan);
	if (g->pid > 0 && !ended(g->pid, END_MS)) {
		kill(g->pid, SIGKILL);
		while (waitpid(g->pid, NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	g->pid = 0;
}
