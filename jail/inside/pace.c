// SPDX-License-Identifier: ISC
// Speed without a controller: a command that used more than its share stands
// still, frozen with its cgroup, until it has paid for it.
#include <string.h>
#include <unistd.h>
#include "jail/inside/inside.h"
#include "jail/inside/procfs.h"
#include "jail/inside/track.h"
#include "jail/inside/watch.h"

enum {
	LOOK_US = 10000,
	IDLE_US = 50000,   // between two looks at one that uses nothing
	SAVE_US = 100000,  // what was not used so long may be used at once
	STILL_US = 500000, // at most without a look
};

// The number behind a line's key; 0: there is none.
static uint64_t
number(const char *text, const char *key)
{
	const char *p = strstr(text, key);

	return p != NULL ? procfs_digits(p + strlen(key), NULL) : 0;
}

void
pace_used(const struct pace *p, uint64_t *user, uint64_t *system)
{
	char buf[512];
	ssize_t n = p->stat < 0 ? -1 : pread(p->stat, buf, sizeof(buf) - 1, 0);

	buf[n > 0 ? n : 0] = '\0';
	*user = number(buf, "\nuser_usec ");
	*system = number(buf, "\nsystem_usec ");
}

uint64_t
pace_cpu(const struct pace *p)
{
	uint64_t user, system;

	pace_used(p, &user, &system);
	return user + system;
}

// Bytes to or from disks, whichever is more.
static uint64_t
io_of(const struct init *init, const struct command *c, uint64_t now)
{
	struct procfs_sums s = {0};
	struct members m;
	size_t i;

	track_members(init, c, now + LOOK_US, &m);
	for (i = 0; i < m.n; i++)
		procfs_add_io(m.pid[i], &s);
	return s.io_read > s.io_written ? s.io_read : s.io_written;
}

// What came in at per_s (of units a second) in dt_us, less what was used, and
// no more than may be saved. Returns how long it takes to be even again.
static uint64_t
settle(int64_t *left, uint64_t per_s, uint64_t dt_us, uint64_t used)
{
	const uint64_t save =
	    per_s / 1000000 * SAVE_US + per_s % 1000000 * SAVE_US / 1000000;

	*left += (int64_t)(per_s / 1000000 * dt_us +
			   per_s % 1000000 * dt_us / 1000000);
	if (*left > (int64_t)save)
		*left = (int64_t)save;
	*left -= (int64_t)used;
	if (*left >= 0)
		return 0;
	return (uint64_t) - *left / (per_s / 1000000 + 1) >= STILL_US
		   ? STILL_US
		   : (uint64_t) - *left * 1000000 / per_s;
}

static void
freeze(struct pace *p, bool still)
{
	// If it cannot be written it goes on: its directory is being removed.
	if (p->frozen != still &&
	    pwrite(p->freeze, still ? "1" : "0", 1, 0) == 1)
		p->frozen = still;
}

static bool
paced(const struct init *init, enum spec_limit limit)
{
	return init->in->by[limit] == WIRE_BY_WATCHDOG;
}

void
pace_look(struct init *init, struct command *c, uint64_t now)
{
	const uint64_t *limit = init->in->limit;
	struct pace *p = &c->pace;
	uint64_t dt = now - p->seen_us, cpu, io, used, debt = 0, d;

	cpu = pace_cpu(p);
	used = cpu - p->cpu_usec;
	if (paced(init, LIMIT_CPU))
		debt = settle(&p->cpu_left, limit[LIMIT_CPU] * 10000, dt, used);
	if (paced(init, LIMIT_SESSION_CPU)) {
		// All pay into one purse; time fills it once.
		d = settle(&init->cpu_left, limit[LIMIT_SESSION_CPU] * 10000,
		    now - init->paced_us, used);
		init->paced_us = now;
		debt = d > debt ? d : debt;
	}
	if (paced(init, LIMIT_IO_RATE)) {
		io = io_of(init, c, now);
		// Less than before: one that was counted has ended.
		d = settle(&p->io_left, limit[LIMIT_IO_RATE], dt,
		    io > p->io ? io - p->io : 0);
		p->io = io;
		debt = d > debt ? d : debt;
	}
	p->cpu_usec = cpu;
	p->seen_us = now;
	freeze(p, debt > 0);
	if (debt > 0)
		p->next_us = now + (debt < STILL_US ? debt : STILL_US);
	else
		p->next_us = now + (used > 0 ? LOOK_US : IDLE_US);
}
