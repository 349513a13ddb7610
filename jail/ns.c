// SPDX-License-Identifier: ISC
// Namespaces: the one clone that makes them all.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/sched.h>
#include "jail/base/fd.h"
#include "jail/ns.h"

#define NS_FLAGS                                                     \
	(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | \
	    CLONE_NEWIPC | CLONE_NEWUTS)

static int
explain(int sys, struct err *e)
{
	const char *mend = "see user_namespaces(7)";

	if (sys == ENOSPC)
		mend = "raise /proc/sys/user/max_*_namespaces";
	else if (sys == EPERM || sys == EACCES)
		mend = "unprivileged user namespaces are switched off: check "
		       "kernel.unprivileged_userns_clone and "
		       "kernel.apparmor_restrict_unprivileged_userns";
	else if (sys == EINVAL)
		mend = "this kernel lacks a namespace";
	err_set(e, ERR_NAMESPACE, sys, "make namespaces (%s)", mend);
	return -1;
}

// No clone3 (old kernel, or a filter that hides it): clone, then walk in.
static pid_t
clone_old(int cgroup, int *pidfd, struct err *e)
{
	autoclose int procs = -1;
	char text[16];
	pid_t pid;

	if (cgroup >= 0) {
		procs = openat(cgroup, "cgroup.procs", O_WRONLY | O_CLOEXEC);
		if (procs < 0)
			return err_set(
			    e, ERR_CGROUP, errno, "open cgroup.procs");
	}
	pid = (pid_t)syscall(
	    SYS_clone, NS_FLAGS | CLONE_PIDFD | SIGCHLD, NULL, pidfd, NULL, 0);
	if (pid < 0)
		return explain(errno, e);
	// The child may not move itself: its ids are not mapped yet. It waits
	// for GO, so it is in its cgroup before it does anything.
	snprintf(text, sizeof(text), "%d", (int)pid);
	if (pid > 0 && procs >= 0 &&
	    fd_write_all(procs, text, strlen(text)) != 0)
		return err_set(e, ERR_CGROUP, errno, "enter the cgroup");
	return pid;
}

pid_t
ns_clone(int cgroup, int *pidfd, struct err *e)
{
	struct clone_args a;
	pid_t pid;

	memset(&a, 0, sizeof(a));
	a.flags = NS_FLAGS | CLONE_PIDFD;
	a.pidfd = (uint64_t)(uintptr_t)pidfd;
	a.exit_signal = SIGCHLD;
	if (cgroup >= 0) {
		a.flags |= CLONE_INTO_CGROUP;
		a.cgroup = (uint64_t)cgroup;
	}
	// Not libc's fork: there are no threads, and no handlers to run.
	pid = (pid_t)syscall(SYS_clone3, &a, sizeof(a));
	if (pid >= 0)
		return pid;
	if (errno == ENOSYS || errno == E2BIG)
		return clone_old(cgroup, pidfd, e);
	return explain(errno, e);
}

int
ns_hide_cgroups(struct err *e)
{
	if (unshare(CLONE_NEWCGROUP) != 0)
		return err_set(e, ERR_NAMESPACE, errno, "cgroup namespace");
	return 0;
}
