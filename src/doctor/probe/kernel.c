// SPDX-License-Identifier: ISC
// Requests about the kernel's own surface and about privileges. Where success
// would do harm the arguments are such that nothing can come of it.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/sched.h>
#include "src/doctor/probe/probe.h"

// "user:[4026531837]" of each, in the order that doctor reads them in.
int
probe_namespaces(char *const *operand)
{
	static const char *const names[] = {
	    "user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time"};
	char all[512] = "", path[32], link[64];
	size_t i, at = 0;
	ssize_t n;

	(void)operand;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "/proc/self/ns/%s", names[i]);
		n = readlink(path, link, sizeof(link) - 1);
		link[n > 0 ? n : 0] = '\0';
		at += (size_t)snprintf(all + at, sizeof(all) - at, "%s%s",
		    i > 0 ? " " : "", n > 0 ? link : "-");
	}
	probe_value("%s", all);
	return PROBE_SAID;
}

// The kernel's own lines about this process: those that begin with a word.
int
probe_status(char *const *operand)
{
	static const char *const words[] = {"CapInh", "CapPrm", "CapEff",
	    "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp"};
	char text[8192], all[512] = "", key[32], *p;
	size_t i, at = 0;

	(void)operand;
	if (probe_read("/proc/self/status", text, sizeof(text)) < 0)
		return -1;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		snprintf(key, sizeof(key), "\n%s:", words[i]);
		p = strstr(text, key);
		if (p == NULL)
			continue;
		p += strlen(key);
		p += strspn(p, " \t");
		at += (size_t)snprintf(all + at, sizeof(all) - at, "%s=%.*s ",
		    words[i], (int)strcspn(p, "\n"), p);
	}
	probe_value("%s", all);
	return PROBE_SAID;
}

int
probe_groups(char *const *operand)
{
	gid_t list[64];
	int i, n = getgroups(64, list), strange = 0;

	(void)operand;
	if (n < 0)
		return -1;
	for (i = 0; i < n; i++)
		strange += list[i] != getgid();
	probe_value("%d", strange);
	return PROBE_SAID;
}

// True if the process that ended, not yet waited for, was somebody else.
static int
became_other(pid_t pid)
{
	char path[32], text[4096], *p;
	unsigned real = 0, effective = 0, saved = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	if (probe_read(path, text, sizeof(text)) < 0)
		return 0;
	p = strstr(text, "\nUid:");
	if (p == NULL ||
	    sscanf(p + 5, "%u %u %u", &real, &effective, &saved) != 3)
		return 0;
	return effective != getuid() || saved != getuid();
}

// The text for the first setuid program that is there: it runs, says what
// its options are, and must have been ourselves.
int
probe_setuid(char *const *operand)
{
	static const char *const paths[] = {"/usr/bin/su", "/usr/bin/passwd",
	    "/usr/bin/mount", "/usr/bin/newgrp", "/usr/bin/chsh",
	    "/usr/bin/gpasswd", "/usr/bin/sudo"};
	struct stat st;
	siginfo_t si;
	size_t i;
	pid_t pid;

	(void)operand;
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (stat(paths[i], &st) == 0 && (st.st_mode & S_ISUID) != 0)
			break;
	if (i == sizeof(paths) / sizeof(paths[0])) {
		probe_value("none");
		return PROBE_SAID;
	}
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		execl(paths[i], paths[i], "--help", (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitid(P_PID, (id_t)pid, &si, WEXITED | WNOWAIT) != 0)
		return -1;
	probe_value("%s %s", became_other(pid) ? "gained" : "same", paths[i]);
	waitpid(pid, NULL, 0);
	return PROBE_SAID;
}

int
probe_environment(char *const *operand)
{
	(void)operand;
	errno = ENOENT;
	return getenv(operand[OPERAND_VARIABLE]) != NULL ? 0 : -1;
}

int
probe_descriptors(char *const *operand)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *de;
	int more = 0;
	char *end;
	long fd;

	(void)operand;
	if (d == NULL)
		return -1;
	while ((de = readdir(d)) != NULL) {
		fd = strtol(de->d_name, &end, 10);
		more += *end == '\0' && fd > 2 && fd != dirfd(d);
	}
	closedir(d);
	errno = ENOENT;
	return more > 0 ? 0 : -1;
}

int
probe_hostname(char *const *operand)
{
	char name[65] = "";

	(void)operand;
	if (gethostname(name, sizeof(name) - 1) != 0)
		return -1;
	return sethostname(name, strlen(name));
}

int
probe_unshare(char *const *operand)
{
	static const int flags[] = {
	    CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWNET, CLONE_NEWPID};
	size_t i;

	(void)operand;
	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (unshare(flags[i]) == 0)
			return 0;
	return -1;
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

int
probe_clone(char *const *operand)
{
	(void)operand;
	return reap(
	    syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, 0));
}

int
probe_clone3(char *const *operand)
{
	(void)operand;
#ifdef SYS_clone3
	struct clone_args args = {
	    .flags = CLONE_NEWUSER,
	    .exit_signal = SIGCHLD,
	};

	return reap(syscall(SYS_clone3, &args, sizeof(args)));
#else
	errno = ENOSYS;
	return -1;
#endif
}

int
probe_setns(char *const *operand)
{
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	(void)operand;
	return fd < 0 ? -1 : setns(fd, 0);
}

int
probe_io_uring(char *const *operand)
{
	unsigned char params[256] = {0};

	(void)operand;
	return syscall(425, 1, params) < 0 ? -1 : 0;
}

// What a kernel says that got as far as looking at the arguments.
static int
looked_at(long r)
{
	return r >= 0 || errno == EFAULT || errno == EINVAL || errno == E2BIG ||
		       errno == EBADF
		   ? 0
		   : -1;
}

int
probe_bpf(char *const *operand)
{
	(void)operand;
	return looked_at(syscall(SYS_bpf, -1, NULL, 0));
}

int
probe_perf(char *const *operand)
{
	(void)operand;
	return looked_at(syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0));
}

int
probe_userfaultfd(char *const *operand)
{
	(void)operand;
	return syscall(SYS_userfaultfd, O_CLOEXEC | 1) < 0 ? -1 : 0;
}

int
probe_keyctl(char *const *operand)
{
	(void)operand;
	return syscall(SYS_keyctl, 0, -2, 1) < 0 ? -1 : 0;
}

int
probe_module(char *const *operand)
{
	(void)operand;
	return looked_at(syscall(SYS_finit_module, -1, "", 0));
}

// getpid by the two other doors of an x86-64 kernel.
int
probe_x32(char *const *operand)
{
	(void)operand;
#ifdef __x86_64__
	return syscall(0x40000000L | SYS_getpid) < 0 ? -1 : 0;
#else
	errno = ENOSYS;
	return -1;
#endif
}

int
probe_i386(char *const *operand)
{
	long r = -ENOSYS;

	(void)operand;
#ifdef __x86_64__
	__asm__ volatile("int $0x80" : "=a"(r) : "a"(20L) : "memory");
	r = (int)r;
#endif
	errno = (int)-r;
	return r >= 0 ? 0 : -1;
}

// A kernel that looks says that this is no terminal.
int
probe_tiocsti(char *const *operand)
{
	char c = 'x';
	int r = ioctl(0, TIOCSTI, &c);

	(void)operand;
	return r < 0 && errno != ENOTTY ? -1 : 0;
}

int
probe_clock(char *const *operand)
{
	struct timespec bad = {0, 2000000000};

	(void)operand;
	return looked_at(syscall(SYS_clock_settime, CLOCK_REALTIME, &bad));
}

int
probe_exec_memory(char *const *operand)
{
	(void)operand;
	return mmap(NULL, 1, PROT_READ | PROT_WRITE | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
		   ? -1
		   : 0;
}
