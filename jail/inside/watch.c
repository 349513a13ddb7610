// SPDX-License-Identifier: ISC
// The watchdog: time, and memory where no controller holds it; and who is
// still to be killed.
#include "jail/inside/inside.h"

enum {
	WATCH_MS = 40, // between two looks at memory
	HOUR_MS = 3600000,
};

static void
watch_one(struct init *init, struct command *c, uint64_t now)
{
	uint64_t limit = init->in->limit[LIMIT_MEMORY];
	uint64_t bytes;

	if (c->deadline_us != 0 && now >= c->deadline_us) {
		c->end.timed_out = 1;
		track_kill(c);
	}
	if (!init->in->watch_memory || limit == 0 ||
	    c->state != COMMAND_RUNNING)
		return;
	bytes = track_memory(c, limit);
	if (bytes > c->memory_peak)
		c->memory_peak = bytes;
	if (bytes > limit) {
		c->end.oom_killed = 1;
		track_kill(c);
	}
}

void
watch_all(struct init *init)
{
	uint64_t now = inside_now_us();
	struct command *c;
	size_t i;

	for (i = 0; i < INSIDE_COMMANDS_MAX; i++) {
		c = &init->commands[i];
		if (c->state == COMMAND_RUNNING)
			watch_one(init, c, now);
		// Kill until its reaper finds nobody left, and ends.
		if (c->state == COMMAND_ENDING)
			track_kill(c);
	}
}

// Milliseconds until this command wants to be looked at; -1: never.
static int
wait_of(const struct init *init, const struct command *c, uint64_t now)
{
	bool watched =
	    init->in->watch_memory && init->in->limit[LIMIT_MEMORY] != 0;
	uint64_t ms;

	if (c->state == COMMAND_ENDING)
		return 1;
	if (c->state != COMMAND_RUNNING)
		return -1;
	if (c->deadline_us == 0)
		return watched ? WATCH_MS : -1;
	// Past it already: it is being killed, look again soon.
	ms = c->deadline_us > now ? (c->deadline_us - now) / 1000 + 1 : 2;
	return watched && ms > WATCH_MS ? WATCH_MS
	       : ms > HOUR_MS		? HOUR_MS
					: (int)ms;
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
