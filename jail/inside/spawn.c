// SPDX-License-Identifier: ISC
// Makes a process that becomes a command: born in its cgroup, in its parent's
// memory, so that neither a move nor a copy is waited for.
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/sched.h>
#include "jail/inside/inside.h"

#if defined(__x86_64__)
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
static pid_t
clone_shared(struct clone_args *a, void (*run)(void *), void *arg)
{
	// A copy: slower, and its errno is lost, so that it is a plain exit
	// status for the caller to guess from. See HACKING on ports.
	long r = syscall(SYS_clone3, a, sizeof(*a));

	if (r == 0)
		run(arg);
	return (pid_t)r;
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

// Kernels without clone3: the child moves itself.
static pid_t
spawn_old(struct job *j)
{
	pid_t pid = vfork();

	if (pid == 0)
		become(j);
	return pid;
}

pid_t
spawn(struct exec_child *c, int cgroup, int *failed)
{
	struct clone_args a;
	struct job j = {.c = c};
	int procs = c->procs;
	pid_t pid = -1;

	errno = ENOSYS;
	if (cgroup >= 0) {
		memset(&a, 0, sizeof(a));
		a.flags = CLONE_INTO_CGROUP;
		a.exit_signal = SIGCHLD;
		a.cgroup = (uint64_t)cgroup;
		c->procs = -1;
		pid = clone_shared(&a, become, &j);
		c->procs = procs;
	}
	if (pid < 0 && (errno == ENOSYS || errno == E2BIG))
		pid = spawn_old(&j);
	*failed = pid < 0 ? errno : j.failed;
	return pid;
}
