// SPDX-License-Identifier: ISC
// Each limit: who can hold it at best, since when, and what is asked of it.
#include "src/doctor/limits.h"

#define K 1024ULL
#define M (K * K)

// Those without a controller and a release are kept by pid 1, by who reads
// the output, or by the broker: no kernel knows them.
static const struct limit_row rows[LIMIT__COUNT] = {
    [LIMIT_TIME] = {"-", NULL, 20000},
    [LIMIT_CPU_TIME] = {"-", NULL, 300},
    [LIMIT_CPU] = {"4.15", "cpu", 100},
    [LIMIT_CPU_WEIGHT] = {"4.15", "cpu", 200},
    [LIMIT_MEMORY] = {"4.5", "memory", 48 * M},
    [LIMIT_PIDS] = {"4.5", "pids", 32},
    [LIMIT_FSIZE] = {"2.0", NULL, 1 * M},
    [LIMIT_NOFILE] = {"2.0", NULL, 64},
    [LIMIT_IO_RATE] = {"4.5", "io", 256 * M},
    [LIMIT_DISK] = {"-", NULL, 2 * M},
    [LIMIT_OUTPUT] = {"-", NULL, 64 * K},
    [LIMIT_OUTPUT_RATE] = {"-", NULL, 64 * M},
    [LIMIT_TMP] = {"2.4", NULL, 8 * M},
    [LIMIT_SESSION_TIME] = {"-", NULL, 60000},
    [LIMIT_SESSION_CPU_TIME] = {"-", NULL, 60000},
    [LIMIT_SESSION_CPU] = {"4.15", "cpu", 200},
    [LIMIT_SESSION_MEMORY] = {"4.5", "memory", 256 * M},
    [LIMIT_SESSION_PIDS] = {"4.5", "pids", 256},
    [LIMIT_SESSION_DISK] = {"-", NULL, 128 * M},
    [LIMIT_SESSION_OUTPUT] = {"-", NULL, 16 * M},
    [LIMIT_BACKGROUND] = {"-", NULL, 4},
    [LIMIT_NET_CONNECTIONS] = {"-", NULL, 64},
    [LIMIT_NET_NAMES] = {"-", NULL, 64},
    [LIMIT_NET_UP] = {"-", NULL, 64 * M},
    [LIMIT_NET_DOWN] = {"-", NULL, 64 * M},
    [LIMIT_NET_RATE] = {"-", NULL, 64 * M},
};

const struct limit_row *
limit_row(enum spec_limit limit)
{
	return &rows[limit];
}

bool
limit_degraded(enum spec_limit limit, enum box_by by)
{
	if (by == BOX_BY_MISSING)
		return true;
	return by == BOX_BY_WATCHDOG && spec_limit_kernels(limit);
}
