/* SPDX-License-Identifier: ISC */
/*
 * stockade-probe: runs in the throw-away sandbox of `stockade doctor' and
 * asks for what must be refused. Links libc and nothing else.
 */
#ifndef SRC_DOCTOR_PROBE_PROBE_H
#define SRC_DOCTOR_PROBE_PROBE_H

#include <stddef.h>
#include "src/doctor/probes.h"

/* PROBE_SAID: the answer is printed already. */
#define PROBE_SAID 1

/*
 * Each makes its request: 0 if it was granted, -1 with errno if it was
 * refused. operand is indexed by enum probe_operand.
 */
typedef int probe_fn(char *const *operand);

#define X(id, name, fn) probe_fn fn;
PROBE_TABLE(X)
#undef X

/* Prints the `value' of the running row. */
void probe_value(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* A decimal number of an operand. */
unsigned long probe_number(const char *text);
/* As read(2) of a whole small file, NUL-terminated; its length or -1. */
long probe_read(const char *path, char *buf, size_t size);

/* Subcommands that are commands of their own. Return the exit status. */
int live_memory(unsigned long bytes);
int live_pids(unsigned long most);
int live_output(unsigned long bytes);
int live_disk(unsigned long bytes);
int live_burn(unsigned long none);
int live_sleep(unsigned long none);
int live_linger(unsigned long none);

#endif
