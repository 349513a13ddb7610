// SPDX-License-Identifier: ISC
// Probes of namespaces: made by unshare, clone and clone3, entered by setns.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <linux/sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/lib/probe/probe.h"

#ifndef CLONE_NEWTIME
#	define CLONE_NEWTIME 0x00000080
#endif

struct ns_name {
	const char *name;
	unsigned long flag;
};

static const struct ns_name names[] = {
    {"none", 0},
    {"user", CLONE_NEWUSER},
    {"mnt", CLONE_NEWNS},
    {"net", CLONE_NEWNET},
    {"pid", CLONE_NEWPID},
    {"ipc", CLONE_NEWIPC},
    {"uts", CLONE_NEWUTS},
    {"cgroup", CLONE_NEWCGROUP},
    {"time", CLONE_NEWTIME},
};

static unsigned long
flag_of(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i].name, name) == 0)
			return names[i].flag;
	}
	fprintf(stderr, "probe: no namespace %s\n", name);
	_exit(2);
}

static int
do_unshare(int argc, char **argv)
{
	(void)argc;
	return (int)syscall(SYS_unshare, flag_of(argv[0]));
}

static int
reap(long pid)
{
	if (pid < 0)
		return -1;
	if (pid == 0)
		_exit(0);
	while (waitpid((pid_t)pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	return 0;
}

static int
do_clone(int argc, char **argv)
{
	(void)argc;
	return reap(syscall(
	    SYS_clone, flag_of(argv[0]) | SIGCHLD, NULL, NULL, NULL, 0));
}

// The same with rubbish in the half of the argument that the kernel drops:
// a filter that compares all 64 bits would be passed by it.
static int
clone_high(int argc, char **argv)
{
	(void)argc;
	return reap(syscall(SYS_clone, flag_of(argv[0]) | SIGCHLD | 1UL << 40,
	    NULL, NULL, NULL, 0));
}

static int
do_clone3(int argc, char **argv)
{
	struct clone_args args = {
	    .flags = flag_of(argv[0]),
	    .exit_signal = SIGCHLD,
	};

	(void)argc;
	return reap(syscall(SYS_clone3, &args, sizeof(args)));
}

// setns PATH NAME
static int
do_setns(int argc, char **argv)
{
	int fd;

	(void)argc;
	fd = open(argv[0], O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	return (int)syscall(SYS_setns, fd, flag_of(argv[1]));
}

static int
setns_pidfd(int argc, char **argv)
{
	int fd;

	(void)argc;
	fd = (int)syscall(SYS_pidfd_open, probe_number(argv[0]), 0);
	if (fd < 0)
		return -1;
	return (int)syscall(SYS_setns, fd, flag_of(argv[1]));
}

const struct probe_def probe_ns[] = {
    {"unshare", do_unshare, 1, false, false},
    {"clone-high", clone_high, 1, false, false},
    {"clone", do_clone, 1, false, false},
    {"clone3", do_clone3, 1, false, false},
    {"setns", do_setns, 2, false, false},
    {"setns-pidfd", setns_pidfd, 2, false, false},
    {NULL, NULL, 0, false, false},
};
