// SPDX-License-Identifier: ISC
// Makes a process that becomes a command: born in its cgroup, so that no move
// is waited for; in its parent's memory, so that nothing is copied, where no
// other command runs that could stop it while its parent sleeps.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/share.h"
#include "jail/inside/inside.h"
#include "jail/seccomp.h"

enum {
	WAKE_MS = 20, // between two looks for a reaper's first word
	WAKE_ROUNDS = 500,
};

static char child_stack[32768] __attribute__((aligned(16)));

struct job {
	const struct exec_child *c;
	volatile int failed;
};

static void
become(void *arg)
{
	struct job *j = arg;

	j->failed = exec_become(j->c);
	_exit(127);
}

// The errno of a copy's exec, or 0 once it is another program. It may be
// stopped by whoever runs beside it, being of the same id, and is woken.
static int
await_exec(int pipe, pid_t pid)
{
	struct pollfd p = {.fd = pipe, .events = POLLIN};
	int i, sys = 0;

	for (i = 0; i < WAKE_ROUNDS; i++) {
		if (poll(&p, 1, WAKE_MS) > 0)
			return read(pipe, &sys, sizeof(sys)) == sizeof(sys)
				   ? sys
				   : 0;
		kill(pid, SIGCONT);
	}
	kill(pid, SIGKILL);
	return ETIMEDOUT;
}

// A child in memory of its own: we do not sleep for it. Without clone3 (a
// NULL) it moves itself.
static pid_t
clone_copied(struct clone_args *a, struct job *j)
{
	const uint64_t *key = seccomp_key();
	int fds[2], sys;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return -1;
	if (a == NULL)
		pid = fork();
	else
		pid = (pid_t)syscall(SYS_clone3, a, sizeof(*a), key[0], key[1]);
	if (pid == 0) {
		sys = exec_become(j->c);
		if (write(fds[1], &sys, sizeof(sys)) < 0)
			_exit(126);
		_exit(127);
	}
	sys = errno;
	close(fds[1]);
	if (pid > 0)
		j->failed = await_exec(fds[0], pid);
	close(fds[0]);
	errno = sys;
	return pid;
}

// In our memory, and we sleep until it has executed.
static pid_t
clone_here(const struct clone_args *copied, struct job *j)
{
	struct clone_args a = *copied;

	errno = ENOTSUP;
	if (j->c->copied)
		return -1;
	a.stack = (uint64_t)(uintptr_t)child_stack;
	a.stack_size = sizeof(child_stack);
	return share_clone(&a, seccomp_key(), become, j);
}

pid_t
spawn(struct exec_child *c, int cgroup, int *failed)
{
	struct clone_args a;
	struct job j = {.c = c};
	int procs = c->procs;
	pid_t pid;

	memset(&a, 0, sizeof(a));
	a.exit_signal = SIGCHLD;
	if (cgroup >= 0) {
		a.flags = CLONE_INTO_CGROUP;
		a.cgroup = (uint64_t)cgroup;
	}
	c->procs = -1;
	pid = clone_here(&a, &j);
	if (pid < 0 && errno == ENOTSUP)
		pid = clone_copied(&a, &j);
	c->procs = procs;
	// Never vfork: beside others it could be stopped while we sleep, and
	// alone it is not worth a third way.
	if (pid < 0 && (errno == ENOSYS || errno == E2BIG))
		pid = clone_copied(NULL, &j);
	*failed = pid < 0 ? errno : j.failed;
	return pid;
}

static int
spawn_direct(struct command *c, struct exec_child *x, struct err *e)
{
	int failed;

	c->main = spawn(x, c->cgroup, &failed);
	if (failed == 0)
		return 0;
	if (c->main > 0)
		waitpid(c->main, NULL, 0);
	return err_set(e, ERR_EXEC, failed, "%s", x->argv[0]);
}

// The reaper's first word. The command may already run and stop it, being of
// the same id, so it is woken while we wait.
static ssize_t
first_word(const struct command *c, struct reaper_report *r)
{
	struct pollfd p = {.fd = c->pipe, .events = POLLIN};
	int i, ready = 0;

	for (i = 0; i < WAKE_ROUNDS && ready <= 0; i++) {
		ready = poll(&p, 1, WAKE_MS);
		if (ready <= 0)
			kill(c->reaper, SIGCONT);
	}
	return ready > 0 ? read(c->pipe, r, sizeof(*r)) : -1;
}

static int
spawn_reaper(struct command *c, struct exec_child *x, struct err *e)
{
	struct reaper_report r = {0};
	int p[2];

	if (pipe2(p, O_CLOEXEC) != 0)
		return err_set(e, ERR_SYSTEM, errno, "pipe");
	c->reaper = fork();
	if (c->reaper == 0)
		reaper_main(x, p[1]);
	close(p[1]);
	c->pipe = p[0];
	if (c->reaper < 0)
		return err_set(e, ERR_SYSTEM, errno, "fork");
	if (first_word(c, &r) == (ssize_t)sizeof(r) &&
	    r.word == REAPER_STARTED) {
		c->main = r.value;
		return fcntl(p[0], F_SETFL, O_NONBLOCK);
	}
	// Whatever it started: nobody could tell any more whose that is.
	if (r.word != REAPER_FAILED)
		kill(-1, SIGKILL);
	waitpid(c->reaper, NULL, 0);
	if (r.word == REAPER_FAILED)
		return err_set(e, ERR_EXEC, r.value, "%s", x->argv[0]);
	return err_set(e, ERR_INTERNAL, 0, "the reaper died");
}

int
spawn_command(struct command *c, struct exec_child *x, struct err *e)
{
	return c->cgroup >= 0 || c->rest ? spawn_direct(c, x, e)
					 : spawn_reaper(c, x, e);
}
