// SPDX-License-Identifier: ISC
// Requests about processes; and the commands that exceed a limit, or will
// not end.
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "src/doctor/probe/probe.h"

enum {
	PAGE = 4096,
	STEP = 1048576,
	HOLD_MS = 1500, // longer than a watchdog may look away
	BURN_S = 10,
	HOST_DIR = 2, // where linger holds a directory of the host
};

int
probe_trace_init(char *const *operand)
{
	(void)operand;
	return ptrace(PTRACE_SEIZE, 1, NULL, NULL) < 0 ? -1 : 0;
}

int
probe_read_init(char *const *operand)
{
	char byte;
	struct iovec here = {&byte, 1}, there = {&byte, 1};
	int fd = open("/proc/1/mem", O_RDONLY | O_CLOEXEC);

	(void)operand;
	if (fd >= 0)
		return 0;
	fd = open("/proc/1/environ", O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		return 0;
	if (process_vm_readv(1, &here, 1, &there, 1, 0) >= 0 || errno == EFAULT)
		return 0;
	return -1;
}

// The kernel takes signals to a pid 1 and drops them: what counts is whether
// it is alive and running afterwards. Were it not, we would not say so.
int
probe_stop_init(char *const *operand)
{
	char text[512];
	char *p;

	(void)operand;
	kill(1, SIGKILL);
	kill(1, SIGSTOP);
	poll(NULL, 0, 10);
	if (probe_read("/proc/1/stat", text, sizeof(text)) < 0)
		return -1;
	p = strrchr(text, ')');
	errno = EPERM;
	return p != NULL && p[1] == ' ' && strchr("TtZX", p[2]) == NULL ? -1
									: 0;
}

int
probe_processes(char *const *operand)
{
	DIR *d = opendir("/proc");
	struct dirent *de;
	int n = 0;

	(void)operand;
	if (d == NULL)
		return -1;
	while ((de = readdir(d)) != NULL)
		n += isdigit((unsigned char)de->d_name[0]) != 0;
	closedir(d);
	probe_value("%d", n);
	return PROBE_SAID;
}

int
live_memory(unsigned long bytes)
{
	unsigned long done, i;
	char *p;

	for (done = 0; done < bytes; done += STEP) {
		p = malloc(STEP);
		if (p == NULL)
			break;
		for (i = 0; i < STEP; i += PAGE)
			*(volatile char *)(p + i) = 1;
	}
	poll(NULL, 0, HOLD_MS);
	return printf("held %lu\n", done) < 0;
}

int
live_pids(unsigned long most)
{
	unsigned long n;
	int error = 0;
	pid_t pid;

	for (n = 1; n < most; n++) { // ourselves, too
		pid = fork();
		if (pid == 0)
			return pause();
		if (pid < 0) {
			error = errno;
			break;
		}
	}
	printf("%lu %s\n", n, error != 0 ? strerrorname_np(error) : "allowed");
	fflush(stdout);
	// Not exit(3): a sanitizer would start a thread there is no room for.
	_exit(0);
}

int
live_output(unsigned long bytes)
{
	char line[64] = "................................................\n";
	unsigned long done;

	for (done = 0; done < bytes; done += strlen(line))
		if (fputs(line, stdout) < 0)
			return 1;
	return 0;
}

int
live_burn(unsigned long none)
{
	struct timespec now, start;

	(void)none;
	clock_gettime(CLOCK_MONOTONIC, &start);
	do
		clock_gettime(CLOCK_MONOTONIC, &now);
	while (now.tv_sec - start.tv_sec < BURN_S);
	return 0;
}

// Deaf, and two of it.
int
live_sleep(unsigned long none)
{
	sigset_t all;

	(void)none;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	if (fork() < 0)
		return 1;
	for (;;)
		pause();
}

static int
reopen(void)
{
	int fd = open("/proc/self/fd/2/secret", O_RDONLY | O_CLOEXEC);

	if (fd < 0 && errno != ENOENT)
		fd = openat(HOST_DIR, "secret", O_RDONLY | O_CLOEXEC);
	return fd;
}

// stdin is a socket to doctor, which learns from the kernel who we are on
// the host; descriptor 2 is a directory of the host that is not ours to see.
// What is left behind tells it so, and keeps the socket open.
int
live_linger(unsigned long none)
{
	const char *name;
	char text[64];
	int fd = reopen();

	(void)none;
	name = strerrorname_np(errno);
	snprintf(text, sizeof(text), "reopen %s %s",
	    fd >= 0 ? "allowed" : "refused",
	    fd >= 0	   ? ""
	    : name != NULL ? name
			   : "?");
	if (send(0, text, strlen(text), 0) < 0 || recv(0, text, 1, 0) != 1)
		return 1;
	if (fork() != 0) {
		// Until the one that stays has said so.
		return recv(0, text, 1, 0) != 1;
	}
	setsid();
	signal(SIGHUP, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	if (fork() != 0)
		_exit(0);
	setsid();
	if (send(0, "stays", 5, 0) < 0)
		return 1;
	for (;;)
		pause();
}
