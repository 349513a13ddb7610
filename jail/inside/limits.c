// SPDX-License-Identifier: ISC
// Limits that a command takes upon itself before it is executed, and whether
// the box has any time left for it.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "jail/inside/inside.h"

// Lowered, never raised; 0 is no limit.
static int
lower(int what, uint64_t most)
{
	struct rlimit r;

	if (most == 0)
		return 0;
	if (getrlimit(what, &r) != 0)
		return errno;
	if (r.rlim_max <= most)
		return 0;
	r.rlim_cur = r.rlim_max = most;
	return setrlimit(what, &r) != 0 ? errno : 0;
}

// What a process begins with, where pid 1 has more.
static rlim_t files_begin;

int
limits_more_files(struct err *e)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return err_set(e, ERR_LIMIT, errno, "getrlimit nofile");
	files_begin = r.rlim_cur;
	r.rlim_cur = r.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &r) != 0)
		return err_set(e, ERR_LIMIT, errno, "setrlimit nofile");
	return 0;
}

static int
limit_files(uint64_t most)
{
	struct rlimit r;

	if (most != 0)
		return lower(RLIMIT_NOFILE, most);
	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return errno;
	r.rlim_cur = files_begin;
	return setrlimit(RLIMIT_NOFILE, &r) != 0 ? errno : 0;
}

// Of one process, should pid 1 be slow to add up those of all.
static int
limit_cpu_time(uint64_t ms)
{
	struct rlimit r = {
	    .rlim_cur = ms / 1000 + 1, .rlim_max = ms / 1000 + 2};

	return ms != 0 && setrlimit(RLIMIT_CPU, &r) != 0 ? errno : 0;
}

// The weight's steps are a fourth each, and only go down without a right.
static int
be_nice(uint64_t weight)
{
	char text[16];
	int fd, nice = 0;
	uint64_t at;

	for (at = 100000; at > weight * 1000 && nice < 19; nice++)
		at = at * 4 / 5;
	if (setpriority(PRIO_PROCESS, 0, nice) != 0)
		return errno;
	// Where sessions are scheduled against each other, it is this one's.
	fd = open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	snprintf(text, sizeof(text), "%d", nice);
	if (write(fd, text, strlen(text)) < 0 && errno != EAGAIN)
		return errno;
	close(fd);
	return 0;
}

int
limits_take(const struct exec_child *c)
{
	const uint64_t *limit = c->in->limit;
	int sys = limit_files(limit[LIMIT_NOFILE]);

	if (sys == 0)
		sys = lower(RLIMIT_NPROC, c->pids);
	if (sys == 0)
		sys = limit_cpu_time(limit[LIMIT_CPU_TIME]);
	if (sys == 0 && c->in->by[LIMIT_CPU_WEIGHT] == WIRE_BY_KERNEL &&
	    limit[LIMIT_CPU_WEIGHT] < 100)
		sys = be_nice(limit[LIMIT_CPU_WEIGHT]);
	return sys;
}

// Processes that the kernel lets it have: it counts the box's all together, so
// those of the others, ours and the reapers come on top. 0: it does not count.
uint64_t
limits_pids(const struct init *init, const struct command *c)
{
	const struct command *other;
	uint64_t most = init->in->limit[LIMIT_PIDS];
	uint64_t whole = init->in->limit[LIMIT_SESSION_PIDS];
	uint64_t ours = 1 + (c->cgroup < 0 && !c->rest), theirs = 0;
	size_t i;

	for (i = 0; i < init->slots && init->running > 0; i++) {
		other = &init->commands[i];
		if (other->state < COMMAND_RUNNING)
			continue;
		ours += other->reaper != 0;
		theirs += other->use.pids != 0 ? other->use.pids : 1;
	}
	if (init->in->by[LIMIT_PIDS] != WIRE_BY_RLIMIT)
		most = UINT64_MAX / 2;
	if (init->in->by[LIMIT_SESSION_PIDS] != WIRE_BY_RLIMIT)
		whole = UINT64_MAX / 2;
	if (most + theirs < whole)
		whole = most + theirs;
	return whole != UINT64_MAX / 2 ? whole + ours : 0;
}

int
limits_spent(const struct init *init, struct err *e)
{
	const enum spec_limit limit = watch_spent(init);

	if (limit == LIMIT__COUNT)
		return 0;
	return err_set(e, ERR_LIMIT, 0,
	    "the sandbox has used up its limit %s: start another one",
	    limit == LIMIT_SESSION_TIME ? "session-time" : "session-cpu-time");
}
