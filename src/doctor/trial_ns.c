// SPDX-License-Identifier: ISC
// Namespaces seen from outside: our own, and whether new ones can be made.
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "src/doctor/trial_ns.h"

#ifndef CLONE_NEWTIME
#	define CLONE_NEWTIME 0x00000080
#endif

const char *const ns_names[TRIAL_NS__COUNT] = {
    "user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time"};

static const int flags[TRIAL_NS__COUNT] = {CLONE_NEWUSER, CLONE_NEWNS,
    CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP,
    CLONE_NEWTIME};

void
ns_read_own(struct trial *t)
{
	char path[32];
	ssize_t n;
	size_t i;

	for (i = 0; i < TRIAL_NS__COUNT; i++) {
		snprintf(path, sizeof(path), "/proc/self/ns/%s", ns_names[i]);
		n = readlink(path, t->ns_own[i], sizeof(t->ns_own[i]) - 1);
		t->ns_own[i][n > 0 ? n : 0] = '\0';
	}
}

// The others belong to a user namespace of ours, as in a sandbox.
static int
make_one(size_t i)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (unshare(CLONE_NEWUSER) != 0 ||
		    (i != TRIAL_NS_USER && unshare(flags[i]) != 0))
			_exit(errno);
		_exit(0);
	}
	if (pid < 0)
		return errno;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

void
ns_try(struct trial *t)
{
	size_t i;

	for (i = 0; i < TRIAL_NS__COUNT; i++)
		t->ns_errno[i] = make_one(i);
}
