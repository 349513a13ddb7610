// SPDX-License-Identifier: ISC
// What holds each limit: decided before anything of the box runs.
#include "jail/cgroup.h"
#include "jail/enforce.h"
#include "jail/wire/wire.h"

// By the controller; or else by that.
static uint32_t
controlled(const struct enforce_host *h, unsigned controller, uint32_t other)
{
	return (h->has & controller) != 0 ? WIRE_BY_CGROUP : other;
}

// A speed is held by standing still at times.
static uint32_t
slowed(const struct enforce_host *h, unsigned controller)
{
	return controlled(
	    h, controller, h->freezer ? WIRE_BY_WATCHDOG : WIRE_BY_MISSING);
}

static uint32_t
weight_by(const struct enforce_host *h, uint64_t weight)
{
	// The usual is what the scheduler gives anyway; and it takes less
	// without a controller, too, but gives nobody more.
	if (weight == 100)
		return WIRE_BY_KERNEL;
	return controlled(
	    h, CGROUP_CPU, weight < 100 ? WIRE_BY_KERNEL : WIRE_BY_MISSING);
}

static uint32_t
limit_by(const struct enforce_host *h, enum spec_limit limit, uint64_t value)
{
	switch (limit) {
	case LIMIT_FSIZE:
	case LIMIT_NOFILE:
		return WIRE_BY_RLIMIT;
	case LIMIT_TMP:
		return WIRE_BY_KERNEL;
	case LIMIT_MEMORY:
	case LIMIT_SESSION_MEMORY:
		return controlled(h, CGROUP_MEMORY, WIRE_BY_WATCHDOG);
	case LIMIT_PIDS:
	case LIMIT_SESSION_PIDS:
		return controlled(h, CGROUP_PIDS,
		    h->uncounted ? WIRE_BY_WATCHDOG : WIRE_BY_RLIMIT);
	case LIMIT_CPU:
	case LIMIT_SESSION_CPU:
		return slowed(h, CGROUP_CPU);
	case LIMIT_IO_RATE:
		return slowed(h, CGROUP_IO);
	case LIMIT_NET_CONNECTIONS:
	case LIMIT_NET_NAMES:
	case LIMIT_NET_UP:
	case LIMIT_NET_DOWN:
	case LIMIT_NET_RATE:
		// Without a network there is nothing to hold.
		return h->gate ? WIRE_BY_BROKER : WIRE_BY_NONE;
	case LIMIT_CPU_WEIGHT:
		return weight_by(h, value);
	default:
		return WIRE_BY_WATCHDOG;
	}
}

void
enforce_plan(const struct enforce_host *h, const uint64_t limit[LIMIT__COUNT],
    uint32_t by[LIMIT__COUNT])
{
	int i;

	for (i = 0; i < LIMIT__COUNT; i++)
		by[i] = limit[i] == 0
			    ? WIRE_BY_NONE
			    : limit_by(h, (enum spec_limit)i, limit[i]);
}
