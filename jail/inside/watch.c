// SPDX-License-Identifier: ISC
// The watchdog: when each command is to be looked at, what its time and the
// box's say, and who is still to be killed.
#include <signal.h>
#include "jail/base/clock.h"
#include "jail/inside/inside.h"
#include "jail/inside/track.h"

enum {
	KILL_MS = 2000,	  // for killing one by one
	LOOK_MS = 50,	  // for who is left, where the helper kills them, too
	FIRST_US = 10000, // most commands are over before a look is worth it
	HOUR_MS = 3600000,
};

// A round of killing. Who forks faster than we look, without a cgroup, takes
// the whole box's processes with it: only a kill of all is atomic, and no
// command may outlive its end for the sake of another.
static void
end_one(const struct init *init, struct command *c, uint64_t now)
{
	if (track_kill_cgroup(c))
		return;
	if (c->reaper == 0 && !c->rest)
		track_kill(init, c, now + LOOK_MS * 1000);
	else if (c->rest && init->running == 1)
		kill(-1, SIGKILL);
	else if (now - c->kill_us < KILL_MS * 1000)
		track_kill(init, c, c->kill_us + KILL_MS * 1000);
	else
		kill(-1, SIGKILL);
}

void
watch_kill(const struct init *init, struct command *c, uint64_t now)
{
	c->kill_us = now;
	end_one(init, c, now);
}

static uint64_t
session_deadline(const struct init *init)
{
	uint64_t ms = init->in->limit[LIMIT_SESSION_TIME];

	return ms != 0 && ms < UINT64_MAX / 2000 ? init->start_us + ms * 1000
						 : UINT64_MAX;
}

enum spec_limit
watch_spent(const struct init *init)
{
	uint64_t cpu_ms = init->in->limit[LIMIT_SESSION_CPU_TIME];

	if (clock_us() >= session_deadline(init))
		return LIMIT_SESSION_TIME;
	if (cpu_ms != 0 && init->total_cpu_usec / 1000 > cpu_ms)
		return LIMIT_SESSION_CPU_TIME;
	return LIMIT__COUNT;
}

void
watch_start(struct init *init, struct command *c)
{
	// As they were left, unless somebody is at work.
	c->memory.start = init->objects_known && init->running == 0
			      ? init->objects_start
			      : memory_objects();
	init->objects_known = false;
	if (watch_watched(init, LIMIT_DISK))
		disk_start(&c->disk);
	if (watch_watched(init, LIMIT_SESSION_DISK) && !init->disk_known) {
		disk_start(&init->disk);
		init->disk_known = true;
	}
	c->added_before = judge_added(init);
	c->looked_at = judge_needed(init);
	c->paced =
	    c->pace.freeze >= 0 && (watch_watched(init, LIMIT_CPU) ||
				       watch_watched(init, LIMIT_SESSION_CPU) ||
				       watch_watched(init, LIMIT_IO_RATE));
}

void
watch_begin(struct init *init, struct command *c)
{
	c->look_us = c->start_us + FIRST_US;
	c->pace.seen_us = c->pace.next_us = c->start_us;
	if (init->running == 0)
		init->paced_us = c->start_us;
}

void
watch_end(struct init *init, struct command *c)
{
	struct wire_used *u = &c->end.used;
	uint64_t cpu = u->cpu_user_usec + u->cpu_system_usec, user, system;

	// Of those, too, that nobody waited for.
	pace_used(&c->pace, &user, &system);
	if (user + system > cpu) {
		u->cpu_user_usec = user;
		u->cpu_system_usec = system;
		cpu = user + system;
	}
	if (c->use.cpu_usec > cpu)
		cpu = c->use.cpu_usec;
	init->cpu_usec += cpu;
	if (init->cpu_usec > init->total_cpu_usec)
		init->total_cpu_usec = init->cpu_usec;
	if (u->memory_peak < c->use.memory_peak)
		u->memory_peak = c->use.memory_peak;
	if (u->io_read < c->use.io_read)
		u->io_read = c->use.io_read;
	if (u->io_written < c->use.io_written)
		u->io_written = c->use.io_written;
	u->pids_peak = c->use.pids_peak != 0 ? c->use.pids_peak : 1;
	init->io_written += u->io_written;
}

// It reached a limit of time: its own, or the box's.
static enum spec_limit
out_of_time(const struct init *init, const struct command *c, uint64_t now)
{
	if (c->deadline_us != 0 && now >= c->deadline_us)
		return LIMIT_TIME;
	return watch_spent(init);
}

static void
watch_one(struct init *init, struct command *c, uint64_t now)
{
	enum spec_limit limit;

	if (c->kill_us != 0) {
		end_one(init, c, now);
		return;
	}
	limit = out_of_time(init, c, now);
	if (limit != LIMIT__COUNT) {
		command_hit(c, limit);
		watch_kill(init, c, now);
		return;
	}
	if (c->looked_at && now >= c->look_us)
		c->look_us = judge_look(init, c, now);
	if (c->paced && c->kill_us == 0 && now >= c->pace.next_us)
		pace_look(init, c, now);
}

void
watch_all(struct init *init)
{
	uint64_t now = clock_us();
	struct command *c;
	size_t i;

	for (i = 0; i < init->slots; i++) {
		c = &init->commands[i];
		// Kill until its reaper finds nobody left, and ends.
		if (c->state >= COMMAND_RUNNING)
			watch_one(init, c, now);
	}
}

// When this command wants to be looked at; UINT64_MAX: never.
static uint64_t
due_of(const struct init *init, const struct command *c)
{
	uint64_t due = session_deadline(init);

	if (c->deadline_us != 0 && c->deadline_us < due)
		due = c->deadline_us;
	if (c->looked_at && c->look_us < due)
		due = c->look_us;
	if (c->paced && c->pace.next_us < due)
		due = c->pace.next_us;
	if (c->tell_us != 0 && c->tell_us < due)
		due = c->tell_us;
	return due;
}

// The milliseconds until then; -1: never.
static int
wait_of(const struct init *init, const struct command *c, uint64_t now)
{
	uint64_t due, ms;

	if (c->state < COMMAND_RUNNING)
		return -1;
	if (c->kill_us != 0)
		return 1;
	due = due_of(init, c);
	if (due == UINT64_MAX)
		return -1;
	ms = due > now ? (due - now) / 1000 + 1 : 0;
	return ms > HOUR_MS ? HOUR_MS : (int)ms;
}

int
watch_wait(const struct init *init)
{
	uint64_t now = clock_us();
	int ms, wait = -1;
	size_t i;

	for (i = 0; i < init->slots; i++) {
		ms = wait_of(init, &init->commands[i], now);
		if (ms >= 0 && (wait < 0 || ms < wait))
			wait = ms;
	}
	return wait;
}
