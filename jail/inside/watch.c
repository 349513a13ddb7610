// SPDX-License-Identifier: ISC
// The watchdog: time, and memory where no controller holds it; and who is
// still to be killed.
#include <signal.h>
#include "jail/inside/inside.h"

enum {
	KILL_MS = 2000, // for killing one by one
	LOOK_MS = 50,	// for who is left, where the helper kills them, too
	// Between two looks at memory: what is left of it, at the speed at
	// which a machine can hand it out; a twentieth of our time at most.
	BYTES_PER_US = 4096,
	LEAST_US = 10000,
	MOST_US = 400000,
	SHARE = 20,
	HOUR_MS = 3600000,
};

// A round of killing. Who forks faster than we look, without a cgroup, takes
// the whole box's processes with it: only a kill of all is atomic, and no
// command may outlive its end for the sake of another.
static void
end_one(struct command *c, uint64_t now)
{
	if (track_kill_cgroup(c))
		return;
	if (c->reaper == 0)
		track_kill(c, now + LOOK_MS * 1000);
	else if (now - c->kill_us < KILL_MS * 1000)
		track_kill(c, c->kill_us + KILL_MS * 1000);
	else
		kill(-1, SIGKILL);
}

static bool
watched(const struct init *init)
{
	return init->in->watch_memory && init->in->limit[LIMIT_MEMORY] != 0;
}

static void
look_at_memory(struct init *init, struct command *c, uint64_t now)
{
	uint64_t limit = init->in->limit[LIMIT_MEMORY];
	uint64_t bytes, wait, took;

	// Its processes are many, and leave us little time: not past its time.
	bytes = track_memory(
	    c, limit, c->deadline_us != 0 ? c->deadline_us : UINT64_MAX);
	if (bytes > c->memory_peak)
		c->memory_peak = bytes;
	if (bytes > limit) {
		c->end.oom_killed = 1;
		c->kill_us = now;
		end_one(c, now);
		return;
	}
	wait = (limit - bytes) / BYTES_PER_US;
	took = inside_now_us() - now;
	if (wait < took * SHARE)
		wait = took * SHARE;
	wait = wait < LEAST_US ? LEAST_US : wait > MOST_US ? MOST_US : wait;
	// From its end, and never far off: who keeps us from the processor may
	// make a look as long as it likes, but not the next one late.
	c->look_us = now + took + wait;
}

static void
watch_one(struct init *init, struct command *c, uint64_t now)
{
	if (c->deadline_us != 0 && now >= c->deadline_us && c->kill_us == 0) {
		c->end.timed_out = 1;
		c->kill_us = now;
	}
	if (c->kill_us != 0)
		end_one(c, now);
	else if (watched(init) && now >= c->look_us)
		look_at_memory(init, c, now);
}

void
watch_all(struct init *init)
{
	uint64_t now = inside_now_us();
	struct command *c;
	size_t i;

	for (i = 0; i < INSIDE_COMMANDS_MAX; i++) {
		c = &init->commands[i];
		// Kill until its reaper finds nobody left, and ends.
		if (c->state >= COMMAND_RUNNING)
			watch_one(init, c, now);
	}
}

// Milliseconds until this command wants to be looked at; -1: never.
static int
wait_of(const struct init *init, const struct command *c, uint64_t now)
{
	uint64_t due = UINT64_MAX, ms;

	if (c->state < COMMAND_RUNNING)
		return -1;
	if (c->kill_us != 0)
		return 1;
	if (c->deadline_us != 0)
		due = c->deadline_us;
	if (watched(init) && c->look_us < due)
		due = c->look_us;
	if (due == UINT64_MAX)
		return -1;
	ms = due > now ? (due - now) / 1000 + 1 : 0;
	return ms > HOUR_MS ? HOUR_MS : (int)ms;
}

int
watch_wait(const struct init *init)
{
	uint64_t now = inside_now_us();
	int ms, wait = -1;
	size_t i;

	for (i = 0; i < INSIDE_COMMANDS_MAX; i++) {
		ms = wait_of(init, &init->commands[i], now);
		if (ms >= 0 && (wait < 0 || ms < wait))
			wait = ms;
	}
	return wait;
}
