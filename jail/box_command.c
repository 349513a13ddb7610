// SPDX-License-Identifier: ISC
// A command of a sandbox, as the helper sees it: its cgroup, its limits, and
// what it used.
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/box.h"

// Whether pid 1 has to know the cgroup's CPU time, or to slow it down.
static bool
is_watched(const struct box *b)
{
	const uint32_t *by = b->facts.enforced;

	return by[LIMIT_CPU] == WIRE_BY_WATCHDOG ||
	       by[LIMIT_SESSION_CPU] == WIRE_BY_WATCHDOG ||
	       by[LIMIT_IO_RATE] == WIRE_BY_WATCHDOG ||
	       by[LIMIT_CPU_TIME] == WIRE_BY_WATCHDOG ||
	       by[LIMIT_SESSION_CPU_TIME] == WIRE_BY_WATCHDOG;
}

// A cgroup for a command, and pid 1 told of it.
static int
announce(struct box *b, uint32_t cmd, struct err *e)
{
	const struct cgroup_limits l = {
	    .memory = b->spec->limit[LIMIT_MEMORY],
	    .pids = b->spec->limit[LIMIT_PIDS],
	    .cpu = b->spec->limit[LIMIT_CPU],
	    .cpu_weight = b->spec->limit[LIMIT_CPU_WEIGHT],
	    .io_rate = b->spec->limit[LIMIT_IO_RATE],
	    .device = b->disk,
	};
	struct wire_command c = {.cmd = cmd};
	int fds[5] = {-1, -1, -1, -1, -1};
	int rc = 0, i;

	if (cgroup_command(&b->cgroup, cmd, &l, fds, e) != 0)
		return -1;
	if (is_watched(b))
		rc = cgroup_watch(&b->cgroup, fds[0], fds + 4, e);
	if (rc == 0)
		rc = wire_send(b->ctl, MSG_DONTWAIT,
		    is_watched(b) ? WIRE_CGROUP_WATCHED : WIRE_CGROUP, 0, &c,
		    fds, e);
	for (i = 0; i < 5; i++)
		fd_close(&fds[i]);
	return rc;
}

int
box_command(struct box *b, uint32_t cmd, struct err *e)
{
	struct wire_command c = {.cmd = cmd};
	uint32_t spare = b->spare;

	if (b->cgroup.base < 0)
		return wire_send(
		    b->ctl, MSG_DONTWAIT, WIRE_LINEAGE, 0, &c, NULL, e);
	b->spare = 0;
	if (spare == cmd)
		return 0;
	// Of a number that was passed over: it goes with the box at the latest.
	if (spare != 0)
		cgroup_remove(&b->cgroup, spare);
	return announce(b, cmd, e);
}

void
box_expect(struct box *b)
{
	struct err ignored;

	if (b->cgroup.base >= 0 && announce(b, 1, &ignored) == 0)
		b->spare = 1;
}

void
box_release(struct box *b, uint32_t cmd)
{
	// What cannot be removed goes with the box.
	(void)cgroup_remove(&b->cgroup, cmd);
}

int
box_kill(struct box *b, uint32_t cmd, struct err *e)
{
	if (b->cgroup.base < 0)
		return err_set(e, ERR_CGROUP, 0, "no cgroup to kill");
	return cgroup_kill(&b->cgroup, cmd, e);
}

#define BIT(limit) (UINT64_C(1) << (limit))

// Whose limit a group ran into: its own, or the box's. A host that is out of
// memory kills as well, and then it is neither.
static uint64_t
memory_hit(const uint64_t *limit, const struct cgroup_usage *u)
{
	if (u->oom != 0 && limit[LIMIT_MEMORY] != 0)
		return BIT(LIMIT_MEMORY);
	if (u->oom_killed != 0 && limit[LIMIT_SESSION_MEMORY] != 0)
		return BIT(LIMIT_SESSION_MEMORY);
	return 0;
}

// Before Linux 6.11 the box's refusals are counted in the command's group.
static uint64_t
pids_hit(const uint64_t *limit, const struct cgroup_usage *u)
{
	if (u->pids_refused == 0)
		return u->whole_refused != 0 ? BIT(LIMIT_SESSION_PIDS) : 0;
	if (limit[LIMIT_PIDS] != 0 && (limit[LIMIT_SESSION_PIDS] == 0 ||
					  u->pids_peak >= limit[LIMIT_PIDS]))
		return BIT(LIMIT_PIDS);
	return BIT(LIMIT_SESSION_PIDS);
}

int
box_finish(struct box *b, uint32_t cmd, struct wire_usage *u, struct err *e)
{
	struct cgroup_usage cu = {0};

	if (b->cgroup.base >= 0 && cgroup_finish(&b->cgroup, cmd, &cu, e) != 0)
		return -1;
	memset(u, 0, sizeof(*u));
	u->cmd = cmd;
	u->oom_killed = (uint32_t)cu.oom_killed;
	u->hits =
	    memory_hit(b->spec->limit, &cu) | pids_hit(b->spec->limit, &cu);
	u->used.cpu_user_usec = cu.cpu_user_usec;
	u->used.cpu_system_usec = cu.cpu_system_usec;
	u->used.memory_peak = cu.memory_peak;
	u->used.pids_peak = (uint32_t)cu.pids_peak;
	u->used.io_read = cu.io_read;
	u->used.io_written = cu.io_written;
	return 0;
}
