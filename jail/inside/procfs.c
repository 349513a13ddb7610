// SPDX-License-Identifier: ISC
// Numbers about processes: what the files of /proc say, and no more.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/inside/inside.h"
#include "jail/inside/procfs.h"

enum {
	TICK_US = 10000, // of /proc, whatever the kernel's own tick is
};

ssize_t
procfs_read(pid_t pid, const char *name, char *buf, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "%d/%s", (int)pid, name);
	return fd_read_text(INSIDE_PROC, path, buf, size);
}

uint64_t
procfs_digits(const char *s, const char **end)
{
	uint64_t v = 0;

	while (*s >= '0' && *s <= '9')
		v = v * 10 + (uint64_t)(*s++ - '0');
	if (end != NULL)
		*end = s;
	return v;
}

// The stat file's fields from the state on, which is 0. "pid (name) state
// ppid ...": a name may hold anything, so from its end.
static const char *
stat_field(pid_t pid, unsigned n, char *buf, size_t size)
{
	const char *p;

	if (procfs_read(pid, "stat", buf, size) <= 0)
		return NULL;
	p = strrchr(buf, ')');
	for (n++; p != NULL && n > 0; n--) {
		p = strchr(p, ' ');
		if (p != NULL)
			p++;
	}
	return p;
}

pid_t
procfs_parent(pid_t pid)
{
	char buf[512];
	const char *p = stat_field(pid, 1, buf, sizeof(buf));

	return p != NULL ? (pid_t)procfs_digits(p, NULL) : 0;
}

void
procfs_add_cpu(pid_t pid, struct procfs_sums *s)
{
	char buf[512];
	// utime, stime, and cutime, cstime
	const char *p = stat_field(pid, 11, buf, sizeof(buf));
	int i;

	for (i = 0; i < 4 && p != NULL; i++) {
		s->cpu_usec += procfs_digits(p, &p) * TICK_US;
		p = strchr(p, ' ');
		if (p != NULL)
			p++;
	}
}

// The number behind "\nkey" in text.
static uint64_t
number(const char *text, const char *key)
{
	const char *p = strstr(text, key);

	if (p == NULL)
		return 0;
	p += strlen(key);
	return procfs_digits(p + strspn(p, " \t"), NULL);
}

void
procfs_add_memory(pid_t pid, struct procfs_sums *s)
{
	char buf[4096];

	if (procfs_read(pid, "status", buf, sizeof(buf)) <= 0)
		return;
	s->anon += number(buf, "\nRssAnon:") * 1024;
	s->shmem += number(buf, "\nRssShmem:") * 1024;
	s->tables += number(buf, "\nVmPTE:") * 1024;
	s->threads += (uint32_t)number(buf, "\nThreads:");
}

void
procfs_add_io(pid_t pid, struct procfs_sums *s)
{
	uint64_t written, cancelled;
	char buf[512];

	if (procfs_read(pid, "io", buf, sizeof(buf)) <= 0)
		return;
	written = number(buf, "\nwrite_bytes:");
	// What was removed before it came to a disk.
	cancelled = number(buf, "\ncancelled_write_bytes:");
	s->io_read += number(buf, "\nread_bytes:");
	s->io_written += written > cancelled ? written - cancelled : 0;
}

void
procfs_add_parts(pid_t pid, struct procfs_sums *s)
{
	char buf[4096];

	if (procfs_read(pid, "smaps_rollup", buf, sizeof(buf)) <= 0) {
		procfs_add_memory(pid, s);
		return;
	}
	s->anon += number(buf, "\nPss_Anon:") * 1024;
	s->shmem += number(buf, "\nPss_Shmem:") * 1024;
}

struct mapping {
	bool (*memfd)(uint64_t inode);
	bool counted; // the lines at hand are of a mapping of such an object
	uint64_t pss; // of it, bytes
	uint64_t sum;
};

// "START-END perms offset dev inode   path"
static bool
is_counted(const char *line, bool (*memfd)(uint64_t inode))
{
	const char *p = line;
	uint64_t inode;
	int i;

	for (i = 0; i < 4 && p != NULL; i++) {
		p = strchr(p, ' ');
		if (p != NULL)
			p++;
	}
	if (p == NULL)
		return false;
	inode = procfs_digits(p, &p);
	p += strspn(p, " ");
	if (strncmp(p, "/memfd:", 7) == 0)
		return memfd(inode);
	return strncmp(p, "/tmp/", 5) == 0 || strncmp(p, "/dev/shm/", 9) == 0 ||
	       strncmp(p, "/SYSV", 5) == 0;
}

static void
take_line(struct mapping *m, const char *line)
{
	uint64_t private;

	if (*line < 'A' || *line > 'Z') {
		m->counted = is_counted(line, m->memfd);
	} else if (m->counted && strncmp(line, "Pss:", 4) == 0) {
		m->pss = procfs_digits(line + 4 + strspn(line + 4, " "), NULL);
	} else if (m->counted && strncmp(line, "Anonymous:", 10) == 0) {
		// Pages of a private mapping that were written are no longer
		// the object's.
		private =
		    procfs_digits(line + 10 + strspn(line + 10, " "), NULL);
		if (m->pss > private)
			m->sum += (m->pss - private) * 1024;
	}
}

uint64_t
procfs_mapped(pid_t pid, bool (*memfd)(uint64_t inode))
{
	static char buf[32768];
	struct mapping m = {.memfd = memfd};
	autoclose int fd = -1;
	char path[32], *line, *end;
	size_t have = 0;
	ssize_t n;

	snprintf(path, sizeof(path), "%d/smaps", (int)pid);
	fd = openat(INSIDE_PROC, path, O_RDONLY | O_CLOEXEC);
	while (
	    fd >= 0 && (n = read(fd, buf + have, sizeof(buf) - 1 - have)) > 0) {
		have += (size_t)n;
		buf[have] = '\0';
		for (line = buf; (end = strchr(line, '\n')) != NULL;
		     line = end + 1) {
			*end = '\0';
			take_line(&m, line);
		}
		// The rest of a line; one without end is not of the kernel's.
		have -= (size_t)(line - buf);
		if (have == sizeof(buf) - 1)
			break;
		memmove(buf, line, have);
	}
	return m.sum;
}
