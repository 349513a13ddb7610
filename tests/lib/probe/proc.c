// SPDX-License-Identifier: ISC
// Probes of other processes: tracing, reading, signalling and bending them.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/lib/probe/probe.h"

static pid_t
target(char **argv)
{
	return (pid_t)probe_number(argv[0]);
}

static int
do_ptrace(int argc, char **argv)
{
	pid_t pid = target(argv);

	(void)argc;
	if (ptrace(PTRACE_ATTACH, pid, NULL, NULL) < 0)
		return -1;
	waitpid(pid, NULL, __WALL);
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	return 0;
}

static int
ptrace_seize(int argc, char **argv)
{
	pid_t pid = target(argv);

	(void)argc;
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0)
		return -1;
	return 0;
}

// Address 16 is never mapped: EFAULT says that access was granted.
static int
vm_read(int argc, char **argv)
{
	char buf[8];
	struct iovec here = {buf, sizeof(buf)};
	struct iovec there = {(void *)16, sizeof(buf)};

	(void)argc;
	return process_vm_readv(target(argv), &here, 1, &there, 1, 0) < 0 ? -1
									  : 0;
}

static int
vm_write(int argc, char **argv)
{
	char buf[8] = {0};
	struct iovec here = {buf, sizeof(buf)};
	struct iovec there = {(void *)16, sizeof(buf)};

	(void)argc;
	return process_vm_writev(target(argv), &here, 1, &there, 1, 0) < 0 ? -1
									   : 0;
}

static int
do_kcmp(int argc, char **argv)
{
	(void)argc;
	return syscall(SYS_kcmp, getpid(), target(argv), 0, 0, 0) < 0 ? -1 : 0;
}

static int
pidfd_take(int argc, char **argv)
{
	int fd;

	(void)argc;
	fd = (int)syscall(SYS_pidfd_open, target(argv), 0);
	if (fd < 0)
		return -1;
	return syscall(SYS_pidfd_getfd, fd, 0, 0) < 0 ? -1 : 0;
}

static int
do_prlimit(int argc, char **argv)
{
	struct rlimit r = {64, 64};

	(void)argc;
	return prlimit(target(argv), RLIMIT_NOFILE, &r, NULL);
}

static int
do_kill(int argc, char **argv)
{
	(void)argc;
	return kill(target(argv), (int)probe_number(argv[1]));
}

// Every signal but 0, and then a pause in which pid 1 could die of one.
static int
kill_all(int argc, char **argv)
{
	pid_t pid = target(argv);
	int i;

	(void)argc;
	for (i = 1; i <= SIGRTMAX; i++)
		kill(pid, i);
	usleep(200000);
	puts("alive");
	return PROBE_SAID;
}

// Signals that reach everything that may be reached: kill(-1). Nowhere but
// where a box's workspace is.
static int
kill_everybody(int argc, char **argv)
{
	(void)argc;
	if (access("/workspace/probe", X_OK) < 0)
		return -1;
	signal((int)probe_number(argv[0]), SIG_IGN);
	return kill(-1, (int)probe_number(argv[0]));
}

static int
do_affinity(int argc, char **argv)
{
	cpu_set_t set;

	(void)argc;
	CPU_ZERO(&set);
	CPU_SET(0, &set);
	return sched_setaffinity(target(argv), sizeof(set), &set);
}

static int
real_time(int argc, char **argv)
{
	struct sched_param p = {.sched_priority = 1};

	(void)argc;
	(void)argv;
	return sched_setscheduler(0, SCHED_FIFO, &p);
}

static int
nice_up(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return setpriority(PRIO_PROCESS, 0, -10);
}

// Requests about another process that go by its number.
static int
pidfd_signal(int argc, char **argv)
{
	int fd = (int)syscall(SYS_pidfd_open, target(argv), 0);

	(void)argc;
	if (fd < 0)
		return -1;
	return (int)syscall(
	    SYS_pidfd_send_signal, fd, (int)probe_number(argv[1]), NULL, 0);
}

static int
queue_signal(int argc, char **argv)
{
	union sigval v = {0};

	(void)argc;
	return sigqueue(target(argv), (int)probe_number(argv[1]), v);
}

static int
thread_signal(int argc, char **argv)
{
	(void)argc;
	return (int)syscall(
	    SYS_tgkill, target(argv), target(argv), (int)probe_number(argv[1]));
}

static int
renice(int argc, char **argv)
{
	(void)argc;
	return setpriority(PRIO_PROCESS, (id_t)target(argv), 19);
}

static int
io_renice(int argc, char **argv)
{
	(void)argc;
	return (int)syscall(SYS_ioprio_set, 1, target(argv), 3 << 13);
}

static int
batch_policy(int argc, char **argv)
{
	struct sched_param p = {.sched_priority = 0};

	(void)argc;
	return sched_setscheduler(target(argv), SCHED_BATCH, &p);
}

static int
join_group(int argc, char **argv)
{
	pid_t sid = getsid(target(argv));

	(void)argc;
	if (sid < 0)
		return -1;
	if (sid == 0)
		return errno = ESRCH, -1;
	return setpgid(0, target(argv));
}

static int
robust_list(int argc, char **argv)
{
	void *head;
	size_t len;

	(void)argc;
	return (int)syscall(SYS_get_robust_list, target(argv), &head, &len);
}

// Address 16 is never mapped: the question is whether we may ask at all.
static int
advise(int argc, char **argv)
{
	struct iovec there = {(void *)16, 4096};
	int fd = (int)syscall(SYS_pidfd_open, target(argv), 0);

	(void)argc;
	if (fd < 0)
		return -1;
	return syscall(SYS_process_madvise, fd, &there, 1, 20, 0) < 0 ? -1 : 0;
}

static int
move_pages(int argc, char **argv)
{
	(void)argc;
	return (int)syscall(
	    SYS_move_pages, target(argv), 0L, NULL, NULL, NULL, 0);
}

// The parent's number: 0 if it is not one of ours to see.
static int
session_of(int argc, char **argv)
{
	pid_t sid = getsid(target(argv));

	(void)argc;
	if (sid < 0)
		return -1;
	printf("%s\n", sid == 0 ? "hidden" : "seen");
	return PROBE_SAID;
}

// A tracer of one's own child is a debugger, and no one else's business.
static int
ptrace_child(int argc, char **argv)
{
	pid_t pid;
	int r;

	(void)argc;
	(void)argv;
	pid = fork();
	if (pid < 0)
		return -1;
	if (pid == 0) {
		pause();
		_exit(0);
	}
	r = ptrace(PTRACE_ATTACH, pid, NULL, NULL);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, __WALL);
	return r < 0 ? -1 : 0;
}

const struct probe_def probe_proc[] = {
    {"ptrace", do_ptrace, 1, false, false},
    {"ptrace-seize", ptrace_seize, 1, false, false},
    {"ptrace-child", ptrace_child, 0, true, false},
    {"vm-read", vm_read, 1, false, false},
    {"vm-write", vm_write, 1, false, false},
    {"kcmp", do_kcmp, 1, false, false},
    {"pidfd-getfd", pidfd_take, 1, false, false},
    {"prlimit", do_prlimit, 1, false, false},
    {"kill", do_kill, 2, false, false},
    {"kill-all", kill_all, 1, false, false},
    {"kill-everybody", kill_everybody, 1, false, false},
    {"affinity", do_affinity, 1, false, false},
    {"real-time", real_time, 0, true, false},
    {"nice-up", nice_up, 0, true, false},
    {"pidfd-signal", pidfd_signal, 2, false, false},
    {"sigqueue", queue_signal, 2, false, false},
    {"tgkill", thread_signal, 2, false, false},
    {"renice", renice, 1, false, false},
    {"io-renice", io_renice, 1, false, false},
    {"batch-policy", batch_policy, 1, false, false},
    {"join-group", join_group, 1, false, false},
    {"session-of", session_of, 1, false, false},
    {"robust-list", robust_list, 1, false, false},
    {"advise", advise, 1, true, false},
    {"move-pages", move_pages, 1, false, false},
    {NULL, NULL, 0, false, false},
};
