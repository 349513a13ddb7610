// SPDX-License-Identifier: ISC
// Which processes are a command's, and what they use: read from the box's own
// /proc, by pid 1, which has no privilege to lose over it.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
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

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	return fd_read_text(AT_FDCWD, path, buf, size);
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
	autoclose int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
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
mark_lineage(pid_t reaper)
{
	bool again = true;
	size_t i;

	for (i = 0; i < nprocs; i++)
		procs[i].ppid = parent_of(procs[i].pid);
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
mark(const struct command *c)
{
	size_t i;

	list();
	if (c->reaper != 0) {
		mark_lineage(c->reaper);
		return;
	}
	for (i = 0; i < nprocs; i++)
		procs[i].member = in_cgroup(procs[i].pid, c->cmd);
}

void
track_kill(const struct command *c)
{
	size_t i;

	// One round. Who was forked meanwhile is met in the next one, which
	// comes until the command has no process left.
	mark(c);
	for (i = 0; i < nprocs; i++)
		if (procs[i].member)
			kill(procs[i].pid, SIGKILL);
}

// Anonymous and written pages, shared ones by their part; -1 as 0.
static uint64_t
proportional(pid_t pid)
{
	char buf[2048];
	const char *p;

	if (get(pid, "smaps_rollup", buf, sizeof(buf)) <= 0)
		return 0;
	p = strstr(buf, "\nPss_Anon:");
	if (p == NULL)
		return 0;
	p += strlen("\nPss_Anon:");
	return digits(p + strspn(p, " "), NULL) * 1024;
}

// statm: size resident shared ..., in pages; without the shared ones.
static uint64_t
own_pages(pid_t pid)
{
	char buf[256];
	const char *p = buf;
	uint64_t resident, shared;

	if (get(pid, "statm", buf, sizeof(buf)) <= 0)
		return 0;
	digits(p, &p);
	resident = digits(p + (*p == ' '), &p);
	shared = digits(p + (*p == ' '), &p);
	return resident > shared ? (resident - shared) * 4096 : 0;
}

uint64_t
track_memory(const struct command *c, uint64_t limit)
{
	uint64_t sum = 0, pss = 0;
	size_t i;

	mark(c);
	for (i = 0; i < nprocs; i++)
		if (procs[i].member)
			sum += own_pages(procs[i].pid);
	if (sum <= limit)
		return sum;
	// Pages shared by fork count once for each process in sum. Only the
	// costly answer is good enough to kill for.
	for (i = 0; i < nprocs; i++)
		if (procs[i].member)
			pss += proportional(procs[i].pid);
	return pss != 0 ? pss : sum;
}
