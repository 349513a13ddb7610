// SPDX-License-Identifier: ISC
// What a control group's files say of what was used, and of limits reached.
#include <stdlib.h>
#include <string.h>
#include "jail/base/fd.h"
#include "jail/cgroup.h"

// The number behind "key " at a line's start; 0 if it is not there.
uint64_t
cgroup_number(const char *text, const char *key)
{
	const char *p = text;
	size_t n = strlen(key);

	while (p != NULL) {
		if (strncmp(p, key, n) == 0 && p[n] == ' ')
			return strtoull(p + n + 1, NULL, 10);
		p = strchr(p, '\n');
		if (p != NULL)
			p++;
	}
	return 0;
}

bool
cgroup_has_word(const char *text, const char *word)
{
	const size_t n = strlen(word);
	const char *p;

	// "cpu" stands in "cpuset", too, which comes first.
	for (p = strstr(text, word); p != NULL; p = strstr(p + n, word))
		if ((p == text || p[-1] == ' ') &&
		    (p[n] == ' ' || p[n] == '\n' || p[n] == '\0'))
			return true;
	return false;
}

uint64_t
cgroup_sum(const char *text, const char *key)
{
	const char *p = text;
	size_t n = strlen(key);
	uint64_t sum = 0;

	while ((p = strstr(p, key)) != NULL) {
		if (p != text && p[-1] == ' ' && p[n] == '=')
			sum += strtoull(p + n + 1, NULL, 10);
		p += n;
	}
	return sum;
}

static void
read_memory(int dir, struct cgroup_usage *u)
{
	char buf[4096];

	if (fd_read_text(dir, "memory.peak", buf, sizeof(buf)) > 0)
		u->memory_peak = strtoull(buf, NULL, 10);
	if (fd_read_text(dir, "memory.events", buf, sizeof(buf)) > 0) {
		u->oom_killed = cgroup_number(buf, "oom_kill");
		u->oom = cgroup_number(buf, "oom");
	}
}

static void
read_pids(int dir, struct cgroup_usage *u)
{
	char buf[4096];

	// pids.peak since Linux 6.1
	if (fd_read_text(dir, "pids.peak", buf, sizeof(buf)) > 0)
		u->pids_peak = strtoull(buf, NULL, 10);
	if (fd_read_text(dir, "pids.events", buf, sizeof(buf)) > 0)
		u->pids_refused = cgroup_number(buf, "max");
}

void
cgroup_read_whole(struct cgroup *c, struct cgroup_usage *u)
{
	char buf[512];
	uint64_t n;

	if (!c->whole_pids ||
	    fd_read_text(c->box, "pids.events", buf, sizeof(buf)) <= 0)
		return;
	// Since Linux 6.11 it counts where the limit is, not who ran into it.
	n = cgroup_number(buf, "max");
	u->whole_refused = n - c->pids_refused;
	c->pids_refused = n;
}

void
cgroup_read_usage(unsigned has, int dir, struct cgroup_usage *u)
{
	char buf[4096];

	memset(u, 0, sizeof(*u));
	// There without its controller, too.
	if (fd_read_text(dir, "cpu.stat", buf, sizeof(buf)) > 0) {
		u->cpu_user_usec = cgroup_number(buf, "user_usec");
		u->cpu_system_usec = cgroup_number(buf, "system_usec");
	}
	if ((has & CGROUP_MEMORY) != 0)
		read_memory(dir, u);
	if ((has & CGROUP_PIDS) != 0)
		read_pids(dir, u);
	if ((has & CGROUP_IO) != 0 &&
	    fd_read_text(dir, "io.stat", buf, sizeof(buf)) > 0) {
		u->io_read = cgroup_sum(buf, "rbytes");
		u->io_written = cgroup_sum(buf, "wbytes");
	}
}
