// SPDX-License-Identifier: ISC
// Which processes are a command's, and what they use: read from the box's own
// /proc, by pid 1, which has no privilege to lose over it.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/inside/inside.h"

enum {
	PROCS_MAX = 65536,
};

struct proc {
	pid_t pid, ppid;
	bool member;
};

// Static: pid 1 has no heap, and there is one of it.
static struct proc procs[PROCS_MAX];
static size_t nprocs;

struct dirent64_raw {
	uint64_t ino;
	int64_t off;
	uint16_t reclen;
	uint8_t type;
	char name[];
};

static ssize_t
get(pid_t pid, const char *name, char *buf, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "%d/%s", (int)pid, name);
	return fd_read_text(INSIDE_PROC, path, buf, size);
}

// Digits, and where they end; 0 if there are none.
static uint64_t
digits(const char *s, const char **end)
{
	uint64_t v = 0;

	while (*s >= '0' && *s <= '9')
		v = v * 10 + (uint64_t)(*s++ - '0');
	if (end != NULL)
		*end = s;
	return v;
}

// "pid (name) state ppid ...": a name may hold anything, so from its end.
static pid_t
parent_of(pid_t pid)
{
	char buf[512];
	const char *p;

	if (get(pid, "stat", buf, sizeof(buf)) <= 0)
		return 0;
	p = strrchr(buf, ')');
	if (p == NULL || strlen(p) < 5)
		return 0;
	return (pid_t)digits(p + 4, NULL);
}

static bool
in_cgroup(pid_t pid, uint32_t cmd)
{
	char buf[4096], want[32];
	const char *p;
	size_t n;

	if (get(pid, "cgroup", buf, sizeof(buf)) <= 0)
		return false;
	p = strncmp(buf, "0::/", 4) == 0 ? buf : strstr(buf, "\n0::/");
	if (p == NULL)
		return false;
	p = strchr(p, '/');
	n = strcspn(p, "\n");
	snprintf(want, sizeof(want), "/c%u", cmd);
	return n >= strlen(want) &&
	       strncmp(p + n - strlen(want), want, strlen(want)) == 0;
}

static void
take_entries(const char *buf, size_t n)
{
	const struct dirent64_raw *d;
	const char *end;
	size_t at;
	pid_t pid;

	for (at = 0; at < n && nprocs < PROCS_MAX; at += d->reclen) {
		d = (const struct dirent64_raw *)(const void *)(buf + at);
		pid = (pid_t)digits(d->name, &end);
		if (pid > 1 && *end == '\0')
			procs[nprocs++] = (struct proc){.pid = pid};
	}
}

static void
list(void)
{
	static char buf[32768] __attribute__((aligned(8)));
	autoclose int fd =
	    openat(INSIDE_PROC, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	long n;

	nprocs = 0;
	if (fd < 0)
		return;
	while ((n = syscall(SYS_getdents64, fd, buf, sizeof(buf))) > 0)
		take_entries(buf, (size_t)n);
}

static bool
is_member(pid_t pid)
{
	size_t i;

	for (i = 0; i < nprocs; i++)
		if (procs[i].pid == pid)
			return procs[i].member;
	return false;
}

// Descendants of the reaper: again until nothing is added, as a child may be
// listed before its parent.
static void
mark_lineage(pid_t reaper, uint64_t until_us)
{
	bool again = true;
	size_t i;

	for (i = 0; i < nprocs && inside_now_us() < until_us; i++)
		procs[i].ppid = parent_of(procs[i].pid);
	nprocs = i;
	while (again) {
		again = false;
		for (i = 0; i < nprocs; i++) {
			if (procs[i].member || (procs[i].ppid != reaper &&
						   !is_member(procs[i].ppid)))
				continue;
			procs[i].member = again = true;
		}
	}
}

static void
mark(const struct command *c, uint64_t until_us)
{
	size_t i;

	list();
	if (c->reaper != 0) {
		mark_lineage(c->reaper, until_us);
		return;
	}
	for (i = 0; i < nprocs && inside_now_us() < until_us; i++)
		procs[i].member = in_cgroup(procs[i].pid, c->cmd);
}

bool
track_kill_cgroup(const struct command *c)
{
	return c->kill >= 0 && write(c->kill, "1", 1) == 1;
}

void
track_kill(const struct command *c, uint64_t until_us)
{
	size_t i;

	// A command may stop its reaper, which then would never tell.
	if (c->reaper != 0)
		kill(c->reaper, SIGCONT);
	// At once, not after a long look: the helper kills the rest of it.
	else if (c->main > 0)
		kill(c->main, SIGKILL);
	// One round. Who was forked meanwhile is met in the next one, which
	// comes until the command has no process left.
	mark(c, until_us);
	for (i = 0; i < nprocs; i++)
		if (procs[i].member)
			kill(procs[i].pid, SIGKILL);
}

// The number behind "\nkey" in /proc/PID/name, in bytes; -1: unreadable.
static int64_t
kilobytes(pid_t pid, const char *name, const char *const *keys)
{
	char buf[4096];
	const char *p;
	uint64_t sum = 0;

	if (get(pid, name, buf, sizeof(buf)) <= 0)
		return -1;
	for (; *keys != NULL; keys++) {
		p = strstr(buf, *keys);
		if (p == NULL)
			continue;
		p += strlen(*keys);
		sum += digits(p + strspn(p, " \t"), NULL) * 1024;
	}
	return (int64_t)sum;
}

// Anonymous and shared memory, both of which nothing on a disk stands for.
static uint64_t
resident(pid_t pid)
{
	static const char *const keys[] = {"\nRssAnon:", "\nRssShmem:", NULL};
	int64_t n = kilobytes(pid, "status", keys);

	return n > 0 ? (uint64_t)n : 0;
}

// The same, pages of several processes by their part. Of a process that made
// itself unreadable, all: or it could hide by that.
static uint64_t
proportional(pid_t pid)
{
	static const char *const keys[] = {"\nPss_Anon:", "\nPss_Shmem:", NULL};
	int64_t n = kilobytes(pid, "smaps_rollup", keys);

	return n >= 0 ? (uint64_t)n : resident(pid);
}

// System V segments, which need no process: the box's own, by its namespace.
static uint64_t
segments(void)
{
	struct shm_info info;

	if (syscall(SYS_shmctl, 0, SHM_INFO, &info) < 0)
		return 0;
	return info.shm_rss * 4096;
}

static uint64_t
sum_of(uint64_t (*bytes)(pid_t), uint64_t until_us)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < nprocs && inside_now_us() < until_us; i++)
		if (procs[i].member)
			sum += bytes(procs[i].pid);
	return sum;
}

uint64_t
track_memory(const struct command *c, uint64_t limit, uint64_t until_us)
{
	uint64_t sum, shm = segments();

	mark(c, until_us);
	sum = sum_of(resident, until_us);
	// Pages shared by fork count once for each process in sum. Only the
	// costly answer is good enough to kill for.
	if (sum > limit)
		sum = sum_of(proportional, until_us);
	// Attached ones are in sum already.
	return sum > shm ? sum : shm;
}
