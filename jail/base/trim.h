/* SPDX-License-Identifier: ISC */
/* A process that waits keeps little of its program in memory. */
#ifndef JAIL_BASE_TRIM_H
#define JAIL_BASE_TRIM_H

enum {
	TRIM_MS = 1000, /* without work, for this to be worth it */
};

/*
 * Lets go of the pages of the running program that are read from its file:
 * what is needed comes back as it is needed. For who is about to wait, and
 * may wait for long.
 */
void trim(void);

#endif
