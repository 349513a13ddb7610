// SPDX-License-Identifier: ISC
// How a command ended: what it used, and which limits it reached, in order.
#include <string.h>
#include "src/box/result.h"

#define BIT(limit) (UINT64_C(1) << (limit))

// Reached and gone on: a fork is refused, nobody is killed.
#define LETS_LIVE (BIT(LIMIT_PIDS) | BIT(LIMIT_SESSION_PIDS))

static uint64_t
greater(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static void
fill_usage(
    struct box_usage *to, const struct wire_used *a, const struct wire_used *b)
{
	// The cgroup's figures count what nobody waited for, too.
	const struct wire_used *cpu =
	    b->cpu_user_usec + b->cpu_system_usec >
		    a->cpu_user_usec + a->cpu_system_usec
		? b
		: a;

	to->cpu_user_ms = cpu->cpu_user_usec / 1000;
	to->cpu_system_ms = cpu->cpu_system_usec / 1000;
	to->memory_peak = b->memory_peak != 0 ? b->memory_peak : a->memory_peak;
	to->io_read = greater(a->io_read, b->io_read);
	to->io_written = greater(a->io_written, b->io_written);
	to->pids_peak = greater(a->pids_peak, b->pids_peak);
}

static void
note(struct box_result *r, uint64_t hits, uint32_t first)
{
	int i;

	if (r->first == 0)
		r->first = first;
	for (i = 0; i < LIMIT__COUNT && r->first == 0; i++)
		if ((hits & BIT(i)) != 0)
			r->first = (uint32_t)i + 1;
	r->hits |= hits;
	r->timed_out =
	    (r->hits & (BIT(LIMIT_TIME) | BIT(LIMIT_SESSION_TIME))) != 0;
	r->oom_killed =
	    r->oom_killed ||
	    (r->hits & (BIT(LIMIT_MEMORY) | BIT(LIMIT_SESSION_MEMORY))) != 0;
}

void
result_fill(struct box_result *r, const struct wire_exited *x,
    const struct wire_usage *u)
{
	memset(r, 0, sizeof(*r));
	r->exit_code = x->exit_code;
	r->signal = (int)x->signal;
	r->usage.wall_ms = x->wall_usec / 1000;
	fill_usage(&r->usage, &x->used, &u->used);
	// The kernel does not say when. What kills is what came last; and pid
	// 1 kills nobody who is dead.
	note(r, u->hits & LETS_LIVE, 0);
	note(r, x->hits, x->first);
	note(r, u->hits, 0);
	r->oom_killed = r->oom_killed || u->oom_killed != 0;
}

void
box_note_hit(struct box_result *r, enum spec_limit limit)
{
	note(r, BIT(limit), (uint32_t)limit + 1);
}

bool
box_hit(const struct box_result *r, enum spec_limit limit)
{
	return (r->hits & BIT(limit)) != 0;
}
