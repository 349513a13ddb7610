// SPDX-License-Identifier: ISC
// What holds each limit: decided before anything of the box runs.
#include "jail/enforce.h"
#include "jail/wire/wire.h"

static uint32_t
pids_by(const struct enforce_host *h)
{
	if (h->pids)
		return WIRE_BY_CGROUP;
	// The kernel counts processes of every id but uid 0.
	return h->uncounted ? WIRE_BY_MISSING : WIRE_BY_RLIMIT;
}

void
enforce_plan(const struct enforce_host *h, const uint64_t limit[LIMIT__COUNT],
    uint32_t by[LIMIT__COUNT])
{
	int i;

	for (i = 0; i < LIMIT__COUNT; i++)
		by[i] = WIRE_BY_MISSING;
	by[LIMIT_FSIZE] = by[LIMIT_NOFILE] = WIRE_BY_RLIMIT;
	by[LIMIT_TIME] = by[LIMIT_OUTPUT] = WIRE_BY_WATCHDOG;
	by[LIMIT_TMP] = WIRE_BY_KERNEL;
	by[LIMIT_MEMORY] = h->memory ? WIRE_BY_CGROUP : WIRE_BY_WATCHDOG;
	by[LIMIT_PIDS] = pids_by(h);
	// The usual weight is what the scheduler gives anyway.
	if (limit[LIMIT_CPU_WEIGHT] == 100)
		by[LIMIT_CPU_WEIGHT] = WIRE_BY_KERNEL;
	for (i = 0; i < LIMIT__COUNT; i++)
		if (limit[i] == 0)
			by[i] = WIRE_BY_NONE;
}
