// SPDX-License-Identifier: ISC
// Requests about files: what may not be written, seen, mounted or made.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>
#include "src/doctor/probe/probe.h"

#define PIECE	   65536
#define DISK_PIECE (256UL << 10)

enum {
	HOLD_MS = 1500, // longer than a watchdog may look away
};

static int
make(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return -1;
	close(fd);
	unlink(path);
	return 0;
}

int
probe_write_usr(char *const *operand)
{
	(void)operand;
	return make("/usr/.stockade-doctor");
}

int
probe_write_root(char *const *operand)
{
	(void)operand;
	return make("/.stockade-doctor");
}

int
probe_write_etc(char *const *operand)
{
	(void)operand;
	return make("/etc/.stockade-doctor");
}

int
probe_host_file(char *const *operand)
{
	int fd = open(operand[OPERAND_FILE], O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -1 : close(fd);
}

// The one that must work: it stays, for its owner to be seen from outside.
int
probe_workspace(char *const *operand)
{
	int fd = open("/workspace/" PROBE_FILE,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	(void)operand;
	return fd < 0 ? -1 : close(fd);
}

// What a tool of the host obeys at sight: by each way there is to change it.
int
probe_protected(char *const *operand)
{
	int fd, error;

	(void)operand;
	fd = open("/workspace/.stockade.policy", O_WRONLY | O_CREAT | O_CLOEXEC,
	    0600);
	if (fd >= 0)
		return close(fd);
	error = errno;
	if (unlink("/workspace/.stockade.policy") == 0 ||
	    rename("/workspace/.git", "/workspace/" PROBE_PART "0") == 0 ||
	    mkdir("/workspace/.git", 0700) == 0 ||
	    symlink("/tmp", "/workspace/.vscode") == 0)
		return 0;
	errno = error;
	return -1;
}

int
probe_mount(char *const *operand)
{
	(void)operand;
	return mount("none", "/tmp", "tmpfs", 0, NULL);
}

int
probe_remount(char *const *operand)
{
	(void)operand;
	return mount(NULL, "/usr", NULL, MS_REMOUNT | MS_BIND, NULL);
}

int
probe_mount_new(char *const *operand)
{
	(void)operand;
#ifdef SYS_open_tree
	if (syscall(SYS_open_tree, AT_FDCWD, "/usr", 1) >= 0)
		return 0;
	if (errno != EPERM && errno != ENOSYS)
		return -1;
	return syscall(SYS_fsopen, "tmpfs", 0) < 0 ? -1 : 0;
#else
	errno = ENOSYS;
	return -1;
#endif
}

int
probe_mknod(char *const *operand)
{
	(void)operand;
	return mknod("/tmp/device", S_IFCHR | 0600, makedev(1, 1));
}

// A block device in /dev, or memory: refused with ENOENT if there is none.
int
probe_disks(char *const *operand)
{
	DIR *d = opendir("/dev");
	struct dirent *de;
	struct stat st;
	int found = 0;

	(void)operand;
	if (d == NULL)
		return -1;
	while (!found && (de = readdir(d)) != NULL)
		found =
		    fstatat(dirfd(d), de->d_name, &st, AT_SYMLINK_NOFOLLOW) ==
			0 &&
		    (S_ISBLK(st.st_mode) || strcmp(de->d_name, "mem") == 0 ||
			strcmp(de->d_name, "kmsg") == 0);
	closedir(d);
	errno = ENOENT;
	return found ? 0 : -1;
}

// The first of them that tells something.
int
probe_secrets(char *const *operand)
{
	static const char *const paths[] = {"/proc/kcore", "/proc/kmsg",
	    "/proc/keys", "/proc/key-users", "/proc/kallsyms",
	    "/proc/timer_list", "/proc/config.gz", "/proc/cmdline",
	    "/proc/modules", "/proc/interrupts", "/proc/iomem",
	    "/proc/sched_debug", "/proc/diskstats", "/proc/partitions",
	    "/proc/vmallocinfo", "/proc/slabinfo", "/proc/kpageflags"};
	char byte;
	size_t i;
	int fd;

	(void)operand;
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		fd = open(paths[i], O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (read(fd, &byte, 1) == 1) {
			probe_value("%s", paths[i]);
			return PROBE_SAID;
		}
		close(fd);
	}
	probe_value("masked");
	return PROBE_SAID;
}

int
probe_proc_sys(char *const *operand)
{
	static const char *const paths[] = {"/proc/sys/kernel/core_pattern",
	    "/proc/sys/kernel/hostname", "/proc/sys/vm/overcommit_memory",
	    "/proc/sys/kernel/ns_last_pid",
	    "/proc/sys/net/ipv4/ip_unprivileged_port_start"};
	int error = ENOENT, fd;
	size_t i;

	(void)operand;
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		fd = open(paths[i], O_WRONLY | O_CLOEXEC);
		if (fd >= 0)
			return close(fd);
		if (errno != ENOENT)
			error = errno;
	}
	errno = error;
	return -1;
}

int
probe_sys(char *const *operand)
{
	(void)operand;
	return access("/sys/kernel", F_OK);
}

// Writes until it is told to stop, and says by which errno.
static int
fill(const char *path, unsigned long most)
{
	static char piece[PIECE];
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600), error;
	unsigned long done = 0;
	ssize_t n = 0;

	if (fd < 0)
		return -1;
	memset(piece, 'x', sizeof(piece));
	while (done < most && (n = write(fd, piece, sizeof(piece))) > 0)
		done += (unsigned long)n;
	error = errno;
	close(fd);
	errno = error;
	return n < 0 ? -1 : 0;
}

int
probe_fsize(char *const *operand)
{
	int r, error;

	signal(SIGXFSZ, SIG_IGN);
	r = fill("/tmp/large", probe_number(operand[OPERAND_FSIZE]) + PIECE);
	error = errno;
	unlink("/tmp/large");
	errno = error;
	return r;
}

// Files below the limit of one, until the sum is over that of all.
int
probe_tmp(char *const *operand)
{
	unsigned long most = probe_number(operand[OPERAND_TMP]);
	unsigned long one = probe_number(operand[OPERAND_FSIZE]) / 2;
	unsigned long n = most / one + 2, i;
	int r = 0, error = 0;
	char path[32];

	for (i = 0; r == 0 && i < n; i++) {
		snprintf(path, sizeof(path), "/tmp/part%lu", i);
		r = fill(path, one);
		error = errno;
	}
	while (i-- > 0) {
		snprintf(path, sizeof(path), "/tmp/part%lu", i);
		unlink(path);
	}
	errno = error;
	return r;
}

int
probe_nofile(char *const *operand)
{
	unsigned long most = probe_number(operand[OPERAND_NOFILE]), i;

	for (i = 0; i <= most; i++)
		if (dup(0) < 0)
			return -1;
	return 0;
}

// The copy of ourselves in the workspace is told to write nothing.
int
probe_exec_copy(char *const *operand)
{
	static const char copy[] = "/workspace/" PROBE_COPY;
	int status = 0;
	pid_t pid = fork();

	(void)operand;
	if (pid == 0) {
		execl(copy, copy, "output", "0", (char *)NULL);
		_exit(errno);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	errno = WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
	return errno == 0 ? 0 : -1;
}

// What there is in /usr beside us.
int
probe_tree(char *const *operand)
{
	DIR *d = opendir("/usr");
	struct dirent *de;

	(void)operand;
	if (d == NULL)
		return -1;
	while ((de = readdir(d)) != NULL)
		if (de->d_name[0] != '.' && strcmp(de->d_name, "bin") != 0)
			break;
	probe_value("%s", de != NULL ? de->d_name : "bin");
	closedir(d);
	return PROBE_SAID;
}

// Many small files: the size of one is another limit.
int
live_disk(unsigned long bytes)
{
	unsigned long done, i = 0;
	char path[64];

	for (done = 0; done < bytes; done += DISK_PIECE, i++) {
		snprintf(path, sizeof(path), "/workspace/" PROBE_PART "%lu", i);
		if (i == PROBE_PARTS || fill(path, DISK_PIECE) != 0)
			return 1;
	}
	poll(NULL, 0, HOLD_MS);
	return 0;
}
