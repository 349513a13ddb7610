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
#include <linux/sched.h>
#include "jail/inside/inside.h"

enum {
	WAKE_MS = 20, // between two looks for a reaper's first word
	WAKE_ROUNDS = 500,
};

#if defined(__x86_64__)
#	define CAN_SHARE 1
// What libc's vfork does, for clone3: the child runs on a stack of its own
// and the parent sleeps until it has called execve or exit. libc has no such
// call, and C cannot say what happens to a stack that two share.
static char child_stack[32768] __attribute__((aligned(16)));

static pid_t
clone_shared(struct clone_args *a, void (*run)(void *), void *arg)
{
	long r;

	a->flags |= CLONE_VM | CLONE_VFORK;
	a->stack = (uint64_t)(uintptr_t)child_stack;
	a->stack_size = sizeof(child_stack);
	__asm__ volatile("syscall\n\t"
			 "test %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "mov %[arg], %%rdi\n\t"
			 "call *%[run]\n\t"
			 "hlt\n\t" // run does not return
			 "1:"
			 : "=a"(r)
			 : "a"(SYS_clone3), "D"(a),
			 "S"(sizeof(*a)), [run] "r"(run), [arg] "r"(arg)
			 : "rcx", "r11", "memory");
	if (r >= 0)
		return (pid_t)r;
	errno = (int)-r;
	return -1;
}
#else
#	define CAN_SHARE 0
// Other machines want their own few instructions here; until then, copies.
static pid_t
clone_shared(struct clone_args *a, void (*run)(void *), void *arg)
{
	(void)a;
	(void)run;
	(void)arg;
	errno = ENOTSUP;
	return -1;
}
#endif

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
	int fds[2], sys;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return -1;
	pid = a != NULL ? (pid_t)syscall(SYS_clone3, a, sizeof(*a)) : fork();
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
	pid = c->copied || !CAN_SHARE ? clone_copied(&a, &j)
				      : clone_shared(&a, become, &j);
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
	return c->cgroup >= 0 ? spawn_direct(c, x, e) : spawn_reaper(c, x, e);
}
