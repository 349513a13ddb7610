// SPDX-License-Identifier: ISC
// Namespaces: how the process that will be pid 1 comes to be in fresh ones.
//
// A process that is moved to a cgroup makes the kernel wait until every CPU
// has passed a quiet state: up to 15 ms where nothing was moved of late. One
// that is born in it costs nothing. A cgroup namespace's root is where its
// maker is, and the makers of commands must see the box's own directory as
// that root (cgroup v2's nsdelegate refuses to cross it). So a go-between is
// born in the box's directory, makes the namespaces, and has pid 1 born one
// below; pid 1 is the helper's child all the same.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/base/share.h"
#include "jail/ns.h"

#define NS_OUTER                                                     \
	(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | \
	    CLONE_NEWUTS)

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
	return err_set(e, ERR_NAMESPACE, sys, "make namespaces (%s)", mend);
}

// Not libc's fork: there are no threads, and no handlers to run.
static pid_t
clone_into(uint64_t flags, int cgroup)
{
	struct clone_args a;

	memset(&a, 0, sizeof(a));
	a.flags = flags;
	// With CLONE_PARENT the go-between's own is taken.
	a.exit_signal = (flags & CLONE_PARENT) != 0 ? 0 : SIGCHLD;
	if (cgroup >= 0) {
		a.flags |= CLONE_INTO_CGROUP;
		a.cgroup = (uint64_t)cgroup;
	}
	return (pid_t)syscall(SYS_clone3, &a, sizeof(a));
}

// No clone3 (old kernel, or a filter that hides it): clone, then walk in.
static pid_t
clone_old(int cgroup, struct err *e)
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
	    SYS_clone, NS_OUTER | CLONE_NEWPID | SIGCHLD, NULL, NULL, NULL, 0);
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

// The go-between runs in our memory while we sleep; pid 1, its copy, on the
// same stack, which therefore has its own guard: pid 1 keeps it.
#define STACK 65536
#define GUARD 65536

struct between {
	struct ns_place *p;
	pid_t pid; // of pid 1, or minus an errno
};

static void
go_between(void *arg)
{
	struct between *b = arg;
	struct ns_place *p = b->p;
	pid_t pid = -1;

	p->cgroups_hidden = true;
	if (unshare(CLONE_NEWCGROUP) == 0)
		pid = clone_into(CLONE_NEWPID | CLONE_PARENT, p->init);
	if (pid == 0)
		p->run(p, p->arg);
	b->pid = pid > 0 ? pid : -errno;
	_exit(0);
}

static void *
make_stack(struct err *e)
{
	char *p = mmap(NULL, GUARD + STACK, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

	if (p == MAP_FAILED ||
	    mprotect(p + GUARD, STACK, PROT_READ | PROT_WRITE) != 0) {
		err_set(e, ERR_SYSTEM, errno, "map a stack");
		return NULL;
	}
	return p + GUARD;
}

// A machine that share.c is not written for: a copy, which shares its answer.
static pid_t
clone_copied(struct clone_args *a, struct between *b)
{
	struct between *shared = mmap(NULL, sizeof(*b), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	if (shared == MAP_FAILED)
		return -1;
	*shared = *b;
	a->flags = (a->flags & ~(uint64_t)CLONE_VM) | CLONE_VFORK;
	a->stack = a->stack_size = 0;
	pid = (pid_t)syscall(SYS_clone3, a, sizeof(*a));
	if (pid == 0)
		go_between(shared);
	*b = *shared;
	munmap(shared, sizeof(*shared));
	return pid;
}

static pid_t
clone_twice(struct ns_place *p, pid_t *between, struct err *e)
{
	struct between b = {.p = p, .pid = -EPIPE};
	struct clone_args a = {
	    .flags = NS_OUTER | CLONE_INTO_CGROUP,
	    .exit_signal = SIGCHLD,
	    .stack_size = STACK,
	    .cgroup = (uint64_t)p->box,
	};
	void *stack = make_stack(e);

	if (stack == NULL)
		return -1;
	a.stack = (uint64_t)(uintptr_t)stack;
	*between = share_clone(&a, NULL, go_between, &b);
	if (*between < 0 && errno == ENOTSUP)
		*between = clone_copied(&a, &b);
	if (*between < 0) {
		b.pid = -errno;
		*between = 0;
	}
	munmap((char *)stack - GUARD, GUARD + STACK);
	return b.pid > 0 ? b.pid : explain(-b.pid, e);
}

// A kernel, or a filter, that knows no clone3, or not this much of it.
static bool
try_older(const struct err *e)
{
	return e->sys_errno == ENOSYS || e->sys_errno == E2BIG;
}

static pid_t
clone_any(struct ns_place *p, pid_t *between, struct err *e)
{
	pid_t pid;

	if (p->box >= 0) {
		pid = clone_twice(p, between, e);
		if (pid >= 0 || !try_older(e))
			return pid;
		p->cgroups_hidden = false;
		pid = clone_old(p->init, e);
	} else {
		pid = clone_into(NS_OUTER | CLONE_NEWPID, p->init);
		if (pid < 0 && (errno == ENOSYS || errno == E2BIG))
			pid = clone_old(p->init, e);
		else if (pid < 0)
			return explain(errno, e);
	}
	if (pid == 0)
		p->run(p, p->arg);
	return pid;
}

pid_t
ns_clone(struct ns_place *p, int *pidfd, pid_t *between, struct err *e)
{
	pid_t pid;

	*between = 0;
	pid = clone_any(p, between, e);
	if (pid < 0)
		return -1;
	// Our child, not waited for: the number cannot be another's yet.
	*pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	// Linux 5.3; without it, its end of the channel tells its end.
	if (*pidfd >= 0 || errno == ENOSYS)
		return pid;
	err_set(e, ERR_SYSTEM, errno, "pidfd of pid 1");
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	return -1;
}

int
ns_hide_cgroups(struct err *e)
{
	if (unshare(CLONE_NEWCGROUP) != 0)
		return err_set(e, ERR_NAMESPACE, errno, "cgroup namespace");
	return 0;
}
