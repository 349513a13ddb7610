/* SPDX-License-Identifier: ISC */
/*
 * The watcher: the tiny parent that holds the descriptors of helper, agent
 * and records, and has a worker do the work. One that dies, or gives no sign
 * of life, is replaced.
 */
#ifndef JAIL_EGRESS_WATCH_H
#define JAIL_EGRESS_WATCH_H

#include "jail/base/err.h"
#include "jail/egress/names.h"
#include "jail/egress/shared.h"

#define WATCH_SILENT_MS 6000 /* without a beat: killed */

enum {
	WATCH_HELPER = 3,
	WATCH_AGENT = 4,
	WATCH_RECORDS = 5,
};

/* What a worker is given. */
struct watch_worker {
	struct shared *shared;
	struct names *names; /* shared as well */
	int beat;	     /* a byte is to be written every two seconds */
	int records;	     /* WATCH_RECORDS, or -1 */
};

/* Exit status of a worker: the helper is gone, and all is well. */
#define WATCH_DONE 0

/*
 * Runs workers until the helper is gone. records: whether that descriptor is
 * there. work: the worker, in a process of its own; it returns its status.
 */
int watch_run(bool records, int (*work)(const struct watch_worker *w),
    struct err *e) MUST_CHECK;

#endif
