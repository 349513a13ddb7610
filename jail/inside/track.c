// SPDX-License-Identifier: ISC
// Which processes are a command's: what its cgroup lists; or who descends
// from its reaper, or from nobody's, read from the box's own /proc.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "jail/inside/inside.h"
#include "jail/inside/procfs.h"
#include "jail/inside/track.h"

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
static pid_t found[PROCS_MAX];
static size_t nfound;

static void
take_entries(const char *buf, size_t n)
{
	const struct dirent64 *d;
	const char *end;
	size_t at;
	pid_t pid;

	for (at = 0; at < n && nprocs < PROCS_MAX; at += d->d_reclen) {
		d = (const struct dirent64 *)(const void *)(buf + at);
		pid = (pid_t)procfs_digits(d->d_name, &end);
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

static void
list_parents(uint64_t until_us)
{
	size_t i;

	list();
	for (i = 0; i < nprocs && clock_us() < until_us; i++)
		procs[i].ppid = procfs_parent(procs[i].pid);
	nprocs = i;
}

// Descendants of the reaper: again until nothing is added, as a child may be
// listed before its parent.
static void
mark_lineage(pid_t reaper)
{
	bool again = true;
	size_t i;

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
find_marked(bool member)
{
	size_t i;

	for (i = 0; i < nprocs; i++)
		if (procs[i].member == member && procs[i].ppid != 0)
			found[nfound++] = procs[i].pid;
}

static void
find_lineage(pid_t reaper, uint64_t until_us)
{
	list_parents(until_us);
	mark_lineage(reaper);
	find_marked(true);
}

// Whoever is neither another command's reaper nor below one.
static void
find_rest(const struct init *init, uint64_t until_us)
{
	size_t i, j;

	list_parents(until_us);
	for (i = 0; i < init->slots; i++) {
		const struct command *other = &init->commands[i];

		if (other->state < COMMAND_RUNNING || other->reaper == 0)
			continue;
		mark_lineage(other->reaper);
		for (j = 0; j < nprocs; j++)
			if (procs[j].pid == other->reaper)
				procs[j].member = true;
	}
	find_marked(false);
}

static void
take_line(const char *line)
{
	pid_t pid = (pid_t)procfs_digits(line, NULL);

	// 0 is one that is not in our namespace: nobody's of ours.
	if (pid > 1 && nfound < PROCS_MAX)
		found[nfound++] = pid;
}

// cgroup.procs: a number a line, as this process sees them.
static void
find_listed(int file)
{
	static char buf[16384];
	char *line, *end;
	size_t have = 0;
	off_t at = 0;
	ssize_t n;

	while ((n = pread(file, buf + have, sizeof(buf) - 1 - have, at)) > 0) {
		at += n;
		have += (size_t)n;
		buf[have] = '\0';
		for (line = buf; (end = strchr(line, '\n')) != NULL;
		     line = end + 1)
			take_line(line);
		have -= (size_t)(line - buf);
		memmove(buf, line, have);
	}
}

static void
find(const struct init *init, const struct command *c, uint64_t until_us)
{
	nfound = 0;
	if (c->reaper != 0)
		find_lineage(c->reaper, until_us);
	else if (c->rest)
		find_rest(init, until_us);
	else
		find_listed(c->procs);
}

void
track_members(const struct init *init, const struct command *c,
    uint64_t until_us, struct members *m)
{
	find(init, c, until_us);
	*m = (struct members){found, nfound, until_us};
}

bool
track_empty(const struct command *c)
{
	char first;

	return c->procs >= 0 && pread(c->procs, &first, 1, 0) == 0;
}

bool
track_kill_cgroup(const struct command *c)
{
	return c->kill >= 0 && write(c->kill, "1", 1) == 1;
}

void
track_kill(const struct init *init, const struct command *c, uint64_t until_us)
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
	find(init, c, until_us);
	for (i = 0; i < nfound; i++)
		kill(found[i], SIGKILL);
}

bool
track_kill_rest(
    const struct init *init, const struct command *c, uint64_t until_us)
{
	// Alone: all of the box's, at once, and nobody can be born meanwhile.
	if (init->running == 1)
		return kill(-1, SIGKILL) != 0 && errno == ESRCH;
	track_kill(init, c, until_us);
	return nfound == 0 && clock_us() < until_us;
}
