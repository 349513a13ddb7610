// SPDX-License-Identifier: ISC
// Probes of what a process may make of itself: more privileges, another
// identity, a better place in the queue; and a tighter box.
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>
#include "tests/lib/probe/probe.h"

enum {
	IOPRIO_RT = 1 << 13 | 4, // class and level
	POLICY_DEADLINE = 6,
};

// A line of /proc/self/status, its value alone.
static int
status_line(int argc, char **argv)
{
	char line[256];
	size_t n = strlen(argv[0]);
	FILE *f = fopen("/proc/self/status", "r");

	(void)argc;
	if (f == NULL)
		return -1;
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, argv[0], n) == 0 && line[n] == ':')
			printf("%s", line + n + 1 + strspn(line + n + 1, "\t"));
	}
	fclose(f);
	return PROBE_SAID;
}

// Every capability that the kernel knows, asked for at once.
static int
raise_caps(int argc, char **argv)
{
	struct __user_cap_header_struct h = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct d[2];

	(void)argc;
	(void)argv;
	memset(d, 0, sizeof(d));
	d[0].effective = d[0].permitted = 1u << CAP_CHOWN;
	return (int)syscall(SYS_capset, &h, d);
}

// What was permitted, taken to be inherited by the next program.
static int
inherit_caps(int argc, char **argv)
{
	struct __user_cap_header_struct h = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct d[2];

	(void)argc;
	(void)argv;
	memset(d, 0, sizeof(d));
	d[0].inheritable = 1u << CAP_CHOWN;
	return (int)syscall(SYS_capset, &h, d);
}

static int
set_securebits(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0);
}

static int
keep_caps(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
}

static int
bounding(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return prctl(PR_CAPBSET_READ, CAP_SYS_ADMIN, 0, 0, 0) == 1
		   ? (puts("bounded by nothing"), PROBE_SAID)
		   : (puts("not in the set"), PROBE_SAID);
}

// The map of the program in memory, as a checkpoint is restored.
static int
set_mm(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return prctl(PR_SET_MM, PR_SET_MM_BRK, sbrk(0), 0, 0);
}

static int
write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	return write(fd, text, strlen(text)) < 0 ? -1 : 0;
}

// write-self FILE TEXT, below /proc/self
static int
write_self(int argc, char **argv)
{
	char path[256];

	(void)argc;
	snprintf(path, sizeof(path), "/proc/self/%s", argv[0]);
	return write_text(path, argv[1]);
}

// A file's own capabilities, as a program of the workspace would like them.
static int
file_caps(int argc, char **argv)
{
	static const unsigned char caps[20] = {1, 0, 0, 2, 1, 0, 0, 0, 1};

	(void)argc;
	return setxattr(argv[0], "security.capability", caps, sizeof(caps), 0);
}

static int
io_real_time(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return (int)syscall(SYS_ioprio_set, 1, 0, IOPRIO_RT);
}

struct sched_words {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

static int
deadline(int argc, char **argv)
{
	struct sched_words w = {
	    .size = sizeof(w),
	    .policy = POLICY_DEADLINE,
	    .runtime = 1000000,
	    .deadline = 100000000,
	    .period = 100000000,
	};

	(void)argc;
	(void)argv;
	return (int)syscall(SYS_sched_setattr, 0, &w, 0);
}

// raise-limit NUMBER: the hard one, by one, and the soft one to it
static int
raise_limit(int argc, char **argv)
{
	int what = (int)probe_number(argv[0]);
	struct rlimit r;

	(void)argc;
	if (getrlimit((__rlimit_resource_t)what, &r) < 0)
		return -1;
	r.rlim_max = r.rlim_max == RLIM_INFINITY ? r.rlim_max : r.rlim_max + 1;
	r.rlim_cur = r.rlim_max;
	return setrlimit((__rlimit_resource_t)what, &r);
}

// The tracer's wish that its child's filter be asleep.
static int
suspend_filter(int argc, char **argv)
{
	pid_t pid = fork();
	long r;

	(void)argc;
	(void)argv;
	if (pid < 0)
		return -1;
	if (pid == 0) {
		pause();
		_exit(0);
	}
	r = ptrace(PTRACE_SEIZE, pid, NULL, 1L << 21);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, __WALL);
	return r < 0 ? -1 : 0;
}

// Positive ones: who wants to be confined further may.
static int
filter_self(int argc, char **argv)
{
	struct sock_filter allow = {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};
	struct sock_fprog prog = {1, &allow};

	(void)argc;
	(void)argv;
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog);
}

static int
landlock_self(int argc, char **argv)
{
	struct landlock_ruleset_attr a = {
	    .handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE};
	int fd;

	(void)argc;
	(void)argv;
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	fd = (int)syscall(SYS_landlock_create_ruleset, &a, sizeof(a), 0);
	if (fd < 0)
		return -1;
	return (int)syscall(SYS_landlock_restrict_self, fd, 0);
}

static int
regain_privs(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0);
}

// set-limit NUMBER VALUE
static int
set_limit(int argc, char **argv)
{
	rlim_t n = (rlim_t)probe_number(argv[1]);
	struct rlimit r = {n, n};

	(void)argc;
	return setrlimit((__rlimit_resource_t)probe_number(argv[0]), &r);
}

// lock-memory BYTES: never to be swapped out.
static int
lock_memory(int argc, char **argv)
{
	size_t n = (size_t)probe_number(argv[0]);
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)argc;
	return p == MAP_FAILED ? -1 : mlock(p, n);
}

// The first page, where a kernel's null pointer would lead.
static int
map_null(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED
		   ? -1
		   : 0;
}

static int
memory_secret(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return syscall(447, 0) < 0 ? -1 : 0;
}

static int
local_table(int argc, char **argv)
{
	(void)argc;
	(void)argv;
#ifdef SYS_modify_ldt
	char entry[16];

	return syscall(SYS_modify_ldt, 0, entry, sizeof(entry)) < 0 ? -1 : 0;
#else
	errno = ENOSYS;
	return -1;
#endif
}

const struct probe_def probe_self[] = {
    {"status", status_line, 1, true, true},
    {"raise-caps", raise_caps, 0, true, false},
    {"inherit-caps", inherit_caps, 0, true, false},
    {"securebits", set_securebits, 0, true, false},
    {"keep-caps", keep_caps, 0, true, false},
    {"bounding", bounding, 0, true, false},
    {"set-mm", set_mm, 0, true, false},
    {"write-self", write_self, 2, true, false},
    {"file-caps", file_caps, 1, true, false},
    {"io-real-time", io_real_time, 0, true, false},
    {"deadline", deadline, 0, true, false},
    {"raise-limit", raise_limit, 1, true, false},
    {"set-limit", set_limit, 2, true, false},
    {"suspend-filter", suspend_filter, 0, true, false},
    {"filter-self", filter_self, 0, true, false},
    {"landlock-self", landlock_self, 0, true, false},
    {"regain-privs", regain_privs, 0, true, false},
    {"lock-memory", lock_memory, 1, true, false},
    {"map-null", map_null, 0, true, false},
    {"memfd-secret", memory_secret, 0, false, false},
    {"ldt", local_table, 0, true, false},
    {NULL, NULL, 0, false, false},
};
