// SPDX-License-Identifier: ISC
// What a command uses, held against the limits that pid 1 watches: its own,
// and those of the whole box, of which each command is a part.
#include <signal.h>
#include "jail/base/clock.h"
#include "jail/inside/inside.h"
#include "jail/inside/track.h"

enum {
	// What is left of a limit, at the speed at which a machine can hand it
	// out, is the time until the next look.
	MEMORY_PER_US = 4096,
	DISK_PER_US = 2048,
	US_PER_FORK = 50,
	LEAST_US = 1000,
	MOST_US = 400000,
	DEAR_US = 1000000, // and where a look costs much, even at that price
	// Who grows so fast that the limit is so many looks away is looked at
	// more closely; so much of pid 1's time, and one part in SLACK, may go
	// on that.
	CLOSE = 20,
	CLOSE_SHARE = 8,
	CLOSE_US = 10000,
	SLACK = 256,
};

bool
watch_watched(const struct init *init, enum spec_limit limit)
{
	return init->in->by[limit] == WIRE_BY_WATCHDOG;
}

static uint64_t
limit_of(const struct init *init, enum spec_limit limit)
{
	uint64_t v = init->in->limit[limit];

	return v != 0 && watch_watched(init, limit) ? v : UINT64_MAX;
}

// True, and it is being killed, if it is over that limit.
static bool
over(struct init *init, struct command *c, enum spec_limit limit,
    uint64_t value, uint64_t now)
{
	if (value <= limit_of(init, limit) || c->kill_us != 0)
		return false;
	command_hit(c, limit);
	watch_kill(init, c, now);
	return true;
}

// The time that is left at the fastest that it can be used up.
static uint64_t
left(const struct init *init, enum spec_limit limit, uint64_t value,
    uint64_t per_us)
{
	uint64_t most = limit_of(init, limit);

	return most == UINT64_MAX || value > most ? MOST_US
						  : (most - value) / per_us;
}

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

struct total {
	uint64_t memory, cpu_usec, written, pids;
	struct command *most_memory, *most_written, *most_pids;
};

// Of all commands, as each was last seen.
static void
total(struct init *init, struct total *t)
{
	struct command *c;
	size_t i;

	*t = (struct total){
	    .cpu_usec = init->cpu_usec, .written = init->io_written};
	for (i = 0; i < init->slots; i++) {
		c = &init->commands[i];
		if (c->state != COMMAND_RUNNING)
			continue;
		t->memory += c->use.own;
		t->cpu_usec += c->use.cpu_usec;
		t->written += c->use.io_written;
		t->pids += c->use.pids;
		if (t->most_memory == NULL ||
		    c->use.own > t->most_memory->use.own)
			t->most_memory = c;
		if (t->most_written == NULL ||
		    c->use.io_written > t->most_written->use.io_written)
			t->most_written = c;
		if (t->most_pids == NULL ||
		    c->use.pids > t->most_pids->use.pids)
			t->most_pids = c;
	}
	t->memory += init->objects;
}

static void
sum_up(const struct init *init, const struct command *c,
    const struct members *m, struct procfs_sums *s)
{
	const bool io = watch_watched(init, LIMIT_DISK) ||
			watch_watched(init, LIMIT_SESSION_DISK);
	const bool cpu = c->pace.stat < 0 &&
			 (watch_watched(init, LIMIT_CPU_TIME) ||
			     watch_watched(init, LIMIT_SESSION_CPU_TIME));
	size_t i;

	*s = (struct procfs_sums){0};
	for (i = 0; i < m->n && clock_us() < m->until_us; i++) {
		procfs_add_memory(m->pid[i], s);
		if (io)
			procfs_add_io(m->pid[i], s);
		if (cpu)
			procfs_add_cpu(m->pid[i], s);
	}
	if (cpu && c->reaper != 0)
		procfs_add_cpu(c->reaper, s);
	s->cpu_usec += c->orphans.cpu_user_usec + c->orphans.cpu_system_usec;
}

static void
note_use(struct init *init, struct command *c, const struct members *m,
    const struct procfs_sums *s)
{
	const uint64_t most = least(
	    limit_of(init, LIMIT_MEMORY), limit_of(init, LIMIT_SESSION_MEMORY));
	struct use *u = &c->use;

	u->pids = s->threads;
	if (u->pids > u->pids_peak)
		u->pids_peak = u->pids;
	// Who ends takes his part along: never less than once seen.
	if (s->io_written > u->io_written)
		u->io_written = s->io_written;
	if (s->io_read > u->io_read)
		u->io_read = s->io_read;
	if (s->cpu_usec > u->cpu_usec)
		u->cpu_usec = s->cpu_usec;
	if (c->pace.stat >= 0)
		u->cpu_usec = pace_cpu(&c->pace);
	if (most == UINT64_MAX)
		return;
	u->memory = memory_of(&c->memory, m, s, most);
	u->own = u->memory - least(c->memory.objects, u->memory);
	init->objects = c->memory.start + c->memory.objects;
	if (u->memory > u->memory_peak)
		u->memory_peak = u->memory;
}

// What the kernel refuses is no reason to kill; but where it counts others
// along, one may come to have more than its own.
static void
judge_pids(struct init *init, struct command *c, uint64_t now)
{
	uint64_t most = init->in->limit[LIMIT_PIDS];
	uint64_t whole = init->in->limit[LIMIT_SESSION_PIDS];

	if (watch_watched(init, LIMIT_PIDS)) {
		over(init, c, LIMIT_PIDS, c->use.pids, now);
		return;
	}
	if (init->in->by[LIMIT_PIDS] != WIRE_BY_RLIMIT)
		return;
	if (c->use.pids >= most)
		command_hit(c, LIMIT_PIDS);
	else if (whole != 0 && c->use.pids >= whole)
		command_hit(c, LIMIT_SESSION_PIDS);
	if (c->use.pids > most + most / 10 + 1) {
		watch_kill(init, c, now);
	}
}

static uint64_t
session_added(struct init *init, const struct total *t)
{
	struct members none = {0};

	init->added = disk_added(
	    &init->disk, &none, t->written, limit_of(init, LIMIT_SESSION_DISK));
	return init->added;
}

uint64_t
judge_added(struct init *init)
{
	struct total t;

	if (init->added <= limit_of(init, LIMIT_SESSION_DISK))
		return init->added;
	total(init, &t);
	return session_added(init, &t);
}

static uint64_t
judge_session(struct init *init, uint64_t now)
{
	struct total t;
	uint64_t added = 0;

	total(init, &t);
	if (t.most_memory == NULL)
		return MOST_US;
	over(init, t.most_memory, LIMIT_SESSION_MEMORY, t.memory, now);
	over(init, t.most_pids, LIMIT_SESSION_PIDS, t.pids, now);
	if (watch_watched(init, LIMIT_SESSION_DISK)) {
		added = session_added(init, &t);
		// Who began when it was too much already may take away.
		if (added > t.most_written->added_before)
			over(init, t.most_written, LIMIT_SESSION_DISK, added,
			    now);
	}
	init->total_cpu_usec = t.cpu_usec;
	return least(left(init, LIMIT_SESSION_MEMORY, t.memory, MEMORY_PER_US),
	    least(left(init, LIMIT_SESSION_DISK, added, DISK_PER_US),
		left(init, LIMIT_SESSION_PIDS, t.pids, 1) * US_PER_FORK));
}

static uint64_t
judge(
    struct init *init, struct command *c, const struct members *m, uint64_t now)
{
	uint64_t wait;

	if (watch_watched(init, LIMIT_DISK))
		c->use.added = disk_added(
		    &c->disk, m, c->use.io_written, limit_of(init, LIMIT_DISK));
	over(init, c, LIMIT_MEMORY, c->use.memory, now);
	over(init, c, LIMIT_CPU_TIME, c->use.cpu_usec / 1000, now);
	over(init, c, LIMIT_DISK, c->use.added, now);
	judge_pids(init, c, now);
	wait = judge_session(init, now);
	wait =
	    least(wait, left(init, LIMIT_MEMORY, c->use.memory, MEMORY_PER_US));
	wait = least(wait, left(init, LIMIT_DISK, c->use.added, DISK_PER_US));
	wait =
	    least(wait, left(init, LIMIT_PIDS, c->use.pids, 1) * US_PER_FORK);
	wait =
	    least(wait, left(init, LIMIT_CPU_TIME, c->use.cpu_usec / 1000, 1) *
			    1000 / init->in->cpus);
	return wait;
}

// Whether a limit is near, at the speed at which it was approached since the
// last look.
static bool
near(uint64_t most, uint64_t now, uint64_t before)
{
	return most != UINT64_MAX && now > before && now <= most &&
	       (most - now) / CLOSE < now - before;
}

// Whether it is worth being exact, and there is time to spare for it.
static bool
close_by(const struct init *init, const struct use *now, const struct use *was)
{
	const uint64_t memory = least(
	    limit_of(init, LIMIT_MEMORY), limit_of(init, LIMIT_SESSION_MEMORY));
	const uint64_t disk = least(
	    limit_of(init, LIMIT_DISK), limit_of(init, LIMIT_SESSION_DISK));

	return (near(memory, now->memory, was->memory) ||
		   near(disk, now->added, was->added)) &&
	       init->close_us <
		   CLOSE_US + (clock_us() - init->start_us) / SLACK;
}

uint64_t
judge_look(struct init *init, struct command *c, uint64_t now)
{
	const uint64_t start = inside_busy_us();
	const struct use was = c->use;
	struct procfs_sums s;
	struct members m;
	uint64_t took, wait;

	// Its processes are many, and leave us little time: not past its time.
	track_members(
	    init, c, c->deadline_us != 0 ? c->deadline_us : UINT64_MAX, &m);
	sum_up(init, c, &m, &s);
	note_use(init, c, &m, &s);
	wait = judge(init, c, &m, now);
	wait = wait < LEAST_US ? LEAST_US : wait > MOST_US ? MOST_US : wait;
	// Of our own time, not of the clock's: who keeps us from the processor
	// may make a look as long as it likes, but not the next one late.
	// What has its own price is not paid twice.
	took = inside_busy_us() - start - c->memory.dear_us;
	if (close_by(init, &c->use, &was)) {
		init->close_us += took;
		took *= CLOSE_SHARE;
	} else {
		took *= WATCH_SHARE;
	}
	took = least(took, DEAR_US);
	return clock_us() + (wait < took ? took : wait);
}

bool
judge_needed(const struct init *init)
{
	static const uint8_t limits[] = {LIMIT_CPU_TIME, LIMIT_MEMORY,
	    LIMIT_PIDS, LIMIT_DISK, LIMIT_SESSION_CPU_TIME,
	    LIMIT_SESSION_MEMORY, LIMIT_SESSION_PIDS, LIMIT_SESSION_DISK};
	size_t i;

	for (i = 0; i < sizeof(limits); i++)
		if (watch_watched(init, (enum spec_limit)limits[i]))
			return true;
	return false;
}
