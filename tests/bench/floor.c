// SPDX-License-Identifier: ISC
// The floor: the least system calls that make the same kind of box, as a
// measure of what a start must cost. `floor cold CMD...` is one start; `floor
// again` is one for each byte on stdin; with `floor warm` a box stands, and
// `true` is run in it for each byte. Both write the nanoseconds that took. No policy, no checks worth the name: not
// a sandbox to use.
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "tests/bench/floor_filter.h"

#define NAMESPACES                                                   \
	(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | \
	    CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)
#define CAPS	   41
#define BIND	   MS_BIND
#define NO_DEVICES (MS_NOSUID | MS_NODEV)

// linux/mount.h and sys/mount.h do not go together.
static void
mnt(const char *src, const char *dst, const char *type, unsigned long flags,
    const char *data)
{
	if (syscall(SYS_mount, src, dst, type, flags, data) < 0)
		err(1, "mount %s", dst);
}

static void
put(const char *path, const char *text)
{
	int fd;

	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		err(1, "%s", path);
	close(fd);
}

static void
dir(const char *path)
{
	if (mkdir(path, 0755) < 0)
		err(1, "mkdir %s", path);
}

static void
ln(const char *to, const char *path)
{
	if (symlink(to, path) < 0)
		err(1, "symlink %s", path);
}

// Nobody but ourselves is mapped, under the id that we have.
static void
map_ids(uid_t uid, gid_t gid)
{
	char line[64];

	put("/proc/self/setgroups", "deny");
	snprintf(line, sizeof(line), "%u %u 1", uid, uid);
	put("/proc/self/uid_map", line);
	snprintf(line, sizeof(line), "%u %u 1", gid, gid);
	put("/proc/self/gid_map", line);
}

static int
tree(const char *src)
{
	int fd;

	fd = (int)syscall(SYS_open_tree, AT_FDCWD, src,
	    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	if (fd < 0)
		err(1, "open_tree %s", src);
	return fd;
}

static void
attach(int fd, const char *dst, uint64_t attrs)
{
	struct mount_attr attr = {.attr_set = attrs};

	if (syscall(SYS_mount_setattr, fd, "", AT_EMPTY_PATH | AT_RECURSIVE,
		&attr, sizeof(attr)) < 0 ||
	    syscall(SYS_move_mount, fd, "", AT_FDCWD, dst,
		MOVE_MOUNT_F_EMPTY_PATH) < 0)
		err(1, "attach %s", dst);
	close(fd);
}

#define LOCKED (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)

static void
make_etc(void)
{
	dir("etc");
	put("etc/passwd", "user:x:1000:1000::/tmp:/bin/sh\n");
	put("etc/group", "user:x:1000:\n");
	put("etc/hosts", "127.0.0.1 localhost\n::1 localhost\n");
	put("etc/resolv.conf", "");
	put("etc/nsswitch.conf", "passwd: files\nhosts: files dns\n");
	put("etc/ld.so.cache", "");
	attach(tree("/etc/ld.so.cache"), "etc/ld.so.cache", LOCKED);
	if (access("/etc/alternatives", F_OK) == 0) {
		dir("etc/alternatives");
		attach(tree("/etc/alternatives"), "etc/alternatives", LOCKED);
	}
	if (access("/etc/ssl/certs", F_OK) == 0) {
		dir("etc/ssl");
		dir("etc/ssl/certs");
		attach(tree("/etc/ssl/certs"), "etc/ssl/certs", LOCKED);
	}
}

static void
make_proc(void)
{
	static const char *const masked[] = {
	    "proc/kcore",
	    "proc/keys",
	    "proc/timer_list",
	    "proc/kallsyms",
	};
	size_t i;

	dir("proc");
	mnt("proc", "proc", "proc", NO_DEVICES | MS_NOEXEC, NULL);
	attach(tree("proc/sys"), "proc/sys", LOCKED);
	if (access("proc/sysrq-trigger", F_OK) == 0)
		attach(
		    tree("proc/sysrq-trigger"), "proc/sysrq-trigger", LOCKED);
	for (i = 0; i < sizeof(masked) / sizeof(masked[0]); i++) {
		if (access(masked[i], F_OK) == 0)
			mnt("/dev/null", masked[i], NULL, BIND, NULL);
	}
}

static void
make_dev(void)
{
	static const char *const nodes[] = {
	    "/dev/null",
	    "/dev/zero",
	    "/dev/full",
	    "/dev/random",
	    "/dev/urandom",
	    "/dev/tty",
	};
	size_t i;

	dir("dev");
	for (i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
		put(nodes[i] + 1, "");
		mnt(nodes[i], nodes[i] + 1, NULL, BIND, NULL);
	}
	dir("dev/pts");
	mnt("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
	    "newinstance,ptmxmode=0666,mode=620");
	ln("pts/ptmx", "dev/ptmx");
	ln("/proc/self/fd", "dev/fd");
	ln("/proc/self/fd/0", "dev/stdin");
	ln("/proc/self/fd/1", "dev/stdout");
	ln("/proc/self/fd/2", "dev/stderr");
	dir("dev/shm");
	mnt("shm", "dev/shm", "tmpfs", NO_DEVICES, "size=64m");
}

// Merged or not, as the host has it.
static void
make_system(void)
{
	static const char *const links[] = {"bin", "sbin", "lib", "lib64"};
	char to[64], from[64];
	struct stat st;
	size_t i;

	dir("usr");
	attach(tree("/usr"), "usr", LOCKED);
	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		snprintf(from, sizeof(from), "/%s", links[i]);
		snprintf(to, sizeof(to), "usr/%s", links[i]);
		if (lstat(from, &st) < 0)
			continue;
		if (S_ISLNK(st.st_mode)) {
			ln(to, links[i]);
		} else {
			dir(links[i]);
			attach(tree(from), links[i], LOCKED);
		}
	}
}

static void
make_root(void)
{
	struct mount_attr ro = {.attr_set = MOUNT_ATTR_RDONLY};
	int work;

	mnt(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	work = tree(".");
	mnt("root", "/tmp", "tmpfs", NO_DEVICES, "mode=755,size=1m");
	if (chdir("/tmp") < 0)
		err(1, "chdir");
	make_system();
	make_etc();
	make_proc();
	make_dev();
	dir("tmp");
	mnt("tmp", "tmp", "tmpfs", NO_DEVICES, "mode=1777,size=64m");
	dir("workspace");
	attach(work, "workspace", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	if (syscall(SYS_pivot_root, ".", ".") < 0 ||
	    syscall(SYS_umount2, ".", 2 /* MNT_DETACH */) < 0 ||
	    syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, &ro, sizeof(ro)) < 0 ||
	    chdir("/workspace") < 0)
		err(1, "new root");
}

static void
raise_lo(void)
{
	struct ifreq r = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &r) < 0)
		err(1, "lo");
	close(fd);
}

static void
drop_all(void)
{
	struct __user_cap_header_struct head = {
	    .version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {{0}};
	struct rlimit zero = {0, 0};
	unsigned long cap;

	for (cap = 0; cap < CAPS; cap++)
		prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	if (setrlimit(RLIMIT_CORE, &zero) < 0 ||
	    syscall(SYS_capset, &head, none) < 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(SYS_seccomp, 1 /* FILTER */, 0, &floor_filter) < 0)
		err(1, "drop");
}

static char *const env[] = {
    "PATH=/usr/bin:/bin", "HOME=/tmp", "LANG=C.UTF-8", NULL};

// Starts one command with those descriptors, waits, says how it ended.
static int
run(char *const argv[], const int *stdio)
{
	int i, status;
	pid_t pid;

	pid = vfork();
	if (pid == 0) {
		setsid();
		for (i = 0; stdio != NULL && i < 3; i++)
			dup2(stdio[i], i);
		syscall(SYS_close_range, 3, ~0U, 0);
		execve(argv[0], argv, env);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, NULL) < 0)
		err(1, "run");
	return status;
}

// A message of one byte with the three descriptors; a status is the answer.
static bool
take(int sock, int *stdio)
{
	char c, control[CMSG_SPACE(3 * sizeof(int))];
	struct iovec iov = {&c, 1};
	struct msghdr m = {
	    .msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control,
	    .msg_controllen = sizeof(control),
	};
	struct cmsghdr *h;

	if (recvmsg(sock, &m, MSG_CMSG_CLOEXEC) != 1)
		return false;
	h = CMSG_FIRSTHDR(&m);
	if (h == NULL || h->cmsg_len != CMSG_LEN(3 * sizeof(int)))
		return false;
	memcpy(stdio, CMSG_DATA(h), 3 * sizeof(int));
	return true;
}

static void
serve(int sock)
{
	static char *const argv[] = {"/bin/true", NULL};
	int stdio[3], status, i;

	while (take(sock, stdio)) {
		status = run(argv, stdio);
		for (i = 0; i < 3; i++)
			close(stdio[i]);
		if (send(sock, &status, sizeof(status), 0) < 0)
			break;
	}
}

static pid_t
start(void)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	pid_t pid;

	pid = (pid_t)syscall(
	    SYS_clone, NAMESPACES | SIGCHLD, NULL, NULL, NULL, 0);
	if (pid < 0)
		err(1, "clone");
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	map_ids(uid, gid);
	make_root();
	raise_lo();
	if (sethostname("floor", 5) < 0)
		err(1, "sethostname");
	drop_all();
	return 0;
}

static int
cold(char *const argv[])
{
	int status;
	pid_t pid;

	pid = start();
	if (pid == 0) {
		status = run(argv, NULL);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128);
	}
	if (waitpid(pid, &status, 0) < 0)
		err(1, "wait");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static int
ask(int sock)
{
	int stdio[3] = {0, 1, 2}, status = -1;
	char control[CMSG_SPACE(sizeof(stdio))];
	struct iovec iov = {"x", 1};
	struct msghdr m = {
	    .msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control,
	    .msg_controllen = sizeof(control),
	};
	struct cmsghdr *h = CMSG_FIRSTHDR(&m);

	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(sizeof(stdio));
	memcpy(CMSG_DATA(h), stdio, sizeof(stdio));
	if (sendmsg(sock, &m, 0) != 1 ||
	    recv(sock, &status, sizeof(status), 0) != sizeof(status))
		errx(1, "the box is gone");
	return status;
}

static uint64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

// What a byte on stdin asks for, measured.
static int
answer(int (*once)(int), int arg)
{
	uint64_t t;
	char c;

	while (read(0, &c, 1) == 1) {
		t = now();
		if (once(arg) != 0)
			errx(1, "true failed");
		t = now() - t;
		if (write(1, &t, sizeof(t)) != sizeof(t))
			return 1;
	}
	return 0;
}

static int
again(int unused)
{
	char *const argv[] = {"/bin/true", NULL};

	(void)unused;
	return cold(argv);
}

static int
warm(void)
{
	int sv[2], rc;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) < 0)
		err(1, "socketpair");
	if (start() == 0) {
		close(sv[0]);
		serve(sv[1]);
		_exit(0);
	}
	close(sv[1]);
	rc = answer(ask, sv[0]);
	close(sv[0]);
	wait(NULL);
	return rc;
}

int
main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "cold") == 0)
		return cold(argv + 2);
	if (argc == 2 && strcmp(argv[1], "warm") == 0)
		return warm();
	if (argc == 2 && strcmp(argv[1], "again") == 0)
		return answer(again, 0);
	fputs("usage: floor cold COMMAND [ARG...] | again | warm\n", stderr);
	return 2;
}
