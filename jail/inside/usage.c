// SPDX-License-Identifier: ISC
// Time, what a dead process used, and the note of a limit that was reached.
#include <sys/resource.h>
#include <time.h>
#include "jail/inside/inside.h"

uint64_t
inside_busy_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static uint64_t
usec(const struct timeval *tv)
{
	return (uint64_t)tv->tv_sec * 1000000 + (uint64_t)tv->tv_usec;
}

void
inside_used(struct wire_used *u, const struct rusage *ru)
{
	u->cpu_user_usec = usec(&ru->ru_utime);
	u->cpu_system_usec = usec(&ru->ru_stime);
	u->memory_peak = (uint64_t)ru->ru_maxrss * 1024;
	// In blocks of 512 bytes, whatever the disk's are.
	u->io_read = (uint64_t)ru->ru_inblock * 512;
	u->io_written = (uint64_t)ru->ru_oublock * 512;
}

void
command_hit(struct command *c, enum spec_limit limit)
{
	if (c->end.hits == 0)
		c->end.first = (uint32_t)limit + 1;
	c->end.hits |= UINT64_C(1) << limit;
}
