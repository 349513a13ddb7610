/* SPDX-License-Identifier: ISC */
/*
 * The probe: one program that tries what a box must refuse, one subcommand a
 * property, and says `allowed`, `refused ERRNO` or `killed SIGNAL`. Static,
 * so that it runs in any root.
 */
#ifndef TESTS_LIB_PROBE_H
#define TESTS_LIB_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What one subcommand does. argv[0] is the first operand. Returns 0 when the
 * thing was done, -1 with errno when it was not; PROBE_SAID when it already
 * printed its own answer.
 */
typedef int probe_fn(int argc, char **argv);

#define PROBE_SAID 1

struct probe_def {
	const char *name;
	probe_fn *fn;
	int operands;
	bool harmless; /* may be done by the machine's real root, too */
	bool here;     /* not in a child: it is about this process */
};

/* Each file's own table; ends with name NULL. */
extern const struct probe_def probe_fs[];
extern const struct probe_def probe_ns[];
extern const struct probe_def probe_proc[];
extern const struct probe_def probe_sys[];
extern const struct probe_def probe_net[];
extern const struct probe_def probe_life[];
extern const struct probe_def probe_self[];
extern const struct probe_def probe_use[];
extern const struct probe_def probe_batch[];

/* A whole decimal number, or the program ends with status 2. */
long probe_number(const char *text);

/* Runs the subcommand argv[0] with its operands; returns the exit status. */
int probe_run(int argc, char **argv);

#endif
